"""Where a customer's personal data stands, row by row, and writing the rows without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from adapter.persistence.database import Connection
from adapter.persistence.inbox import InboxEntry, MessageKey
from adapter.persistence.parked import ParkedMessage, body_hash
from adapter.persistence.registry import next_version


async def begin(connection: Connection, customer: str, actor: str, reason: str) -> int:
    """Put on record that somebody erases a customer's data; the id of the record."""
    query = "INSERT INTO erasures (customer, actor, reason) VALUES ($1, $2, $3) RETURNING id"
    id: int = await connection.fetchval(query, customer, actor, reason)
    return id


async def end(connection: Connection, id: int, erased: Mapping[str, int]) -> None:
    query = "UPDATE erasures SET ended_at = now(), erased = $2::text::jsonb WHERE id = $1"
    await connection.execute(query, id, orjson.dumps(dict(erased)).decode())


async def forget(connection: Connection, id: int) -> None:
    """There was no such customer: take that off the record."""
    await connection.execute("DELETE FROM erasures WHERE id = $1", id)


async def is_on_record(connection: Connection, customer: str, but: int) -> bool:
    """Whether his data was erased before, as another record than this says."""
    query = "SELECT EXISTS (SELECT FROM erasures WHERE customer = $1 AND id <> $2)"
    found: bool = await connection.fetchval(query, customer, but)
    return found


async def entry(connection: Connection, customer: str) -> str | None:
    """The customer's registry entry as JSON text."""
    query = "SELECT entry::text FROM registry WHERE kind = 'customer' AND key = $1 FOR UPDATE"
    text: str | None = await connection.fetchval(query, customer)
    return text


async def replace_entry(connection: Connection, customer: str, entry: str) -> None:
    """Keep this entry under the revision that it has: a newer one of its owner still replaces it."""
    await connection.execute(
        "UPDATE registry SET entry = $2::text::jsonb, version = $3 WHERE kind = 'customer' AND key = $1",
        customer,
        entry,
        await next_version(connection),
    )


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: UUID
    number: str
    open: bool


async def orders_of(connection: Connection, customer: str) -> list[OrderRow]:
    """Every order of the customer; open ones still wait for goods."""
    rows = await connection.fetch(
        "SELECT id, number, stage NOT IN ('fulfilled', 'closed', 'cancelled', 'rejected') FROM orders"
        " WHERE customer = $1 ORDER BY id",
        customer,
    )
    return [OrderRow(*row.values()) for row in rows]


async def origins_of(connection: Connection, customer: str) -> list[tuple[str, str, str]]:
    """The documents that his orders were made of: (kind, source, number)."""
    rows = await connection.fetch(
        "SELECT DISTINCT n.kind, n.source, n.number FROM order_origins n JOIN orders o ON o.id = n.order_id"
        " WHERE o.customer = $1",
        customer,
    )
    return [tuple(row.values()) for row in rows]


async def events_of(connection: Connection, order: UUID) -> dict[int, bytes]:
    """The events of an order, by row id; the order is locked until the transaction ends."""
    await connection.execute("SELECT FROM orders WHERE id = $1 FOR UPDATE", order)
    rows = await connection.fetch("SELECT id, body FROM events WHERE order_id = $1 ORDER BY position", order)
    return {row["id"]: row["body"] for row in rows}


async def replace_events(connection: Connection, bodies: Mapping[int, bytes]) -> None:
    """Keep these bodies; what was sent stays sent."""
    await connection.execute(
        "UPDATE events e SET body = n.body FROM unnest($1::bigint[], $2::bytea[]) AS n (id, body) WHERE e.id = n.id",
        list(bodies),
        list(bodies.values()),
    )


async def explanations_of(connection: Connection, order: UUID) -> dict[int | None, bytes]:
    """The explanations of an order by version; None is the present one."""
    rows = await connection.fetch(
        "SELECT NULL::integer AS version, explanation FROM orders WHERE id = $1 AND explanation IS NOT NULL"
        " UNION ALL SELECT version, explanation FROM order_explanations WHERE order_id = $1",
        order,
    )
    return {row["version"]: row["explanation"] for row in rows}


async def replace_explanation(connection: Connection, order: UUID, version: int | None, explanation: bytes) -> None:
    if version is None:
        await connection.execute("UPDATE orders SET explanation = $2 WHERE id = $1", order, explanation)
        return
    query = "UPDATE order_explanations SET explanation = $3 WHERE (order_id, version) = ($1, $2)"
    await connection.execute(query, order, version, explanation)


