"""Several copies: one publishes, the others tell it when there is something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from actors import until
from house import House

from adapter.persistence import leadership
from adapter.relay.relay import Relay


async def nobody(*_event: object) -> bool:
    """Who follows publishes nothing."""
    raise AssertionError


@asynccontextmanager
async def a_follower(house: House, *, has_committed: bool = False) -> AsyncIterator[None]:
    relay = Relay(house.adapter.database, nobody, poll_seconds=600)
    if has_committed:
        relay.wake()
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        relay.stop()
        await task


async def test_of_several_copies_only_the_one_that_committed_tells_the_one_that_publishes(house: House) -> None:
    told: list[None] = []

    async def is_told() -> bool:
        return bool(told)

    async with AsyncExitStack() as copies:
        witness = await copies.enter_async_context(house.adapter.database.dedicated())
        await leadership.listen(witness, lambda: told.append(None))
        for has_committed in (False, False, True):
            await copies.enter_async_context(a_follower(house, has_committed=has_committed))

        await until(is_told)
        for _ in range(200):  # time enough for an answer to what was told, if there were one
            await witness.fetchval("SELECT 1")
        assert len(told) == 1
