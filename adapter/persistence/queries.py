"""Orders as they are looked at: found by number or origin, listed, with their state, history and explanation."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from adapter.domain.order_state import OrderName
from adapter.persistence.database import Connection, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders to list; everything given must hold, both dates are inclusive."""

    customer: str | None = None
    type: str | None = None
    stage: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class ListedOrder:
    number: str
    date: datetime.date
    type: str
    customer: str
    stage: str
    currency: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order with its whole state: `event` is its last event, a CloudEvent, `explanation` its trace as stored."""

    id: UUID
    number: str
    event: bytes
    explanation: bytes | None


_LIST = """
SELECT number, date, type, customer, stage, currency, total FROM orders
WHERE ($1::text IS NULL OR customer = $1) AND ($2::text IS NULL OR type = $2) AND ($3::text IS NULL OR stage = $3)
    AND ($4::date IS NULL OR date >= $4) AND ($5::date IS NULL OR date <= $5)
ORDER BY date DESC, numbering, sequence_number DESC LIMIT $6
"""
_FOUND = """
SELECT o.id, o.number, e.body, o.explanation FROM orders o
JOIN events e ON e.order_id = o.id AND e.position = o.position
"""
_BY_ORIGIN = f"""
{_FOUND} WHERE o.id IN (
    SELECT n.order_id FROM order_origins n
    WHERE n.kind = $1 AND (n.number = $2 OR n.number = $4 AND n.type = $3)
) ORDER BY o.entered_at, o.numbering, o.sequence_number
"""  # noqa: S608 -- our own text


async def orders(connection: Connection, which: OrderFilter) -> AsyncIterator[ListedOrder]:
    """The orders of a filter, the newest first, as they come; needs a transaction."""
    arguments = (which.customer, which.type, which.stage, which.since, which.until, which.most)
    async for row in connection.cursor(_LIST, *arguments, prefetch=1000):
        yield ListedOrder(*row.values())


async def numbered(connection: Connection, number: str) -> list[FoundOrder]:
    """The orders with this number; several where two numberings write alike."""
    return _found(await connection.fetch(f"{_FOUND} WHERE o.number = $1 ORDER BY o.entered_at", number))


async def made_of(connection: Connection, kind: str, document: str) -> list[FoundOrder]:
    """The orders made of a document: its number, or `type/number` where that alone is not enough."""
    type_, _, number = document.partition("/")
    return _found(await connection.fetch(_BY_ORIGIN, kind, document, type_, number))


def _found(rows: Sequence[Row]) -> list[FoundOrder]:
    return [FoundOrder(*row.values()) for row in rows]


async def history(connection: Connection, order_id: UUID) -> list[bytes]:
    """The events of an order by position, each a whole CloudEvent."""
    rows = await connection.fetch("SELECT body FROM events WHERE order_id = $1 ORDER BY position", order_id)
    return [row["body"] for row in rows]


@dataclass(frozen=True, slots=True)
class OrderOfDocument:
    """An order with its last event; `caused_by` is the id of the message that entered it."""

    id: UUID
    date: datetime.date
    event: bytes
    caused_by: str | None


async def of_documents(connection: Connection, names: Sequence[OrderName]) -> dict[OrderName, list[OrderOfDocument]]:
    """The orders made of offers and supplier orders, by the document. One without source is every source's."""
    found: dict[OrderName, list[OrderOfDocument]] = {name: [] for name in names}
    rows = await connection.fetch(
        "SELECT w.place, o.id, o.date, e.body, first.correlation_id"
        " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY"
        "  AS w (kind, source, type, number, place)"
        " JOIN order_origins n ON n.kind = w.kind AND n.number = w.number AND (w.type IS NULL OR n.type = w.type)"
        "  AND (w.source IS NULL OR n.source = w.source)"
        " JOIN orders o ON o.id = n.order_id JOIN events e ON e.order_id = o.id AND e.position = o.position"
        " JOIN events first ON first.order_id = o.id AND first.position = 1"
        " ORDER BY o.entered_at, o.sequence_number",
        *([getattr(name, part) for name in names] for part in ("kind", "source", "type", "number")),
    )
    for row in rows:
        place, *order = row.values()
        found[names[place - 1]].append(OrderOfDocument(*order))
    return found
