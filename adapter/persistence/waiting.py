"""What waits for somebody, for people who are told of it by mail; and which copy tells them."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from adapter.persistence.database import Connection


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: its row, since when, and why (codes of a message, kinds of an order's holds)."""

    id: int
    since: datetime.datetime
    causes: list[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What the last mail told of: parked messages, and the events by which orders were held."""

    messages: Collection[int]
    holds: Collection[int]


_CLAIM = """
UPDATE digest SET tried_at = now()
WHERE (sent_at IS NULL OR sent_at < now() - make_interval(secs => $1))
    AND (tried_at IS NULL OR tried_at < now() - make_interval(secs => $2))
RETURNING messages, holds
"""


async def claim(connection: Connection, every_seconds: float, try_seconds: float) -> Told | None:
    """Whether it is this copy's turn to look and to write, for the next `try_seconds`; then, what was told last."""
    row = await connection.fetchrow(_CLAIM, every_seconds, try_seconds)
    return None if row is None else Told(set(row["messages"]), set(row["holds"]))


async def told(connection: Connection, now: Told) -> None:
    """The mail has gone."""
    await connection.execute(
        "UPDATE digest SET sent_at = now(), messages = $1, holds = $2", list(now.messages), list(now.holds)
    )


async def messages(connection: Connection) -> list[Waiting]:
    """Messages in the parking lot that wait for a cure."""
    rows = await connection.fetch("SELECT id, first_seen, codes FROM parked WHERE state = 'parked' ORDER BY id")
    return [Waiting(*row.values()) for row in rows]


_HELD = """
SELECT b.id, b.created_at, ARRAY(
    SELECT one ->> 'kind'
    FROM jsonb_array_elements(convert_from(last.body, 'UTF8')::jsonb -> 'data' -> 'order' -> 'holds') AS h (one)
)
FROM orders o JOIN events last ON last.order_id = o.id AND last.position = o.position
JOIN LATERAL (
    SELECT id, created_at FROM events
    WHERE order_id = o.id AND type = 'order.blocked' ORDER BY position DESC LIMIT 1
) b ON true
WHERE o.hold IN ('blocked', 'awaiting_approval') ORDER BY b.id
"""


async def held(connection: Connection) -> list[Waiting]:
    """Orders that are held, each by the event that told it."""
    return [Waiting(*row.values()) for row in await connection.fetch(_HELD)]
