"""Rules between fields, told of data as it was sent, however faulty that may otherwise be (contract §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic_core import PydanticCustomError

from schemas.message import Fault
from schemas.values import number

Path = tuple[str | int, ...]
Node = Mapping[str, Any]

_ITEM_NAMES: Final = ("item", "barcode", "customer_item")
_CODED_OR_NOT: Final = ("giveaway", "charge")
_NOT_ON_NOTES: Final = ("quantity", "alternative_quantity", "unit_price", "discounts")


def rows(node: Any, name: str, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """The objects in the list `name` of an object, with their paths."""
    listed = node.get(name) if isinstance(node, Mapping) else None
    if isinstance(listed, list):
        for i, row in enumerate(listed):
            if isinstance(row, dict):
                yield (*path, name, i), row


def given(node: Node, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in node and node[name] is not None]


def amount(value: Any) -> Decimal | None:
    try:
        return number(value)
    except PydanticCustomError:
        return None


def one_of(node: Node, names: Sequence[str], path: Path) -> Iterator[Fault]:
    """Exactly one of these fields is given."""
    count = len(given(node, names))
    if count == 0:
        yield Fault(path, f"needs one of {', '.join(names)}")
    elif count > 1:
        yield from at_most_one(node, names, path)


def at_most_one(node: Node, names: Sequence[str], path: Path) -> Iterator[Fault]:
    found = given(node, names)
    if len(found) > 1:
        yield Fault(path, f"has {' and '.join(found)}; give only one of {', '.join(names)}")


def unique_lines(node: Any, path: Path = (), name: str = "lines") -> Iterator[Fault]:
    """No two lines have the same number."""
    seen: set[Decimal | int] = set()
    for where, row in rows(node, name, path):
        line = _line_number(row.get("line"))
        if line in seen:
            yield Fault((*where, "line"), "stands on two lines; give every line a number of its own")
        if line is not None:
            seen.add(line)


def _line_number(value: Any) -> Decimal | int | None:
    return value if type(value) is int else amount(value)


def terms(node: Any, path: Path = ()) -> Iterator[Fault]:
    """The payments and expenses of an object."""
    for where, payment in rows(node, "payments", path):
        yield from at_most_one(payment, ("percent", "amount"), where)
    for where, expense in rows(node, "expenses", path):
        yield from one_of(expense, ("amount", "percent"), where)


def offer_lines(node: Any, path: Path = (), name: str = "lines") -> Iterator[Fault]:
    """What each kind of line must and must not have."""
    yield from unique_lines(node, path, name)
    for where, line in rows(node, name, path):
        kind = line.get("kind") or "item"
        if kind == "item":
            yield from one_of(line, _ITEM_NAMES, where)
        elif kind == "uncoded":
            yield from _uncoded(line, where)
        elif kind == "note":
            yield from _note(line, where)
        elif kind in _CODED_OR_NOT:
            yield from _coded_or_not(line, kind, where)
        if kind != "charge" and _is_negative(line.get("unit_price")):
            yield Fault((*where, "unit_price"), "must not be negative; only that of a line of kind charge may be")


def _is_negative(value: Any) -> bool:
    # Most prices are positive: one look at the sign spares them the reading.
    if value is None or str(value)[0:1] != "-":
        return False
    found = amount(value)
    return found is not None and found < 0


def _uncoded(line: Node, path: Path) -> Iterator[Fault]:
    for name in given(line, _ITEM_NAMES):
        yield Fault((*path, name), "does not belong on a line of kind uncoded; leave it out, or use kind item")
    if not line.get("description"):
        yield Fault((*path, "description"), "is missing; a line of kind uncoded needs one")


def _coded_or_not(line: Node, kind: str, path: Path) -> Iterator[Fault]:
    yield from at_most_one(line, _ITEM_NAMES, path)
    if kind == "giveaway" and not given(line, _ITEM_NAMES) and not line.get("description"):
        yield Fault(path, f"needs a description, or one of {', '.join(_ITEM_NAMES)}")


def _note(line: Node, path: Path) -> Iterator[Fault]:
    for name in given(line, _NOT_ON_NOTES):
        yield Fault((*path, name), "does not belong on a line of kind note; leave it out")
    if not line.get("description") and not line.get("notes"):
        yield Fault((*path, "description"), "is missing; a line of kind note needs its text")
