"""What the rules find wrong with a message, told beside faults of its form (contract 5: a reason for every fault).

Such a message is judged without its faulty places. A reason is told where it cannot come of that: it is about no faulty
place, and about nothing that a faulty place decides. The tables say so for each code; a code in no table is not told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from itertools import pairwise
from typing import Any, Final

from adapter.domain.reasons import Reason

Path = tuple[str | int, ...]
Table = Mapping[str, frozenset[str]]
"""Codes, or codes with the field that they are told of, and the fields that decide whether they are told.

A field is that of the object told of or of one around it, with names of what is inside after points: `lines.customer`.
`lines[]` are the other entries of a list, `.number` is a field inside of what is told of, `.[]` an entry of it.
"""

_NOTHING: Final[frozenset[str]] = frozenset()

_OF_VALUES: Final = frozenset(
    {
        "unknown_customer",
        "not_a_customer",
        "customer_blocked",
        "unknown_item",
        "unknown_code",
        "offer_type_unmapped",
        "order_type_unknown",
        "ambiguous_discount",
        "payment_invalid",
    }
)
"""Codes that are told only of a value that the message has: what it leaves out comes of elsewhere."""

_COMMON: Final = {
    "unknown_item": _NOTHING,
    "unknown_code": _NOTHING,
    "ambiguous_discount discounts": frozenset({".percent", ".amount"}),
    "ambiguous_discount final_discounts": frozenset({".percent", ".amount"}),
    "invalid discounts": _NOTHING,
    "invalid final_discounts": _NOTHING,
    "invalid by": _NOTHING,
}

_DAY: Final = frozenset({"orders_dated", "confirmed_on", "type", "offers[]"})
_CONVERTED: Final = frozenset({"number", "type", "version", "conversion", "line", "kind", "customer"})
_MEASURED: Final = _CONVERTED | {"uom", "accepted_quantity"}
_PRICED: Final = frozenset({"quantity", "alternative_quantity", "price_list", "variant", "delivery_on"}) | {
    *("currency", "exchange_rate", "recipient", "destination"),
}

OFFERS: Final[Table] = _COMMON | {
    "offer_not_confirmed": _NOTHING,
    "offer_type_unmapped": _NOTHING,
    "offer_superseded": frozenset({"number", "type", "conversion"}),
    "offer_changed": _CONVERTED,
    "offer_cancelled": _DAY,
    "over_accepted": _CONVERTED | {"quantity", "uom"},
    "unknown_customer": _NOTHING,
    "not_a_customer": frozenset({"type"}),
    "customer_blocked": _DAY,
    "holiday": _DAY,
    "unknown_code destination": frozenset({"recipient"}),
    "dates_out_of_order": frozenset({"delivery_on", "goods_ready_on"}),
    "payment_invalid payments": frozenset({".[]"}),
    "payment_invalid solution": _DAY,
    "exchange_rate_missing": _DAY | {"currency", "customer"},
    "vat_missing vat_code": frozenset({"customer", "type", "kind"}),
    "vat_missing type": frozenset({"customer"}),
    "price_missing": _DAY | _MEASURED | _PRICED,
    "quantity_not_multiple": _MEASURED,
    "below_economic_lot": _MEASURED,
    "invalid quantity": _MEASURED,
    "invalid number": frozenset({"type", "offers[].number", "offers[].type"}),
}
"""Offers that were accepted."""

_DAY_OF_SUPPLIER_ORDER: Final = frozenset({"orders_dated", "date", "order_type", "flow"})
_OWNER: Final = frozenset({"customer", "project", "issued_by", "destination"})
_OWNER_OF_LINES: Final = _OWNER | {"lines.customer", "lines.project"}

SUPPLIER_ORDERS: Final[Table] = _COMMON | {
    "order_type_unknown": frozenset({"order_type"}),
    "customer_undetermined": _OWNER_OF_LINES | {f".{name}" for name in _OWNER_OF_LINES},
    "unknown_customer": _OWNER_OF_LINES,
    "unknown_customer lines.customer": _NOTHING,
    "not_a_customer": _OWNER_OF_LINES | {"order_type", "flow"},
    "not_a_customer lines.customer": frozenset({"order_type", "flow"}),
    "customer_blocked": _OWNER_OF_LINES | _DAY_OF_SUPPLIER_ORDER,
    "holiday": _DAY_OF_SUPPLIER_ORDER,
    "unknown_item supplier_item": frozenset({"supplier", "flow"}),
    "unknown_code destination": _OWNER_OF_LINES,
    "dates_out_of_order": frozenset({"delivery_on", "goods_ready_on"}),
    "exchange_rate_missing": _DAY_OF_SUPPLIER_ORDER | _OWNER_OF_LINES | {"currency"},
    "vat_missing vat_code": _OWNER | {"order_type", "flow"},
    "vat_missing type": _OWNER_OF_LINES,
    "price_missing": _DAY_OF_SUPPLIER_ORDER | _OWNER | _PRICED | {"uom", "unit_cost"},
    "quantity_not_multiple": _OWNER | {"uom"},
    "below_economic_lot": _OWNER | {"uom"},
    "invalid quantity": _OWNER | {"uom", "order_type", "flow"},
}
"""Orders that were placed with suppliers."""

_NAMED: Final = frozenset({".kind", ".number", ".type", ".source", ".customer"})

ORDERS: Final[Table] = _COMMON | {
    "unknown_order": _NAMED,
    "invalid order": _NOTHING,
    "invalid origin": _NAMED,
    "order_locked": _NAMED,
    "action_not_allowed": _NAMED,
    "version_conflict": _NOTHING,
    "not_fulfillable": frozenset({"document"}),
    "over_fulfilled": frozenset({"document", "lines[]"}),
    "invalid quantity": frozenset({"document", "lines[]", "uom", "kind"}),
    "invalid lines": _NOTHING,
    "invalid lines.line": _NOTHING,
    "invalid add.line": frozenset({"lines"}),
    "unknown_code destination": frozenset({"recipient"}),
    "dates_out_of_order": frozenset({"delivery_on", "goods_ready_on", "set", "lines"}),
    "quantity_not_multiple": frozenset({"uom", "kind"}),
    "below_economic_lot": frozenset({"uom", "kind"}),
}
"""Actions on orders, changes of them and reports of their fulfilment."""


@dataclass(slots=True)
class LeftOut:
    """What of a message was judged without: paths of `faulty` places, and of `misnamed` fields, which may be any."""

    faulty: Collection[Path]
    misnamed: InitVar[Iterable[Path]]
    _unclear: set[Path] = field(init=False)
    """Objects with a field that is misnamed."""
    _below: dict[Path, dict[str, set[str | int]]] = field(init=False)
    """By the path of what they are in: how the tables call faulty places, and through which of its parts they are."""

    def __post_init__(self, misnamed: Iterable[Path]) -> None:
        self._unclear = {place[:-1] for place in misnamed}
        self._below = {}
        for place in (*self.faulty, *self._unclear):
            for depth, part in enumerate(place):
                called = self._below.setdefault(place[:depth], {})
                called.setdefault(_called(place[depth:]), set()).add(part)

    def tells(self, reasons: Iterable[Reason], data: Mapping[str, Any], table: Table) -> list[Reason]:
        """Those of the reasons that hold whatever should have stood in these places."""
        return [reason for reason in reasons if self._holds(reason, data, table)]

    def _holds(self, reason: Reason, data: Mapping[str, Any], table: Table) -> bool:
        path, value = _found(reason.path, data)
        decides = _deciding(reason.code, path, table)
        if decides is None or (reason.code in _OF_VALUES and not _is_given(path, value)):
            return False
        around = [path[:depth] for depth in range(len(path) + 1)]
        if any(place in self.faulty for place in around):
            return False
        return not (self._may_be_meant(around, decides) or any(_is_in(name, decides) for name in self._seen(around)))

    def _may_be_meant(self, around: Sequence[Path], decides: frozenset[str]) -> bool:
        """Whether a misnamed field, whatever it was meant to be, may decide what is told of the last of these paths."""
        *outside, path = around
        if any(place in self._unclear for place in outside) and any(not name.startswith(".") for name in decides):
            return True
        return path in self._unclear and any(name.startswith(".") for name in decides)

    def _seen(self, around: Sequence[Path]) -> Iterator[str]:
        """How the tables call the faulty places for what is told of the last of these paths."""
        for place, inner in pairwise(around):
            for name, parts in self._below.get(place, {}).items():
                if parts != {inner[-1]}:
                    yield f"{place[-1]}{name}" if name.startswith("[]") else name
        yield from (f".{name}" for name in self._below.get(around[-1], {}))


def _called(place: Path) -> str:
    """A place within an object or a list, as the tables call it; indexes further in are left out."""
    names = [part for part in place if isinstance(part, str)]
    return ".".join(names if isinstance(place[0], str) else ["[]", *names])


def _is_in(name: str, decides: frozenset[str]) -> bool:
    """Whether a place is one of these fields, within one of them, or has one of them within it."""
    return any(name == each or name.startswith(f"{each}.") or each.startswith(f"{name}.") for each in decides)


def _found(pointer: str, data: Mapping[str, Any]) -> tuple[Path, Any]:
    """The path that a JSON pointer tells, and what stands there; None where nothing does."""
    path: list[str | int] = []
    node: Any = data
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal():
            path.append(int(name))
            node = node[int(name)] if int(name) < len(node) else None
        else:
            path.append(name)
            node = node.get(name) if isinstance(node, Mapping) else None
    return tuple(path), node


def _deciding(code: str, path: Path, table: Table) -> frozenset[str] | None:
    names = [part for part in path if isinstance(part, str)]
    keys = (f"{code} {'.'.join(names[-2:])}", f"{code} {''.join(names[-1:])}", code)
    return next((table[key] for key in keys if key in table), None)


def _is_given(path: Path, value: Any) -> bool:
    """An object stands for a value only where it is a discount."""
    if isinstance(value, Mapping):
        return "discounts" in path or "final_discounts" in path
    return value is not None
