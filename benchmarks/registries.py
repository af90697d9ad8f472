"""The registries of a middling wholesaler: what a morning's offers are priced, taxed and paid by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from adapter.domain.decision import RegistryChange

Entry = dict[str, Any]

CUSTOMERS = tuple(f"C{i:04}" for i in range(1, 201))


def items(count: int) -> tuple[str, ...]:
    """The codes of so many items; a shorter list is the beginning of a longer one."""
    return tuple(f"ITEM-{i:05}" for i in range(1, count + 1))


ITEMS = items(1000)
AGENTS = [f"AG{i:02}" for i in range(1, 13)]
CATEGORIES = ("GOLD", "SILVER", "BRONZE", "WEB")
CLASSES = ("TOOLS", "PAINT", "TIMBER", "FIXINGS", "ELECTRIC")
VAT_CODES = {"V19": "19", "V07": "7", "V00": "0"}
SEK_RATE = "11.2345"
_PLAIN = ("item", "uom", "price")
VALID_FROM = ("2024-01-01", "2025-01-01", "2026-01-01")


def currency_of(customer: str) -> str:
    """One customer in five buys in kronor."""
    return "SEK" if int(customer[1:]) % 5 == 0 else "EUR"


def vat_code_of(item: str) -> str:
    return ("V19", "V19", "V19", "V07")[int(item[-5:]) % 4]


def entries(seed: int = 1) -> Iterator[RegistryChange]:
    """Every registry entry that the offers of `morning` need, and as many again that only make the search longer."""
    random = Random(seed)  # noqa: S311 -- data to measure with
    for part in (_codes(), _customers(random), _items(random, ITEMS), _lists(random), _policies(random)):
        yield from _changes(part)


def price_lines(codes: Sequence[str], *, plain: bool, seed: int = 1) -> Iterator[RegistryChange]:
    """Ten lines of price lists for each item; plain ones say a price, of the others three in four say more."""
    random = Random(seed)  # noqa: S311 -- data to measure with
    for one in _changes(_wide_lists(random, codes)):
        if one.kind == "price":
            yield replace(one, entry={name: one.entry[name] for name in _PLAIN}) if plain and one.entry else one


def wide_entries(codes: Sequence[str], seed: int = 1) -> Iterator[RegistryChange]:
    """The same house with other goods, each with ten lines in price lists and none in a customer's own."""
    random = Random(seed)  # noqa: S311 -- data to measure with
    for part in (_codes(), _customers(random), _items(random, codes), _wide_lists(random, codes), _policies(random)):
        yield from _changes(part)


def _changes(part: Iterable[tuple[str, str, Entry]]) -> Iterator[RegistryChange]:
    return (RegistryChange(kind, key, 1, entry) for kind, key, entry in part)


def _codes() -> Iterator[tuple[str, str, Entry]]:
    for code, rate in VAT_CODES.items():
        yield "vat_code", code, {"rate": rate}
    for code in ("EUR", "SEK"):
        yield "currency", code, {"decimals": 2}
    for code in ("EA", "BOX"):
        yield "uom", code, {"decimals": 0}
    for day in VALID_FROM:
        yield "exchange_rate", f"SEK/{day}", {"rate": SEK_RATE}
    yield "discount_type", "STD", {"priority": 10, "application": "cascade"}
    yield "discount_type", "SEASON", {"priority": 20, "application": "cascade"}
    yield "expense_type", "FREIGHT", {"vat_code": "V19"}
    yield "payment_type", "TRANSFER", {}
    yield "payment_type", "DEBIT", {"discount_percent": "1"}
    yield "payment_solution", "30EOM", {"instalments": [{"percent": "100", "days": 30, "end_of_month": True}]}
    halves = [{"percent": "50", "days": 30}, {"percent": "50", "days": 60, "day": 10}]
    yield "payment_solution", "30-60", {"instalments": halves}


def _customers(random: Random) -> Iterator[tuple[str, str, Entry]]:
    for i, code in enumerate(CUSTOMERS):
        yield "customer", code, _customer(random, i, code)


