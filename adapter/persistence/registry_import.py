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
_ANY_BETWEEN: Final = """
SELECT EXISTS (SELECT FROM registry WHERE (kind, key) >= ($1, $2) AND (kind, key) <= ($3, $4))
"""


async def prepare(connection: Connection) -> None:
    """Once for a connection, outside any transaction, before anything is stored or counted."""
    await connection.execute(_CREATE)


async def store(connection: Connection, rows: Sequence[EntryRow]) -> int:
    """Store in one transaction the rows that are newer than what is stored, and tell how many those were.

    No key may come twice. The version of the registries is raised once, as late as possible: other writers wait for it.
    """
    if rows and await _is_new_ground(connection, rows):
        with suppress(asyncpg.UniqueViolationError):
            return await _append(connection, rows)
    async with connection.transaction():
        await _copy_beside(connection, rows)
        version = await next_version(connection)
        tag = await connection.execute(_STORE, version)
    return int(tag.rpartition(" ")[2])


async def count(connection: Connection, rows: Sequence[EntryRow]) -> int:
    """How many of the rows `store` would store; nothing is kept."""
    async with connection.transaction():
        await _copy_beside(connection, rows)
        newer: int = await connection.fetchval(_COUNT)
    return newer


async def _is_new_ground(connection: Connection, rows: Sequence[EntryRow]) -> bool:
    """Whether nothing is stored from the first to the last of the keys, as while a price list comes for the first time.

    Where the database sorts in another way than we do, or another writer was first, the answer may be wrong: then
    `_append` meets an entry that is stored.
    """
    first, last = min(row[:2] for row in rows), max(row[:2] for row in rows)
    return not await connection.fetchval(_ANY_BETWEEN, *first, *last)


async def _append(connection: Connection, rows: Sequence[EntryRow]) -> int:
    columns = (*EntryRow._fields, "version")
    async with connection.transaction():
        version = await next_version(connection)
        records = ((*row, version) for row in rows)
        await connection.copy_records_to_table("registry", records=records, columns=columns)
    return len(rows)


async def _copy_beside(connection: Connection, rows: Sequence[EntryRow]) -> None:
    await connection.copy_records_to_table("incoming_entries", records=rows, columns=EntryRow._fields)
