"""The orders that were made of a supplier order: which of its lines went where, and how much of it (§3.4 S8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from adapter.domain.decision import Link, SupplierOrderKey
from adapter.domain.order import Order, OrderLine
from adapter.domain.order_state import OrderName
from adapter.domain.supplier_orders.supplier_order import SupplierOrder


def name_of(key: SupplierOrderKey) -> OrderName:
    """The orders that were made of a supplier order."""
    return OrderName("supplier_order", key.number, source=key.source)


def bought_quantities(order: SupplierOrder) -> dict[Decimal, Decimal]:
    """What was bought, by line."""
    return {line.line: line.quantity for line in order.lines}


def bought_line_of(line: OrderLine) -> Decimal | None:
    """The line of the supplier order that an order line was made of; None where somebody added it by hand."""
    return None if line.origin is None else line.origin.line


def links_of(orders: Iterable[tuple[UUID, Order]], bought: Mapping[Decimal, Decimal]) -> list[Link]:
    """The links to these orders, each by its id: every line goes whole into one order."""
    return [
        Link(number, id, line.line, bought[number])
        for id, order in orders
        for line in order.lines
        if (number := bought_line_of(line)) in bought and number is not None
    ]
