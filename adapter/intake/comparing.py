"""How orders that would be made differ from those that were (what a new price list or rule would have changed)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from adapter.domain.document_lines import Document

Difference = dict[str, Any]
"""`order` that is stored, `path` (lines by their number), its `stored` value and the value `now`."""

# What an order's life changes, or its place in a series: no rule that is being tried makes it differ.
_HEADER: Final = {"number", "sequence_number", "version", "stage", "status", "holds", "warnings", "lines"}
_LINE: Final = {"fulfilled_quantity", "remaining_quantity", "closed_quantity"}


def differences(stored: Sequence[Document], now: Sequence[Document]) -> list[Difference]:
    """The orders of one message, pairwise in their order; an order without partner is one difference."""
    return [difference for pair in zip_longest(stored, now) for difference in _of_pair(*pair)]


def _of_pair(stored: Document | None, now: Document | None) -> Iterator[Difference]:
    if stored is None or now is None:
        yield _difference(stored, "", stored and stored["totals"]["total"], now and now["totals"]["total"])
        return
    yield from _fields(stored, stored, now, "", _HEADER)
    before, after = _by_line(stored), _by_line(now)
    for line in dict.fromkeys([*before, *after]):
        yield from _lines(stored, before.get(line), after.get(line), f"/lines/{line}")


def _by_line(order: Document) -> dict[str, Document]:
    return {line["line"]: line for line in order["lines"]}


def _lines(order: Document, before: Document | None, after: Document | None, path: str) -> Iterator[Difference]:
    if before is None or after is None:
        yield _difference(order, path, before and before["net"], after and after["net"])
    else:
        yield from _fields(order, before, after, path, _LINE)


def _fields(
    order: Document, before: Mapping[str, Any], after: Mapping[str, Any], path: str, without: set[str]
) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        was, is_ = before.get(name), after.get(name)
        if name in without or was == is_:
            continue
        if isinstance(was, dict) and isinstance(is_, dict) and name == "totals":
            yield from _fields(order, was, is_, f"{path}/{name}", set())
        else:
            yield _difference(order, f"{path}/{name}", was, is_)


def _difference(order: Document | None, path: str, stored: Any, now: Any) -> Difference:
    return {"order": order and order["number"], "path": path, "stored": stored, "now": now}
