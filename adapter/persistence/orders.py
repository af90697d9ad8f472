"""Customer orders as rows: what is searched, reported and guarded. An order's whole state is in its last event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from adapter.domain.order import Order, OrderLine
from adapter.persistence.database import Connection
from adapter.persistence.rows import Rows


@dataclass(slots=True)
class StoredOrder:
    """A new order as it is stored; `position` is that of its last event."""

    id: UUID
    order: Order
    position: int
    credit_account: str
    credit_amount: Decimal
    explanation: bytes


_ORDERS = Rows(
    "orders",
    (
        ("id", "uuid"),
        ("number", "text"),
        ("numbering", "text"),
        ("sequence_number", "bigint"),
        ("type", "text"),
        ("date", "date"),
        ("customer", "text"),
        ("currency", "text"),
        ("exchange_rate", "numeric"),
        ("net", "numeric"),
        ("total", "numeric"),
        ("confirmation", "text"),
        ("fulfilment", "text"),
        ("hold", "text"),
        ("acknowledgement", "text"),
        ("stage", "text"),
        ("version", "integer"),
        ("position", "integer"),
        ("credit_account", "text"),
        ("credit_amount", "numeric"),
        ("explanation", "bytea"),
    ),
)
_LINES = Rows(
    "order_lines",
    (
        ("order_id", "uuid"),
        ("line", "numeric"),
        ("kind", "text"),
        ("item", "text"),
        ("uom", "text"),
        ("quantity", "numeric"),
        ("fulfilled_quantity", "numeric"),
        ("closed_quantity", "numeric"),
        ("unit_price", "numeric"),
        ("net", "numeric"),
        ("vat", "numeric"),
        ("delivery_on", "date"),
    ),
)
_ORIGINS = Rows(
    "order_origins",
    (
        ("order_id", "uuid"),
        ("kind", "text"),
        ("source", "text"),
        ("type", "text"),
        ("number", "text"),
        ("version", "integer"),
    ),
)


async def enter(connection: Connection, orders: Sequence[StoredOrder]) -> None:
    """Store new orders with their lines and origins."""
    await _ORDERS.insert(connection, [_order_row(stored) for stored in orders])
    await add_lines(connection, [(stored.id, line) for stored in orders for line in stored.order.lines])
    await _ORIGINS.insert(
        connection,
        [row for stored in orders for row in _origin_rows(stored)],
    )


async def add_lines(connection: Connection, lines: Sequence[tuple[UUID, OrderLine]]) -> None:
    """Store lines, each with the id of its order."""
    await _LINES.insert(connection, [_line_row(order_id, line) for order_id, line in lines])


def _origin_rows(stored: StoredOrder) -> Iterator[tuple[object, ...]]:
    """The documents that an order was made of, and the customer's own number: all of them name it."""
    order = stored.order
    for origin in order.origin:
        yield stored.id, origin.kind, origin.source, origin.type or "", origin.number, origin.version
    if order.customer_order_number is not None:
        yield stored.id, "customer_order", "", "", order.customer_order_number, None


def _order_row(stored: StoredOrder) -> tuple[object, ...]:
    order = stored.order
    return (
        stored.id,
        order.number,
        order.numbering,
        order.sequence_number,
        order.type,
        order.date,
        order.customer,
        order.currency,
        order.exchange_rate,
        order.totals.net,
        order.totals.total,
        order.confirmation,
        order.fulfilment,
        order.hold,
        order.acknowledgement,
        order.stage,
        order.version,
        stored.position,
        stored.credit_account,
        stored.credit_amount,
        stored.explanation,
    )


def _line_row(order_id: UUID, line: OrderLine) -> tuple[object, ...]:
    return (
        order_id,
        line.line,
        line.kind,
        line.item,
        line.uom,
        line.quantity,
        line.fulfilled_quantity,
        line.closed_quantity,
        line.unit_price,
        line.net,
        line.vat,
        line.delivery_on,
    )
