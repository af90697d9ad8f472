"""Many registry entries at once: copied in, or copied beside and taken over where they are newer (contract 7)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import asyncpg

from adapter.persistence.database import Connection
from adapter.persistence.registry import next_version


class EntryRow(NamedTuple):
    """An entry as it is stored: `entry` is JSON text, None retires it; `scope` is `registry_entries.scope_of`."""

    kind: str
    key: str
    revision: int
    entry: str | None
    scope: str | None


_CREATE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_entries (
    kind text NOT NULL, key text NOT NULL, revision bigint NOT NULL, entry jsonb, scope text
) ON COMMIT DELETE ROWS
"""
# Entries that are not newer are left out before the insert: a conflict, even one that changes nothing, locks its row.
# Looked up one by one, since a join may be planned as a walk through the whole registry.
_NEWER: Final = """
FROM incoming_entries n
WHERE coalesce((SELECT s.revision FROM registry s WHERE s.kind = n.kind AND s.key = n.key), -1) < n.revision
"""
_COUNT: Final = "SELECT count(*)" + _NEWER
_STORE: Final = (
    """
INSERT INTO registry AS r (kind, key, revision, entry, scope, version)
SELECT n.kind, n.key, n.revision, n.entry, n.scope, $1"""
    + _NEWER
    + """
ON CONFLICT (kind, key) DO UPDATE
    SET revision = excluded.revision, entry = excluded.entry, version = excluded.version,
        scope = coalesce(excluded.scope, r.scope)
    WHERE r.revision < excluded.revision
"""
)
# The kind by itself: between two pairs of kind and key the index would be read to its end.
_ANY_BETWEEN: Final = """
SELECT b.kind <> b.last_kind OR EXISTS (
    SELECT FROM registry r WHERE r.kind = b.kind AND r.key BETWEEN b.key AND b.last_key
) AS met
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
    AS b (kind, key, last_kind, last_key, place) ORDER BY place
"""
_BLOCK: Final = 500
"""Rows that are copied in together where nothing is stored between the first and the last of their keys."""


async def prepare(connection: Connection) -> None:
    """Once for a connection of its own, outside any transaction, before anything is stored or counted."""
    # The engine's way to write jsonb calls Python for every row; the driver's own does not.
    await connection.reset_type_codec("jsonb", schema="pg_catalog")
    await connection.execute(_CREATE)


async def store(connection: Connection, rows: Sequence[EntryRow]) -> int:
    """Store in one transaction the rows that are newer than what is stored, and tell how many those were.

    No key may come twice. The version of the registries is raised once, as late as possible: other writers wait for it.
    """
    new, met = await parted(connection, rows)
    if new:
        with suppress(asyncpg.UniqueViolationError):
            return await _store(connection, new, met)
    return await _store(connection, [], rows)


async def _store(connection: Connection, new: Sequence[EntryRow], met: Sequence[EntryRow]) -> int:
    async with connection.transaction():
        if met:
            await _copy_beside(connection, met)
        version = await next_version(connection)
        newer = await connection.execute(_STORE, version) if met else "INSERT 0 0"
        if new:
            await _append(connection, new, version)
    return len(new) + int(newer.rpartition(" ")[2])


async def count(connection: Connection, rows: Sequence[EntryRow]) -> int:
    """How many of the rows `store` would store; nothing is kept."""
    async with connection.transaction():
        await _copy_beside(connection, rows)
        newer: int = await connection.fetchval(_COUNT)
    return newer


async def parted(connection: Connection, rows: Sequence[EntryRow]) -> tuple[list[EntryRow], list[EntryRow]]:
    """Rows on new ground, and those that may be stored already.

    New ground is where nothing is stored from the first to the last key of a block, as while a price list comes for the
    first time. Where the database sorts in another way than we do, or another writer was first, the answer may be
    wrong: then `_append` meets an entry that is stored.
    """
    blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
    ends = [(*min(block)[:2], *max(block)[:2]) for block in blocks]
    answers = await connection.fetch(_ANY_BETWEEN, *map(list, zip(*ends, strict=True))) if ends else []
    new: list[EntryRow] = []
    met: list[EntryRow] = []
    for block, answer in zip(blocks, answers, strict=True):
        (met if answer["met"] else new).extend(block)
    return new, met


async def _append(connection: Connection, rows: Sequence[EntryRow], version: int) -> None:
    records = [(*row, version) for row in rows]
    await connection.copy_records_to_table("registry", records=records, columns=(*EntryRow._fields, "version"))


async def _copy_beside(connection: Connection, rows: Sequence[EntryRow]) -> None:
    await connection.copy_records_to_table("incoming_entries", records=rows, columns=EntryRow._fields)
