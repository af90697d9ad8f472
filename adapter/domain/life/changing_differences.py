"""What differs between two documents of one order: before and after of each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_Node = Mapping[str, Any]

_TOLD_OTHERWISE: Final = frozenset(
    {"version", "stage", "status", "holds", "warnings", "authorised_total", "lines", "totals"}
)
_FOLLOWS: Final = frozenset({"vat_summary", "due_dates"})
_LINE_FOLLOWS: Final = frozenset({"gross", "discount", "final_discount", "net", "vat", "remaining_quantity"})
_TOTALS: Final = ("net", "vat", "total")
_DISCOUNTS: Final = frozenset({"discounts", "final_discounts"})


def differences(before: _Node, after: _Node) -> list[dict[str, Any]]:
    """`[{path, before, after}]` of header and lines: `/delivery_on`, `/lines/2/quantity`; lines go by their number.

    An added line has no before, a removed one no after. Amounts that follow from other fields are not told.
    """
    return [*_fields(before, after, "", _TOLD_OTHERWISE | _FOLLOWS), *_lines(before, after)]


def differences_of_totals(before: _Node, after: _Node) -> list[dict[str, Any]]:
    """What the order comes to, where that has changed."""
    pairs = ((name, before["totals"][name], after["totals"][name]) for name in _TOTALS)
    return [_told(f"/totals/{name}", old, new) for name, old, new in pairs if old != new]


def _fields(before: _Node, after: _Node, path: str, skip: frozenset[str]) -> Iterator[dict[str, Any]]:
    for name in after:
        if name in skip:
            continue
        old, new = _as_given(name, before.get(name)), _as_given(name, after[name])
        if old != new:
            yield _told(f"{path}/{name}", old, new)


def _as_given(name: str, value: Any) -> Any:
    """Discounts without the money that they come to."""
    if name not in _DISCOUNTS or value is None:
        return value
    return [{part: one[part] for part in one if part != "amount"} for one in value]


def _lines(before: _Node, after: _Node) -> Iterator[dict[str, Any]]:
    old = {line["line"]: line for line in before["lines"]}
    new = {line["line"]: line for line in after["lines"]}
    for number in [*old, *(number for number in new if number not in old)]:
        path = f"/lines/{number}"
        if number in old and number in new:
            yield from _fields(old[number], new[number], path, _LINE_FOLLOWS)
        else:
            yield _told(path, old.get(number), new.get(number))


def _told(path: str, before: Any, after: Any) -> dict[str, Any]:
    return {"path": path, "before": before, "after": after}
