"""Trap: whether anything is stored between two keys, asked so that the index is read to its end.

PostgreSQL 15 does so where pairs of columns are compared.
"""

from __future__ import annotations

from conftest import Databases

from adapter.persistence import registry_import
from adapter.persistence.database import Database
from adapter.persistence.migrating import migrate
from adapter.persistence.registry_import import EntryRow

STORED = 20_000
READ = """
SELECT heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read
FROM pg_statio_user_tables WHERE relname = 'registry'
"""
SIZE = "SELECT pg_relation_size('registry_pkey') / current_setting('block_size')::int"


def a_row(number: int) -> EntryRow:
    return EntryRow("price", f"LP/*/EUR/2026-01-01/A{number:06}/-/EA", 1, "{}", None)


async def test_new_ground_is_found_without_reading_the_keys_behind_it(new_database: Databases) -> None:
    database = Database((await new_database()).replace("postgresql://", "postgresql+asyncpg://"))
    await migrate(database.engine)
    before_them = [a_row(number) for number in range(1_000)]
    async with database.dedicated() as connection:
        await registry_import.prepare(connection)
        await registry_import.store(connection, [a_row(number) for number in range(1_000, STORED)])
        await connection.execute("ANALYZE registry")
        await connection.execute("SELECT pg_stat_force_next_flush()")
        before = await connection.fetchval(READ)

        new, met = await registry_import.parted(connection, before_them)

        await connection.execute("SELECT pg_stat_force_next_flush()")
        read = await connection.fetchval(READ) - before
        size = await connection.fetchval(SIZE)
    await database.close()

    assert (new, met) == (before_them, [])
    assert read < 20 < size
