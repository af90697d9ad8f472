"""What is fulfilled, closed and still open of an order, and the state that follows from it (§10.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from adapter.domain.order import Order, OrderLine
from adapter.domain.values import ONE, ZERO, Rounding

FULFILMENT_EVENTS: Final = {
    "none": "order.partially-fulfilled",
    "partial": "order.partially-fulfilled",
    "complete": "order.fulfilled",
    "closed": "order.closed",
}
"""What tells that an order has come to one of these states."""


def goods(order: Order) -> list[OrderLine]:
    """The lines that are fulfilled; notes are not."""
    return [line for line in order.lines if line.kind != "note"]


def fulfilment_of(order: Order) -> str:
    """`complete` when nothing is left, `closed` when some of that was closed by force, `partial` when some is done."""
    lines = goods(order)
    if lines and all(line.remaining_quantity == ZERO for line in lines):
        return "closed" if any(line.closed_quantity > ZERO for line in lines) else "complete"
    done = any(line.fulfilled_quantity > ZERO or line.closed_quantity > ZERO for line in lines)
    return "partial" if done else "none"


def close(line: OrderLine) -> Decimal:
    """Nothing more will come for this line; gives what was still open."""
    left = line.remaining_quantity or ZERO
    line.closed_quantity += left
    return left


def open_part(order: Order) -> Decimal:
    """The part of the order's value that is still to be delivered, from 0 to 1."""
    lines = [line for line in goods(order) if line.kind != "giveaway" and line.quantity]
    value = sum((line.net for line in lines), ZERO)
    if not value:
        return ZERO if fulfilment_of(order) in {"complete", "closed"} else ONE
    left = sum((line.net * (line.remaining_quantity or ZERO) / (line.quantity or ONE) for line in lines), ZERO)
    return min(max(left / value, ZERO), ONE)  # charges may be negative, a part of the whole cannot


def open_amount(order: Order, rounding: Rounding) -> Decimal:
    """What the order still counts towards credit, in company currency (§6.6; on what is left, our own decision)."""
    if order.confirmation in {"cancelled", "rejected"} or fulfilment_of(order) in {"complete", "closed"}:
        return ZERO
    return rounding(order.totals.total * open_part(order) / order.exchange_rate)
