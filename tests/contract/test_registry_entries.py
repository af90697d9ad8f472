"""What registry entries of each kind may hold, and what their keys are made of."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from wire_given import faults, taken

from schemas.registry_changed import Kind, RegistryChanged
from schemas.registry_entries import ENTRIES

TYPE = "registry.changed.v1"
SAMPLES = [
    json.loads(line, parse_float=Decimal)
    for line in (Path(__file__).parent / "samples" / "registry.jsonl").read_text("utf-8").splitlines()
]

# The least and the most of every kind, with its key.
VALID: list[tuple[str, str, dict[str, Any]]] = [
    ("customer", "C1", {"name": "A", "account": "contact", "currency": "EUR"}),
    (
        "customer",
        "C/1",
        {
            "name": "A",
            "account": "customer",
            "currency": "EUR",
            "country": "IT",
            "language": "it",
            "zone": "NORTH",
            "vat_code": "V22",
            "price_search": "best",
            "price_lists": [
                {
                    "type": "TRADE",
                    "default": True,
                    "priority": 1,
                    "valid_from": "2026-01-01",
                    "price_management": False,
                    "bracket": "price",
                    "discounts": "5",
                }
            ],
            "discounts": "10-5",
            "final_discounts": [{"amount": "3", "per": "unit", "application": "on_amount", "priority": 1}],
            "payments": [{"type": "T", "solution": "S", "percent": "100", "order_types": ["STD"]}],
            "expenses": [{"type": "E", "percent": "2", "minimum": "5", "from": "order"}],
            "agents": [
                {"agent": "A7", "commission_percent": "3", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
            ],
            "recipients": [
                {
                    "code": "R",
                    "default": True,
                    "destinations": [{"code": "D", "address": {"city": "Milano"}, "default": True, "carrier": "DHL"}],
                }
            ],
            "carrier": "DHL",
            "shipping": "DAP",
            "emails": {"order_confirmation": "orders@example.com"},
            "credit": {"limit": "0", "control": "block", "group": "G", "exposure": "-5"},
            "blocked": {"from": "2026-01-01", "to": "2026-02-01"},
            "grouping": {"offers": {"summary": True, "project": True}, "supplier_orders": {"summary": False}},
            "items": [{"item": "I", "customer_item": "X", "economic_lot": "5"}],
            "companies": ["ACME"],
            "commercial_category": "GOLD",
        },
    ),
    ("item", "I1", {"description": {"en": "Chair", "it": "Sedia"}, "uom": "EA", "class": "FUR"}),
    ("price_list", "TRADE/*/EUR/2026-01-01", {}),
    ("price_list", "TRADE/C/1/EUR/2026-01-01", {"lines": [{"item": "I", "uom": "EA", "price": "5"}]}),
    ("price", "TRADE/*/EUR/2026-01-01/I/1/-/EA", {"item": "I/1", "uom": "EA", "price": 0}),
    (
        "price",
        "TRADE/*/EUR/2026-01-01/I/RED/EA",
        {
            "item": "I",
            "variant": "RED",
            "uom": "EA",
            "price": "5",
            "reference_quantity": "100",
            "bracket": "none",
            "quantity_prices": [{"from": "10", "price": "4"}],
            "quantity_discounts": [{"from": 0, "discounts": "5"}],
            "value_discounts": [{"from": "1000", "discounts": [{"percent": "1"}]}],
            "destinations": [{"destination": "D", "price": "6", "valid_to": "2026-12-31"}],
        },
    ),
    ("payment_type", "T", {"discount_percent": "2", "final": True, "financial_discount_percent": "1"}),
    (
        "payment_solution",
        "30EOM",
        {
            "instalments": [
                {"amount": "100", "days": 30, "day": 31, "weekly": True, "extra_days": 5, "commercial_months": True},
                {"percent": "100", "end_of_month": True, "excluded_months": [{"month": 8, "move_to": "09-10"}]},
            ]
        },
    ),
    ("discount_type", "CASH", {"priority": 1, "application": "cascade"}),
    ("expense_type", "TRANSPORT", {"vat_code": "V22"}),
    ("discount_policy", "P", {"combination": ["customer", "item"], "customer": "C", "item": "I", "discounts": "5#"}),
    ("vat_code", "V22", {"rate": "22"}),
    ("currency", "EUR", {"decimals": 2}),
    ("uom", "EA", {"decimals": 0}),
    ("exchange_rate", "SEK/2026-01-01", {"rate": "10.2"}),
    ("project", "X", {"customer": "C"}),
]

# Kind, key, entry, where it is told and a part of what is told.
FAULTY: list[tuple[str, str, Any, str, str]] = [
    ("customer", "C", {"account": "customer", "currency": "EUR"}, "/entry/name", "is missing"),
    ("customer", "C", {"name": "A", "account": "lead", "currency": "EUR"}, "/entry/account", "'contact', not 'lead'"),
    ("item", "I", {"descripton": "x", "description": "x", "uom": "EA"}, "/entry/descripton", "mean description?"),
    ("item", "I", {"description": "x", "uom": "EA", "class_": "F"}, "/entry/class_", "did you mean class?"),
    ("item", "I", {"description": ["x"], "uom": "EA"}, "/entry/description", "must be text, or an object"),
    ("item", "I", {"description": {"en": 5}, "uom": "EA"}, "/entry/description/en", "must be text"),
    ("item", "I", {"description": "x", "uom": "EA", "uoms": [{"uom": "B", "factor": 0}]},
     "/entry/uoms/0/factor", "greater than 0"),
    ("item", "x" * 51, {"description": "x", "uom": "EA"}, "/key", "at most 50"),
    ("currency", "EUR", {"decimals": "2"}, "/entry/decimals", "whole number"),
    ("currency", "EUR", {"decimals": 9}, "/entry/decimals", "8 or less"),
    ("currency", "EUR", [2], "/entry", "must be an object, or null"),
    ("exchange_rate", "SEK", {"rate": "1"}, "/key", "currency/date"),
    ("exchange_rate", "SEK/2026-13-01", {"rate": "1"}, "/key", "currency/date"),
    ("exchange_rate", "SEK/2026-01-01", {"rate": "0"}, "/entry/rate", "greater than 0"),
    ("price_list", "TRADE/EUR/2026-01-01", {}, "/key", "type/customer-or-*/currency/valid_from"),
    ("price_list", "TRADE/*/EUR/tomorrow", {}, "/key", "type/customer-or-*/currency/valid_from"),
    ("price", "T/*/EUR/2026-01-01/J/-/EA", {"item": "I", "uom": "EA", "price": 1}, "/key", "followed by /I/-/EA"),
    ("price", "T/*/EUR/2026-01-01/I/-/EA", {"item": "I", "uom": "EA", "price": "-1"}, "/entry/price", "negative"),
    ("payment_solution", "S", {"instalments": []}, "/entry/instalments", "must not be empty"),
    ("payment_solution", "S", {"instalments": [{"percent": 1, "amount": 1}]}, "/entry/instalments/0", "only one of"),
    ("payment_solution", "S", {"instalments": [{"day": 32}]}, "/entry/instalments/0/day", "31 or less"),
    ("discount_policy", "P", {"combination": ["item"], "discounts": "5"}, "/entry/item", "the combination names it"),
    ("discount_policy", "P", {"combination": ["item"] * 2, "item": "I", "discounts": "5"},
     "/entry/combination/1", "twice"),
    ("discount_policy", "P", {"combination": ["colour"], "discounts": "5"}, "/entry/combination/0", "must be"),
    ("price_list", "T/*/EUR/2026-01-01", {"lines": [{"item": "I", "uom": "E", "price": 1, "discounts": "5++"}]},
     "/entry/lines/0/discounts", "not a discount notation"),
    ("price_list", "T/*/EUR/2026-01-01", {"lines": [{"item": "I", "uom": "E", "price": 1, "discounts": [{}]}]},
     "/entry/lines/0/discounts/0", "needs one of percent, amount"),
]  # fmt: skip


def change(kind: Any, key: Any, entry: Any) -> dict[str, Any]:
    return {"kind": kind, "key": key, "revision": 1, "entry": entry}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample['kind']} {sample['key']}")
def test_a_sample_entry_is_taken_with_all_it_says(sample: dict[str, Any]) -> None:
    entry = taken(TYPE, sample).entry

    assert entry.keys() == sample["entry"].keys()


@pytest.mark.parametrize(("kind", "key", "entry"), VALID)
def test_an_entry_of_every_kind_is_taken(kind: str, key: str, entry: dict[str, Any]) -> None:
    message = taken(TYPE, change(kind, key, entry))

    assert (message.kind, message.key, message.entry.keys()) == (kind, key, entry.keys())


def test_every_kind_has_a_form_and_an_example_here() -> None:
    assert set(get_args(Kind)) == set(ENTRIES) == {kind for kind, _, _ in VALID}


@pytest.mark.parametrize(("kind", "key", "entry", "place", "told"), FAULTY)
def test_a_faulty_entry_is_invalid_where_it_is_faulty(kind: str, key: str, entry: Any, place: str, told: str) -> None:
    found = faults(TYPE, change(kind, key, entry))

    assert [reason.path for reason in found if told in reason.message] == [place], found
    assert {reason.code for reason in found} == {"invalid"}


def test_an_unknown_kind_is_invalid_whatever_its_entry() -> None:
    assert [reason.path for reason in faults(TYPE, change("colour", "RED", {"any": "thing"}))] == ["/kind"]


def test_a_null_entry_retires_and_a_missing_one_is_a_fault() -> None:
    assert taken(TYPE, change("item", "I", None)).entry is None
    assert [reason.path for reason in faults(TYPE, {"kind": "item", "key": "I", "revision": 1})] == ["/entry"]


def test_an_entry_is_kept_in_the_form_of_the_wire() -> None:
    entry = {"description": "Chair", "uom": " EA ", "class": "F", "selling_price": Decimal("120.50"), "vat_code": None}

    assert taken(TYPE, change("item", "I", entry)).entry == {
        "description": "Chair",
        "uom": "EA",
        "class": "F",
        "selling_price": "120.5",
        "vat_code": None,
    }


def test_entries_of_equal_value_are_equal_however_they_are_written() -> None:
    numbers = ["7.46", "7.4600", Decimal("7.460")]
    entries = [taken(TYPE, change("exchange_rate", "DKK/2008-01-01", {"rate": rate})) for rate in numbers]

    assert entries[0] == entries[1] == entries[2]


def test_a_period_that_ends_before_it_begins_is_invalid() -> None:
    customer = {"name": "A", "account": "customer", "currency": "EUR"}
    blocked = customer | {"blocked": {"from": "2026-02-01", "to": "2026-01-31"}}

    assert [reason.path for reason in faults(TYPE, change("customer", "C", blocked))] == ["/entry/blocked/to"]


def test_a_stored_entry_is_valid_again() -> None:
    for kind, key, entry in VALID:
        stored = taken(TYPE, change(kind, key, entry)).entry
        assert RegistryChanged.model_validate(change(kind, key, stored)).entry == stored
