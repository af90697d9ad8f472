"""Dates of an order that move, and what lines copied from the header (§1.4: header → line)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapter.domain.life.changing_asked import LineAsked
from adapter.domain.life.changing_draft import Draft
from adapter.domain.offers.wording import dates_out_of_order, late_delivery
from adapter.domain.order import Order, OrderLine
from adapter.domain.values import ZERO

COPIED: Final = ("delivery_on", "goods_ready_on", "project")
"""Header fields that lines without a value of their own have copied."""


def change_with_lines(draft: Draft, name: str) -> None:
    """Open lines that have the header's value follow it; those with one of their own, or done with, do not."""
    before, value = getattr(draft.order, name), getattr(draft.asked.header, name)
    if value is None or value == before:
        return
    setattr(draft.order, name, value)
    for line in draft.order.lines:
        if getattr(line, name) == before and _is_open(line):
            setattr(line, name, value)


def _is_open(line: OrderLine) -> bool:
    return line.remaining_quantity is None or line.remaining_quantity > ZERO


def warn_of_late_delivery(draft: Draft) -> None:
    """A header's delivery date before the order's own."""
    order = draft.order
    if draft.asked.header.delivery_on is None:
        return
    draft.unwarn("delivery_in_past")
    if order.delivery_on is not None and order.delivery_on < order.date:
        draft.warn(late_delivery(order.delivery_on, order.date))


def change_line_dates(draft: Draft, line: OrderLine, asked: LineAsked) -> None:
    line.delivery_on = asked.delivery_on or line.delivery_on
    line.goods_ready_on = asked.goods_ready_on or line.goods_ready_on
    if asked.delivery_on is None:
        return
    draft.unwarn("delivery_in_past", line.line)
    if asked.delivery_on < draft.order.date:
        draft.warn(late_delivery(asked.delivery_on, draft.order.date, line.line))


def check_dates(draft: Draft) -> None:
    """`dates_out_of_order` where goods would be ready after their delivery, on everything that has moved."""
    told = set()
    for path, moved in _moved(draft):
        if moved.goods_ready_on and moved.delivery_on and moved.goods_ready_on > moved.delivery_on and path not in told:
            told.add(path)
            draft.reasons.append(dates_out_of_order(path, moved.goods_ready_on, moved.delivery_on))


def _moved(draft: Draft) -> Iterator[tuple[str, Order | OrderLine]]:
    """The header and the lines with another date than before, each with the path of the date that moved it."""
    before = draft.state.draft()
    of_header = _path("/set", draft.asked.header.goods_ready_on is not None)
    if _dates(before) != _dates(draft.order):
        yield of_header, draft.order
    lines = {line.line: line for line in before.lines}
    asked = {one.line: (f"/lines/{i}", one.goods_ready_on, one.delivery_on) for i, one in enumerate(draft.asked.lines)}
    for line in draft.order.lines:
        if line.line in lines and _dates(lines[line.line]) != _dates(line):
            path, ready, delivery = asked.get(line.line, ("", None, None))
            yield of_header if ready is delivery is None else _path(path, ready is not None), line


def _dates(dated: Order | OrderLine) -> tuple[object, object]:
    return dated.goods_ready_on, dated.delivery_on


def _path(of: str, ready_is_given: bool) -> str:
    return f"{of}/goods_ready_on" if ready_is_given else f"{of}/delivery_on"
