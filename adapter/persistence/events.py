"""Events: what other systems are told, kept as it was sent. Those not sent yet are the outbox."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from adapter.persistence.database import Connection
from adapter.persistence.rows import Rows


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event to publish; `body` is the whole CloudEvent. Without an order, `order_id` and `position` are None.

    `replayed` marks one that was sent before and that somebody wants to have sent again.
    """

    event_id: UUID
    order_id: UUID | None
    position: int | None
    type: str
    subject: str | None
    body: bytes
    correlation_id: str | None
    id: int = 0
    replayed: bool = False


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
_NEW = "sent_at IS NULL AND replayed_at IS NULL"
_AGAIN = "sent_at IS NULL AND replayed_at IS NOT NULL"
_REPLAYS_SHARE = 4


async def add(connection: Connection, events: Sequence[StoredEvent]) -> None:
    await _EVENTS.insert(
        connection,
        [(e.event_id, e.order_id, e.position, e.type, e.subject, e.body, e.correlation_id) for e in events],
    )


# OFFSET 0 keeps the planner from turning the look-up of one order into a join with every replay that waits.
_UNSENT = f"""
(SELECT {_COLUMNS}, false AS replayed FROM events e
    WHERE {_NEW} AND (order_id IS NULL OR NOT order_id = ANY($3::uuid[]))
    AND (NOT (SELECT EXISTS (SELECT 1 FROM events WHERE {_AGAIN})) OR NOT EXISTS (
        SELECT 1 FROM events r
        WHERE r.order_id = e.order_id AND r.sent_at IS NULL AND r.replayed_at IS NOT NULL OFFSET 0
    ))
    ORDER BY id LIMIT $1)
UNION ALL
(SELECT {_COLUMNS}, true FROM events
    WHERE {_AGAIN} AND (order_id IS NULL OR NOT order_id = ANY($3::uuid[])) ORDER BY id LIMIT $2)
"""  # noqa: S608 -- our own column names


async def unsent(connection: Connection, most: int, skipping: Sequence[UUID] = ()) -> list[StoredEvent]:
    """The oldest events that are not marked as sent, without those of the orders to skip.

    New events come first and a share of those to be sent again with them, so that a long replay holds nobody up. The
    new events of an order wait for its own replay: whoever reads it again finds every position in its place.

    Never by a cursor: ids are drawn before commit, so a lower one may appear after a higher one.
    """
    rows = await connection.fetch(_UNSENT, most, max(1, most // _REPLAYS_SHARE), list(skipping))
    return [StoredEvent(*row.values()) for row in rows]


async def mark_sent(connection: Connection, ids: Sequence[int]) -> None:
    await connection.execute("UPDATE events SET sent_at = now() WHERE id = ANY($1::bigint[])", list(ids))


_BACKLOG = f"""
SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(since)), 0)::float8 AS seconds
FROM (SELECT created_at AS since FROM events WHERE {_NEW} UNION ALL
      SELECT replayed_at FROM events WHERE {_AGAIN}) AS waiting
"""  # noqa: S608 -- our own conditions


async def backlog(connection: Connection) -> tuple[int, float]:
    """How many events wait to be sent, and for how many seconds the oldest has."""
    row = await connection.fetchrow(_BACKLOG)
    return (row["waiting"], row["seconds"]) if row else (0, 0.0)


async def are_more_unsent_than(connection: Connection, number: int) -> bool:
    """Whether more new events than this wait to be sent; those to be sent again do not count."""
    return await connection.fetchval(f"SELECT EXISTS (SELECT FROM events WHERE {_NEW} OFFSET $1)", number) is True  # noqa: S608 -- ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Which events are to be sent again; everything given must hold. `order_ids` None: whatever they tell of."""

    order_ids: Sequence[UUID] | None = None
    positions: tuple[int, int | None] | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


_WHICH = """
    sent_at IS NOT NULL AND whole
    AND ($1::uuid[] IS NULL OR order_id = ANY($1)) AND ($2::integer IS NULL OR position >= $2)
    AND ($3::integer IS NULL OR position <= $3) AND ($4::timestamptz IS NULL OR created_at >= $4)
    AND ($5::timestamptz IS NULL OR created_at < $5)
"""


async def count_sent(connection: Connection, which: Again) -> int:
    """How many events `replay` would have sent again."""
    query = f"SELECT count(*) FROM events WHERE {_WHICH}"  # noqa: S608 -- our own conditions
    count: int = await connection.fetchval(query, *_arguments(which))
    return count


async def count_reduced(connection: Connection, which: Again) -> int:
    """How many events of these no longer hold their order: they are not sent again."""
    reduced = _WHICH.replace(" AND whole", " AND NOT whole")
    query = f"SELECT count(*) FROM events WHERE {reduced}"  # noqa: S608 -- our own conditions
    count: int = await connection.fetchval(query, *_arguments(which))
    return count


async def sent(connection: Connection, which: Again) -> AsyncIterator[bytes]:
    """The events that `replay` would have sent again, as they were sent, the oldest first; needs a transaction."""
    query = f"SELECT body FROM events WHERE {_WHICH} ORDER BY id"  # noqa: S608 -- our own conditions
    async for row in connection.cursor(query, *_arguments(which), prefetch=500):
        yield row["body"]


_REPLAY = f"""
WITH chosen AS (SELECT id FROM events WHERE {_WHICH} AND id > $6 ORDER BY id LIMIT $7 FOR UPDATE)
UPDATE events e SET sent_at = NULL, replayed_at = now() FROM chosen c WHERE e.id = c.id RETURNING e.id
"""  # noqa: S608 -- our own conditions


async def replay(connection: Connection, which: Again, after: int, most: int) -> list[int]:
    """Have events sent again, as they were, the oldest first; gives their row ids, and `after` the last are the next.

    Those not sent yet are on their way anyway.
    """
    rows = await connection.fetch(_REPLAY, *_arguments(which), after, most)
    return sorted(row["id"] for row in rows)


def _arguments(which: Again) -> tuple[object, ...]:
    order_ids = None if which.order_ids is None else list(which.order_ids)
    first, last = which.positions or (None, None)
    return order_ids, first, last, which.since, which.until
