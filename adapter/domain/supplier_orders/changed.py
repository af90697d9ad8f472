"""What of a supplier order has changed, and what of that a change of an order cannot express (§3.4 S10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.diverging import by_number, fields_that_differ, without_lines
from adapter.domain.supplier_orders.supplier_order import PATH, SupplierOrder, line_path

FOLLOWED: Final = frozenset(
    {
        "our_reference",
        "your_reference",
        "notes",
        "extra",
        "carrier",
        "destination",
        "delivery_on",
        "expenses",
        "final_discounts",
    }
)
"""Fields of the header that orders follow; every other one says what they are, or whose."""

FOLLOWED_OF_LINES: Final = frozenset(
    {"quantity", "unit_cost", "unit_price", "discounts", "delivery_on", "goods_ready_on", "notes"}
)
"""Fields of a line that orders follow; with another value in any other one it is not the same line."""

_STAYS: Final = ("goods_ready_on", "notes")
"""Fields of a line that a change can give another value, but not take away."""


@dataclass(frozen=True, slots=True)
class Changed:
    """`header` names fields. `lines` are those that were there, with what each changed field of them said then.

    `new` and `gone` are the numbers of lines that were not there, or are not any more.
    """

    header: Sequence[str]
    lines: Mapping[Decimal, Mapping[str, Any]]
    new: frozenset[Decimal]
    gone: frozenset[Decimal]


def changed(ordered: Mapping[str, Any], now: Mapping[str, Any]) -> Changed:
    """What is said now against what was said when the orders were made, or followed last."""
    before, after = by_number(ordered), by_number(now)
    stayed = ((number, line, after[number]) for number, line in before.items() if number in after)
    lines = {
        Decimal(number): {name: was.get(name) for name in fields_that_differ(was, is_)} for number, was, is_ in stayed
    }
    return Changed(
        fields_that_differ(without_lines(ordered), without_lines(now)),
        {number: fields for number, fields in lines.items() if fields},
        frozenset(map(Decimal, after.keys() - before.keys())),
        frozenset(map(Decimal, before.keys() - after.keys())),
    )


def cannot(path: str, told: str, **data: Any) -> Reason:
    """Why orders that are open do not follow."""
    return Reason("not_followed", path, told, data)


def inexpressible(what: Changed, order: SupplierOrder) -> Iterator[Reason]:
    """Everything that no change of an order can bring about."""
    for name in what.header:
        if name not in FOLLOWED:
            yield cannot(f"{PATH}/{name}", f"An order does not follow another {name}: it says what it is, or whose.")
        elif getattr(order, name) is None:
            yield _not_taken_away(PATH, name)
    for index, line in enumerate(order.lines):
        for name in what.lines.get(line.line, ()):
            if name not in FOLLOWED_OF_LINES:
                yield cannot(f"{line_path(index)}/{name}", f"With another {name} it is no longer the same line.")
            elif name in _STAYS and getattr(line, name) is None:
                yield _not_taken_away(line_path(index), name)


def _not_taken_away(path: str, name: str) -> Reason:
    return cannot(f"{path}/{name}", f"It has no {name} any more, and a change of an order cannot take that away.")
