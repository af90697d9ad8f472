"""What has been kept long enough: found by index in small portions, and reduced to what the rules still need."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from adapter.persistence.database import Connection
from adapter.persistence.inbox import InboxEntry, MessageKey

_CLOSED = ("refused", "replayed", "discarded")


async def unhurried(connection: Connection) -> None:
    """For the rest of the transaction: whole tables are read here, which takes as long as it takes."""
    await connection.execute("SET LOCAL statement_timeout = 0")
    await connection.execute("SET LOCAL enable_seqscan = on")


async def only_one(connection: Connection) -> bool:
    """Whether this transaction is the one that cleans up; another one waits for its turn."""
    taken: bool = await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('order-adapter cleanup'))")
    return taken


_MESSAGES = """
SELECT source, message_id, type, body, structured, outcome, answer FROM inbox
WHERE whole AND handled_at < $1 ORDER BY handled_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def old_messages(connection: Connection, before: datetime.datetime, most: int) -> list[InboxEntry]:
    """Messages that were handled before then and are kept as they came, the oldest first."""
    return [InboxEntry(*row.values()) for row in await connection.fetch(_MESSAGES, before, most)]


async def count_old_messages(connection: Connection, before: datetime.datetime) -> int:
    count: int = await connection.fetchval("SELECT count(*) FROM inbox WHERE whole AND handled_at < $1", before)
    return count


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stays of a message in the inbox."""

    key: MessageKey
    body: bytes
    answer: bytes


async def keep_imprints(connection: Connection, imprints: Sequence[Imprint]) -> None:
    """Keep of these messages only that; who they are and what became of them stays for ever."""
    await connection.execute(
        "UPDATE inbox i SET body = n.body, answer = n.answer, whole = false"
        " FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) AS n (source, message_id, body, answer)"
        " WHERE (i.source, i.message_id) = (n.source, n.message_id)",
        [one.key[0] for one in imprints],
        [one.key[1] for one in imprints],
        [one.body for one in imprints],
        [one.answer for one in imprints],
    )


_CLOSED_ROWS = "state = $1 AND last_seen < $2"


async def forget_parked(connection: Connection, before: datetime.datetime, most: int) -> int:
    """Delete messages of the parking lot that are closed and were last seen before then; how many."""
    gone = 0
    for state in _CLOSED:
        done = await connection.execute(
            f"DELETE FROM parked WHERE id IN (SELECT id FROM parked WHERE {_CLOSED_ROWS} LIMIT $3)",  # noqa: S608 -- ours
            state,
            before,
            most - gone,
        )
        gone += int(done.rpartition(" ")[2])
    return gone


async def count_closed_parked(connection: Connection, before: datetime.datetime) -> int:
    query = f"SELECT count(*) FROM parked WHERE {_CLOSED_ROWS}"  # noqa: S608 -- our own text
    counts: list[int] = [await connection.fetchval(query, state, before) for state in _CLOSED]
    return sum(counts)


@dataclass(frozen=True, slots=True)
class PassedEvent:
    """An event that a cleanup comes past; without an order, `order_id` and `position` are None."""

    id: int
    order_id: UUID | None
    position: int | None


async def come_to(connection: Connection, what: str) -> int:
    """Up to which event this cleanup has come."""
    found: int | None = await connection.fetchval("SELECT up_to FROM cleaned WHERE what = $1", what)
    return found or 0


async def go_on_from(connection: Connection, what: str, event: int) -> None:
    await connection.execute(
        "INSERT INTO cleaned (what, up_to) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET up_to = excluded.up_to",
        what,
        event,
    )


_NEXT = """
SELECT id, order_id, position, created_at < $2 AND sent_at IS NOT NULL AS passed
FROM events WHERE id > $1 ORDER BY id LIMIT $3
"""


async def old_events(connection: Connection, after: int, before: datetime.datetime, most: int) -> list[PassedEvent]:
    """The next events written before then; never past one that has not left.

    What is still being written has a lower id only than events of the last seconds, which are not old.
    """
    passed = []
    for row in await connection.fetch(_NEXT, after, before, most):
        if not row["passed"]:
            break
        passed.append(PassedEvent(row["id"], row["order_id"], row["position"]))
    return passed


async def forget_events(connection: Connection, ids: Sequence[int]) -> None:
    """Delete events that tell of no order: refusals, divergences."""
    await connection.execute("DELETE FROM events WHERE id = ANY($1::bigint[]) AND order_id IS NULL", list(ids))


_SUPERSEDED = """
SELECT DISTINCT ON (p.id) p.id, p.body FROM unnest($1::uuid[], $2::integer[]) AS w (order_id, position)
JOIN events p ON p.order_id = w.order_id AND p.position < w.position
WHERE p.whole AND p.sent_at IS NOT NULL ORDER BY p.id
"""


async def superseded(connection: Connection, by: Sequence[PassedEvent]) -> dict[int, bytes]:
    """The events before these of the same orders, by row id, that still hold their order as it was then."""
    of_orders = [event for event in by if event.order_id is not None]
    rows = await connection.fetch(_SUPERSEDED, [e.order_id for e in of_orders], [e.position for e in of_orders])
    return {row["id"]: row["body"] for row in rows}


async def replace_bodies(connection: Connection, bodies: dict[int, bytes]) -> int:
    """Keep these bodies for events that have left; one that is being sent again meanwhile stays whole. How many."""
    done = await connection.execute(
        "UPDATE events e SET body = n.body, whole = false FROM unnest($1::bigint[], $2::bytea[]) AS n (id, body)"
        " WHERE e.id = n.id AND e.sent_at IS NOT NULL",
        list(bodies),
        list(bodies.values()),
    )
    return int(done.rpartition(" ")[2])


_COUNT_EVENTS = """
SELECT count(*) FROM events p WHERE sent_at IS NOT NULL AND (
    order_id IS NULL AND created_at < $1
    OR whole AND EXISTS (
        SELECT 1 FROM events e WHERE e.order_id = p.order_id AND e.position > p.position AND e.created_at < $1
    )
)
"""


async def count_old_events(connection: Connection, before: datetime.datetime) -> int:
    count: int = await connection.fetchval(_COUNT_EVENTS, before)
    return count


_QUIET = """
SELECT o.id FROM unnest($1::uuid[], $2::integer[]) AS w (id, position)
JOIN orders o ON o.id = w.id AND o.position = w.position
WHERE o.explanation IS NOT NULL ORDER BY o.id FOR UPDATE OF o
"""


async def forget_explanations(connection: Connection, last: Sequence[PassedEvent]) -> int:
    """Drop the explanations of the orders to which nothing has happened since these events; of how many orders."""
    of_orders = [event for event in last if event.order_id is not None]
    rows = await connection.fetch(_QUIET, [e.order_id for e in of_orders], [e.position for e in of_orders])
    ids = [row["id"] for row in rows]
    if ids:
        await connection.execute("UPDATE orders SET explanation = NULL WHERE id = ANY($1::uuid[])", ids)
        await connection.execute("DELETE FROM order_explanations WHERE order_id = ANY($1::uuid[])", ids)
    return len(ids)


_COUNT_EXPLANATIONS = """
SELECT count(*) FROM orders o JOIN events e ON e.order_id = o.id AND e.position = o.position
WHERE o.explanation IS NOT NULL AND e.created_at < $1
"""


async def count_explanations(connection: Connection, before: datetime.datetime) -> int:
    count: int = await connection.fetchval(_COUNT_EXPLANATIONS, before)
    return count
