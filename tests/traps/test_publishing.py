"""Trap: publishing event after event, each confirmed before the next, falls behind for ever under a backlog."""

from __future__ import annotations

import asyncio
import uuid

from conftest import Databases

from adapter.persistence import events
from adapter.persistence.database import Database
from adapter.persistence.events import StoredEvent
from adapter.persistence.migrating import migrate
from adapter.relay.relay import Relay

WAITING = 300


def an_event(number: int) -> StoredEvent:
    return StoredEvent(uuid.uuid4(), uuid.uuid4(), 1, "order.entered", f"{number}", b"{}", None)


async def test_events_of_different_orders_are_published_without_waiting_for_each_other(
    new_database: Databases,
) -> None:
    """The broker of this test confirms nothing before it has everything: one after the other would never end."""
    database = Database((await new_database()).replace("postgresql://", "postgresql+asyncpg://"))
    await migrate(database.engine)
    async with database.transaction() as connection:
        await events.add(connection, [an_event(number) for number in range(WAITING)])
    everything = asyncio.Barrier(WAITING)

    async def publish(_key: str, _body: bytes, _id: str, _cause: str | None) -> bool:
        await everything.wait()
        return True

    relay = Relay(database, publish)
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(20), database.dedicated() as connection:
        while (await events.backlog(connection))[0]:  # noqa: ASYNC110 -- the relay is at work beside
            await asyncio.sleep(0.01)
    relay.stop()
    await running
    await database.close()

    assert relay.published == WAITING
