"""Trap: the check of a foreign key, planned while its table was empty, reads the whole table for ever after."""

from __future__ import annotations

import uuid

from conftest import Databases

from adapter.persistence.database import Database
from adapter.persistence.migrating import migrate

BATCHES, A_BATCH = 30, 50

ORDERS = """
INSERT INTO orders (id, number, numbering, sequence_number, type, date, customer, currency, exchange_rate, net, total,
    confirmation, fulfilment, hold, acknowledgement, stage, version, position, credit_account)
SELECT id, id::text, 'ORD', 1, 'STD', '2026-01-01', 'C1', 'EUR', 1, 0, 0, '', '', '', '', '', 1, 1, 'C1'
FROM unnest($1::uuid[]) AS new (id)
"""
LINES = """
INSERT INTO order_lines (order_id, line, kind, net, vat) SELECT id, 1, 'item', 0, 0 FROM unnest($1::uuid[]) AS new (id)
"""
READ = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'orders'"


async def test_lines_are_checked_against_their_orders_by_index_although_all_began_empty(
    new_database: Databases,
) -> None:
    url = (await new_database()).replace("postgresql://", "postgresql+asyncpg://")
    database = Database(url)
    await migrate(database.engine)
    async with database.dedicated() as connection:
        await connection.execute("VACUUM ANALYZE orders, order_lines")
        for _ in range(BATCHES):
            ids = [uuid.uuid4() for _ in range(A_BATCH)]
            async with connection.transaction():
                await connection.execute(ORDERS, ids)
                await connection.execute(LINES, ids)
        await connection.execute("SELECT pg_stat_force_next_flush()")
        read = await connection.fetchval(READ)
    await database.close()

    assert read == 0
