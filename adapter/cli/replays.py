"""Handling parked messages again in this process, in earnest or for show, and editing them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiormq.exceptions import AMQPError

from adapter import configured
from adapter.app import HANDLERS, Adapter, limits_of
from adapter.cli.frame import database, fail, tell
from adapter.intake.answers import Handled
from adapter.intake.parking import received_again
from adapter.intake.simulating import Simulating
from adapter.messaging.publishing import Publisher
from adapter.persistence import parked_queries
from adapter.persistence.database import Database
from adapter.persistence.parked import ParkedMessage
from adapter.persistence.parked_queries import ParkedFilter
from config.settings import Settings

_AT_ONCE = 100
_BROKER_SECONDS = 5.0
_WAITING = {"waiting", "parked", "refused"}


async def replay_parked(
    chosen: Settings, which: ParkedFilter, dry_run: bool, rate: float | None
) -> list[dict[str, Any]]:
    """Handle these messages again; with `dry_run` nothing is stored, published or answered."""
    handle = _for_show if dry_run else _in_earnest
    results = []
    async with database(chosen) as opened, handle(chosen, opened) as handled_by:
        async for messages in _messages(opened, which, rate):
            results += [_result(handled) for handled in await handled_by(messages)]
    return results


async def _messages(opened: Database, which: ParkedFilter, rate: float | None) -> AsyncIterator[list[ParkedMessage]]:
    """Batch after batch by id, so that one that is parked again does not come twice."""
    most = _AT_ONCE if rate is None else max(1, min(_AT_ONCE, int(rate)))
    while True:
        async with opened.connection() as connection:
            found = await parked_queries.kept(connection, which, most)
        waiting = [message for message in found if message.state in _WAITING and message.queue in HANDLERS]
        if waiting:
            yield waiting
        if len(found) < most:
            return
        which = replace(which, after=found[-1].id)
        if rate is not None:
            await asyncio.sleep(most / rate)


@asynccontextmanager
async def _in_earnest(chosen: Settings, _opened: Database) -> AsyncIterator[Any]:
    adapter = Adapter.of(chosen)
    try:
        await _reach(adapter.publisher)
        yield adapter.replaying.replay
    finally:
        await adapter.publisher.stop()
        await adapter.database.close()


async def _reach(publisher: Publisher) -> None:
    """Answers go out where the broker can be reached; what happens to the messages does not depend on it."""
    try:
        async with asyncio.timeout(_BROKER_SECONDS):
            await publisher.start()
    except (AMQPError, OSError, TimeoutError):
        tell("The broker cannot be reached: no answers are sent. Events go out as soon as the adapter runs.")


@asynccontextmanager
async def _for_show(chosen: Settings, opened: Database) -> AsyncIterator[Any]:
    simulating = Simulating(opened, configured.load(chosen.config_dir))
    senders = configured.senders(chosen.config_dir)

    async def handled(messages: Sequence[ParkedMessage]) -> list[Handled]:
        batch = [received_again(message, HANDLERS, limits_of(chosen), senders) for message in messages]
        return [simulated.handled for simulated in await simulating.simulate(batch)]

    yield handled


def _result(handled: Handled) -> dict[str, Any]:
    received = handled.received
    return {
        "id": received.replay_of,
        "source": received.source,
        "message_id": received.message_id,
        "outcome": handled.outcome,
        "orders": [order.number for order in handled.orders],
        "codes": handled.codes,
    }


async def edit_parked(chosen: Settings, id: int, body: bytes, by: str, reason: str) -> int:
    """Store an edited message beside the one that waits; the id of the new one.

    It stays the message of its source and id, unless those were what was wrong.
    """
    async with database(chosen) as opened, opened.transaction() as connection:
        found = await parked_queries.kept(connection, ParkedFilter(state=None, ids=[id]), 1)
        if not found or found[0].state not in _WAITING:
            fail(f"Message {id} does not wait in the parking lot.")
        _check_identity(chosen, found[0], body)
        new = await parked_queries.edit(connection, id, body, by, reason)
        return new or fail(f"Message {id} has this body already, or had it once.")


def _check_identity(chosen: Settings, message: ParkedMessage, body: bytes) -> None:
    before = received_again(message, HANDLERS, limits_of(chosen))
    after = received_again(replace(message, body=body), HANDLERS, limits_of(chosen))
    free = not before.readable or "message_id_reused" in message.codes
    if not free and before.key != after.key:
        fail(f"The edited message must keep its id {before.message_id} and source {before.source}.")