async def supplier_orders_of(connection: Connection, customer: str) -> dict[UUID, bytes]:
    """What the supplier orders said that his orders were made of."""
    rows = await connection.fetch(
        "SELECT id, content FROM supplier_orders WHERE id IN ("
        "  SELECT l.supplier_order_id FROM supplier_order_links l JOIN orders o ON o.id = l.order_id"
        "  WHERE o.customer = $1) ORDER BY id FOR UPDATE",
        customer,
    )
    return {row["id"]: row["content"] for row in rows}


async def replace_supplier_order(connection: Connection, id: UUID, content: bytes) -> None:
    await connection.execute("UPDATE supplier_orders SET content = $2 WHERE id = $1", id, content)


_FIRST_KEY: MessageKey = ("", "")


async def messages_after(connection: Connection, key: MessageKey | None, most: int) -> list[InboxEntry]:
    """Messages of the inbox that are kept as they came, by key."""
    rows = await connection.fetch(
        "SELECT source, message_id, type, body, structured, outcome, answer FROM inbox"
        " WHERE whole AND (source, message_id) > ($1, $2) ORDER BY source, message_id LIMIT $3",
        *(key or _FIRST_KEY),
        most,
    )
    return [InboxEntry(*row.values()) for row in rows]


async def in_inbox(connection: Connection, keys: Sequence[MessageKey]) -> list[InboxEntry]:
    """These messages of the inbox, locked until the transaction ends."""
    rows = await connection.fetch(
        "SELECT i.source, i.message_id, type, body, structured, outcome, answer"
        " FROM unnest($1::text[], $2::text[]) AS w (source, message_id) JOIN inbox i USING (source, message_id)"
        " ORDER BY 1, 2 FOR UPDATE OF i",
        [source for source, _ in keys],
        [message_id for _, message_id in keys],
    )
    return [InboxEntry(*row.values()) for row in rows]


_PARKED = "source, message_id, type, queue, state, codes, reasons, body, properties, awaits, registry_version, id"


async def parked_after(connection: Connection, id: int, most: int) -> list[ParkedMessage]:
    """Messages of the parking lot in any state, by id."""
    query = f"SELECT {_PARKED} FROM parked WHERE id > $1 ORDER BY id LIMIT $2"  # noqa: S608 -- our own names
    return [ParkedMessage(*row.values()) for row in await connection.fetch(query, id, most)]


async def locked_parked(connection: Connection, id: int) -> ParkedMessage | None:
    query = f"SELECT {_PARKED} FROM parked WHERE id = $1 FOR UPDATE"  # noqa: S608 -- our own names
    row = await connection.fetchrow(query, id)
    return None if row is None else ParkedMessage(*row.values())


_OPEN = ("waiting", "parked", "refused")
_REPLACE_PARKED = """
UPDATE parked p SET body = $2, body_hash = $3, properties = $4, reasons = $5, state = $6,
    note = CASE WHEN p.note <> '' THEN $7 ELSE p.note END
WHERE p.id = $1
"""


async def replace_parked(connection: Connection, message: ParkedMessage, note: str) -> None:
    """Keep this in the place of a message; `note` in the place of what somebody noted on it."""
    distinct = b"" if message.state in _OPEN else str(message.id).encode()
    digest = body_hash(message.body + distinct)
    await connection.execute(
        _REPLACE_PARKED,
        message.id,
        message.body,
        digest,
        message.properties,
        message.reasons,
        message.state,
        note,
    )


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """An event that tells of no order: a refusal, or a supplier order that diverged."""

    id: int
    type: str
    body: bytes


async def other_events_after(connection: Connection, id: int, most: int) -> list[OtherEvent]:
    query = "SELECT id, type, body FROM events WHERE order_id IS NULL AND id > $1 ORDER BY id LIMIT $2"
    return [OtherEvent(*row.values()) for row in await connection.fetch(query, id, most)]


async def replace_refusal(connection: Connection, event: OtherEvent) -> None:
    """Keep this body, and no subject: that was the message's own word."""
    query = "UPDATE events SET body = $2, subject = CASE WHEN $3 THEN NULL ELSE subject END WHERE id = $1"
    await connection.execute(query, event.id, event.body, event.type == "message.refused")
