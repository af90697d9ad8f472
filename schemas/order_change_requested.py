"""`order.change-requested.v1`: someone asks to change an order (contract §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from schemas import rules
from schemas.addressed import Addressed
from schemas.message import Fault, Shape
from schemas.offer_accepted import HeaderFields, Line
from schemas.terms import Discounts
from schemas.values import (
    NOBODYS,
    Code,
    Day,
    Flag,
    Integer,
    Multiline,
    Name,
    Number,
    Positive,
    Rows,
    or_else,
)

_CHANGES: Final = ("set", "lines", "add", "reprice")
_BESIDE_REMOVE: Final = ("quantity", "unit_price", "discounts", "delivery_on", "goods_ready_on", "notes", "price_list")


class HeaderChange(HeaderFields):
    """New values of header fields; what is left out stays."""

    customer: Code | None = None


class LineChange(Shape):
    """New values of one line; what is left out stays. `remove` takes the line out."""

    stand_in: ClassVar[Mapping[str, Any]] = {"line": 1, "notes": "?"}

    line: Positive
    quantity: Positive | None = None
    unit_price: Number | None = None
    discounts: Discounts | None = None
    delivery_on: Day | None = None
    goods_ready_on: Day | None = None
    notes: Multiline | None = None
    price_list: Name | None = None
    remove: Annotated[Flag, or_else(False, bool)] = False


class Reprice(Shape):
    """Resolve prices anew for the day of the order or of delivery."""

    at: Literal["order_date", "delivery_date"]
    partially_fulfilled: Annotated[Flag, or_else(False, bool)] = False
    manual: Annotated[Flag, or_else(False, bool)] = False


class OrderChangeRequested(Addressed):
    stand_in: ClassVar[Mapping[str, Any]] = {**Addressed.stand_in, "by": NOBODYS}

    by: Name
    expected_version: Integer | None = None
    reason: Multiline | None = None
    set: HeaderChange | None = None
    lines: Rows[LineChange] | None = None
    add: Rows[Line] | None = None
    reprice: Reprice | None = None

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        yield from super().faults(data)
        if not any(data.get(name) for name in _CHANGES):
            yield Fault((), f"asks for no change; give one of {', '.join(_CHANGES)}")
        yield from rules.terms(data.get("set"), ("set",))
        yield from rules.offer_lines(data, name="add")
        yield from rules.unique_lines(data)
        for path, line in rules.rows(data, "lines"):
            yield from _line_faults(line, path)


def _line_faults(line: rules.Node, path: rules.Path) -> Iterator[Fault]:
    changed = rules.given(line, _BESIDE_REMOVE)
    if line.get("remove") is True and changed:
        yield Fault(
            (*path, "remove"), f"takes the line out, so {', '.join(changed)} cannot be changed; give one or other"
        )
    if not line.get("remove") and not changed:
        yield Fault(path, f"changes nothing; give remove, or one of {', '.join(_BESIDE_REMOVE)}")
