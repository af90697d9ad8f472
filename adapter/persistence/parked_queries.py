"""The parking lot as it is looked at and worked on by people."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from adapter.persistence.database import Connection
from adapter.persistence.parked import ParkedMessage, body_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedFilter:
    """Which messages; everything given must hold. `since` and `until` are about when they were last seen."""

    state: str | None = "parked"
    code: str | None = None
    source: str | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    ids: Sequence[int] | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class ListedMessage:
    id: int
    source: str
    message_id: str
    type: str | None
    state: str
    codes: list[str]
    first_seen: datetime.datetime
    last_seen: datetime.datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class WholeMessage:
    """A message in the parking lot with everything that is kept of it."""

    listed: ListedMessage
    queue: str
    reasons: bytes
    body: bytes
    properties: bytes
    awaits: list[str]
    actor: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Messages that wait for the same: `example` is the id of the first of them, `reasons` are its own."""

    codes: list[str]
    awaits: list[str]
    messages: int
    first_seen: datetime.datetime
    last_seen: datetime.datetime
    example: int
    reasons: bytes


_LISTED = "id, source, message_id, type, state, codes, first_seen, last_seen, attempts"
_KEPT = "source, message_id, type, queue, state, codes, reasons, body, properties, awaits, registry_version, id"
_WHICH = """
    ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR $2 = ANY(codes)) AND ($3::text IS NULL OR source = $3)
    AND ($4::timestamptz IS NULL OR last_seen >= $4) AND ($5::bigint[] IS NULL OR id = ANY($5)) AND id > $6
    AND ($7::timestamptz IS NULL OR last_seen < $7)
"""


def _arguments(which: ParkedFilter) -> tuple[object, ...]:
    ids = None if which.ids is None else list(which.ids)
    return which.state, which.code, which.source, which.since, ids, which.after, which.until


async def listed(connection: Connection, which: ParkedFilter) -> list[ListedMessage]:
    query = f"SELECT {_LISTED} FROM parked WHERE {_WHICH} ORDER BY id"  # noqa: S608 -- our own text
    return [ListedMessage(*row.values()) for row in await connection.fetch(query, *_arguments(which))]


async def causes(connection: Connection, which: ParkedFilter) -> list[Cause]:
    """The messages of a filter by what is wrong with them and what cures it, the most frequent first."""
    query = (
        "SELECT codes, awaits, count(*), min(first_seen), max(last_seen), min(id), (array_agg(reasons ORDER BY id))[1]"  # noqa: S608 -- our own text
        f" FROM parked WHERE {_WHICH} GROUP BY codes, awaits ORDER BY count(*) DESC, min(id)"
    )
    return [Cause(*row.values()) for row in await connection.fetch(query, *_arguments(which))]


async def count(connection: Connection, which: ParkedFilter) -> int:
    found: int = await connection.fetchval(f"SELECT count(*) FROM parked WHERE {_WHICH}", *_arguments(which))  # noqa: S608 -- ours
    return found


async def kept(connection: Connection, which: ParkedFilter, most: int) -> list[ParkedMessage]:
    """The first messages of a filter as they came, to be handled again; `after` the last id gives the next ones."""
    query = f"SELECT {_KEPT} FROM parked WHERE {_WHICH} ORDER BY id LIMIT $8"  # noqa: S608 -- our own text
    return [ParkedMessage(*row.values()) for row in await connection.fetch(query, *_arguments(which), most)]


async def whole(connection: Connection, which: ParkedFilter) -> AsyncIterator[WholeMessage]:
    """The messages of a filter with everything, as they come; needs a transaction."""
    query = (
        f"SELECT {_LISTED}, queue, reasons, body, properties, awaits, actor, note"  # noqa: S608 -- our own text
        f" FROM parked WHERE {_WHICH} ORDER BY id"
    )
    async for row in connection.cursor(query, *_arguments(which), prefetch=100):
        values = list(row.values())
        yield WholeMessage(ListedMessage(*values[:9]), *values[9:])


async def discard(connection: Connection, ids: Sequence[int], actor: str, note: str) -> set[int]:
    """Set messages aside for good; gives those that were still waiting."""
    rows = await connection.fetch(
        "UPDATE parked SET state = 'discarded', actor = $2, note = $3, last_seen = now()"
        " WHERE id = ANY($1::bigint[]) AND state IN ('waiting', 'parked', 'refused') RETURNING id",
        list(ids),
        actor,
        note,
    )
    return {row["id"] for row in rows}


async def sign(connection: Connection, ids: Sequence[int], actor: str, note: str) -> None:
    """Write down who works on these messages that wait, and why; a reason that was given before stays without one."""
    await connection.execute(
        "UPDATE parked SET actor = $2, note = coalesce(nullif($3, ''), note)"
        " WHERE id = ANY($1::bigint[]) AND state IN ('waiting', 'parked', 'refused')",
        list(ids),
        actor,
        note,
    )


async def edit(connection: Connection, id: int, body: bytes, actor: str, note: str) -> int | None:
    """Put another body beside a message that waits, which is then discarded; the id of the new one.

    None where it no longer waits, or where that body was there already.
    """
    new: int | None = await connection.fetchval(
        "INSERT INTO parked (source, message_id, type, queue, state, codes, reasons, body, body_hash, properties,"
        "  awaits, registry_version, actor, note)"
        " SELECT source, message_id, type, queue, state, codes, reasons, $2, $3, properties, awaits, registry_version,"
        "  $4, $5 FROM parked WHERE id = $1 AND state IN ('waiting', 'parked', 'refused')"
        " ON CONFLICT (source, message_id, body_hash) DO NOTHING RETURNING id",
        id,
        body,
        body_hash(body),
        actor,
        note,
    )
    if new is not None:
        await discard(connection, [id], actor, f"edited, now {new}: {note}")
        await _expect(connection, new, body)
    return new


async def _expect(connection: Connection, id: int, body: bytes) -> None:
    """From now on this is what the message of that source and id says: another body under its id is a misuse."""
    await connection.execute(
        "UPDATE inbox i SET body = $2, whole = true FROM parked p"
        " WHERE p.id = $1 AND (i.source, i.message_id) = (p.source, p.message_id)",
        id,
        body,
    )