def _customer(random: Random, i: int, code: str) -> Entry:
    rows = [
        {"type": "TRADE", "priority": 1, "price_management": True, "discounts": "2", "valid_from": "2024-01-01"},
        {"type": "GENERAL", "priority": 2, "price_management": i % 2 == 0},
    ]
    return {
        "name": f"Bauzentrum {code} GmbH",
        "account": "customer",
        "currency": currency_of(code),
        "country": "SE" if currency_of(code) == "SEK" else "DE",
        "language": "de",
        "price_lists": rows,
        "commercial_category": random.choice(CATEGORIES),
        "discounts": random.choice(("5", "5+2", "3")),
        "payments": [{"type": ("TRANSFER", "DEBIT")[i % 2], "solution": ("30EOM", "30-60")[i % 3 == 0]}],
        "expenses": [{"type": "FREIGHT", "percent": "1.5", "minimum": "9.90", "from": "order"}],
        "agents": [{"agent": random.choice(AGENTS), "commission_percent": "2.5", "valid_from": "2024-01-01"}],
        "recipients": [{"code": "WH", "default": True, "destinations": _destinations(code)}],
        "carrier": "DHL",
        "shipping": "DAP",
    }


def _destinations(customer: str) -> list[Entry]:
    address = {"street": "Hafenstraße 12", "postal_code": "20457", "city": "Hamburg", "country": "DE"}
    return [
        {"code": "GATE-1", "default": True, "address": {"name": f"{customer} Tor 1", **address}},
        {"code": "GATE-2", "address": {"name": f"{customer} Tor 2", **address}},
    ]


def _items(random: Random, codes: Sequence[str]) -> Iterator[tuple[str, str, Entry]]:
    for code in codes:
        yield (
            "item",
            code,
            {
                "description": {"de": f"Artikel {code}, verzinkt", "en": f"Article {code}, galvanised"},
                "uom": "EA",
                "uoms": [{"uom": "BOX", "factor": "10"}],
                "class": random.choice(CLASSES),
                "discount_category": random.choice("ABC"),
                "selling_price": _price(random),
                "vat_code": vat_code_of(code),
            },
        )


def _price(random: Random) -> str:
    return f"{random.randint(150, 90_000) / 100:.2f}"


def _lists(random: Random) -> Iterator[tuple[str, str, Entry]]:
    """Two general lists a currency and year, whose lines are entries of their own; every fifth customer has its own."""
    for currency in ("EUR", "SEK"):
        for day in VALID_FROM:
            for type_, items in (("TRADE", ITEMS[::2]), ("GENERAL", ITEMS)):
                key = f"{type_}/*/{currency}/{day}"
                yield "price_list", key, {"vat_included": False}
                for item in items:
                    yield "price", f"{key}/{item}/-/EA", _line(random, item)
    for customer in CUSTOMERS[::5]:
        lines = [_line(random, item) for item in random.sample(ITEMS, 40)]
        yield "price_list", f"TRADE/{customer}/{currency_of(customer)}/2026-01-01", {"lines": lines}


def _wide_lists(random: Random, codes: Sequence[str]) -> Iterator[tuple[str, str, Entry]]:
    days = {"TRADE": VALID_FROM, "GENERAL": VALID_FROM[1:]}
    for currency in ("EUR", "SEK"):
        for key in (f"{type_}/*/{currency}/{day}" for type_, valid_from in days.items() for day in valid_from):
            yield "price_list", key, {"vat_included": False}
            for item in codes:
                yield "price", f"{key}/{item}/-/EA", _line(random, item)


def _line(random: Random, item: str) -> Entry:
    line: Entry = {"item": item, "uom": "EA", "price": _price(random)}
    match random.randrange(4):
        case 0:
            line["quantity_prices"] = [
                {"from": "10", "price": _price(random)},
                {"from": "100", "price": _price(random)},
            ]
        case 1:
            line["discounts"] = "10+5"
        case 2:
            line["quantity_discounts"] = [{"from": "20", "discounts": "3"}, {"from": "200", "discounts": "7"}]
    return line


def _policies(random: Random) -> Iterator[tuple[str, str, Entry]]:
    """Each with a priority of its own: two hits of the same one would be ambiguous."""
    pairs = [(category, class_) for category in CATEGORIES for class_ in CLASSES]
    for priority, (category, class_) in enumerate(random.sample(pairs, 12), 1):
        entry = {"combination": ["commercial_category", "item_class"], "discounts": "1.5", "priority": priority}
        yield "discount_policy", f"P{priority:02}", entry | {"commercial_category": category, "item_class": class_}
