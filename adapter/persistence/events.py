"""Events: what other systems are told, kept as it was sent. Those not sent yet are the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from adapter.persistence.database import Connection
from adapter.persistence.rows import Rows


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event to publish; `body` is the whole CloudEvent. Without an order, `order_id` and `position` are None."""

    event_id: UUID
    order_id: UUID | None
    position: int | None
    type: str
    subject: str | None
    body: bytes
    correlation_id: str | None
    id: int = 0


_EVENTS = Rows(
    "events",
    (
        ("event_id", "uuid"),
        ("order_id", "uuid"),
        ("position", "integer"),
        ("type", "text"),
        ("subject", "text"),
        ("body", "bytea"),
        ("correlation_id", "text"),
    ),
)
_COLUMNS = "event_id, order_id, position, type, subject, body, correlation_id, id"


async def add(connection: Connection, events: Sequence[StoredEvent]) -> None:
    await _EVENTS.insert(
        connection,
        [(e.event_id, e.order_id, e.position, e.type, e.subject, e.body, e.correlation_id) for e in events],
    )


async def unsent(connection: Connection, most: int, skipping: Sequence[UUID] = ()) -> list[StoredEvent]:
    """The oldest events that are not marked as sent, without those of the orders to skip.

    Never by a cursor: ids are drawn before commit, so a lower one may appear after a higher one.
    """
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM events WHERE sent_at IS NULL"  # noqa: S608 -- our own column names
        " AND (order_id IS NULL OR NOT order_id = ANY($2::uuid[])) ORDER BY id LIMIT $1",
        most,
        list(skipping),
    )
    return [StoredEvent(*row.values()) for row in rows]


async def mark_sent(connection: Connection, ids: Sequence[int]) -> None:
    await connection.execute("UPDATE events SET sent_at = now() WHERE id = ANY($1::bigint[])", list(ids))


async def backlog(connection: Connection) -> tuple[int, float]:
    """How many events wait to be sent, and the age of the oldest in seconds."""
    row = await connection.fetchrow(
        "SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds"
        " FROM events WHERE sent_at IS NULL"
    )
    return (row["waiting"], row["seconds"]) if row else (0, 0.0)
