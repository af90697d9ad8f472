"""Handling parked messages again in this process, in earnest or for show, and editing them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiormq.exceptions import AMQPError

from adapter import configured
from adapter.app import Adapter
from adapter.cli.frame import database, fail, tell
from adapter.cli.parked_closed import not_waiting
from adapter.cli.progress import progress
from adapter.intake.answers import Handled
from adapter.intake.parking import received_again
from adapter.intake.received import Received
from adapter.intake.simulating import Simulating
from adapter.messaging.publishing import Publisher
from adapter.parts import limits_of
from adapter.persistence import parked_queries
from adapter.persistence.database import Database
from adapter.persistence.parked import ParkedMessage
from adapter.persistence.parked_queries import ParkedFilter
from config.logging import set_up_logging
from config.settings import Settings
from handlers.queues import HANDLERS

_AT_ONCE = 100
_BROKER_SECONDS = 5.0
_WAITING = {"waiting", "parked", "refused"}
_HANDLED = {*_WAITING, "replayed"}

Done = tuple[int | None, Handled]
Handle = Callable[[Sequence[ParkedMessage]], Awaitable[list[Done]]]


@dataclass(frozen=True, slots=True)
class Replay:
    """Which messages to handle again, how many a second, and who wants it why; or only for show."""

    which: ParkedFilter
    dry_run: bool
    rate: float | None
    by: str
    reason: str


async def replay_parked(chosen: Settings, asked: Replay, results: list[dict[str, Any]]) -> None:
    """Handle messages again, telling what became of each in `results`; with a dry run nothing is stored or sent."""
    _hush(chosen)
    handle = _for_show if asked.dry_run else _in_earnest
    async with database(chosen) as opened, handle(chosen, opened) as handled_by:
        async with opened.connection() as connection:
            total = await parked_queries.count(connection, asked.which)
        with progress("Replaying", total) as advance:
            async for messages in _messages(opened, asked):
                if not asked.dry_run:
                    await _signed(opened, messages, asked)
                results += [_result(id, handled) for id, handled in await handled_by(messages)]
                advance(len(results))


def _hush(chosen: Settings) -> None:
    """At a terminal the table says what became of each message: their lines of the log would hide it."""
    if sys.stderr.isatty() and chosen.log_level in {"info", "warning"}:
        set_up_logging(chosen.model_copy(update={"log_level": "error"}))


async def _signed(opened: Database, messages: Sequence[ParkedMessage], asked: Replay) -> None:
    async with opened.transaction() as connection:
        await parked_queries.sign(connection, [message.id for message in messages], asked.by, asked.reason)


async def _messages(opened: Database, asked: Replay) -> AsyncIterator[list[ParkedMessage]]:
    """Batch after batch by id, so that one that is parked again does not come twice."""
    which, rate = asked.which, asked.rate
    most = _AT_ONCE if rate is None else max(1, min(_AT_ONCE, int(rate)))
    while True:
        async with opened.connection() as connection:
            found = await parked_queries.kept(connection, which, most)
        known = [message for message in found if message.state in _HANDLED and message.queue in HANDLERS]
        if known:
            yield known
        if len(found) < most:
            return
        which = replace(which, after=found[-1].id)
        if rate is not None:
            await asyncio.sleep(most / rate)


@asynccontextmanager
async def _in_earnest(chosen: Settings, _opened: Database) -> AsyncIterator[Handle]:
    adapter = Adapter.of(chosen)

    async def handled(messages: Sequence[ParkedMessage]) -> list[Done]:
        waiting = [message for message in messages if message.state in _WAITING]
        done = [message for message in messages if message.state not in _WAITING]
        again = await adapter.replaying.replay(waiting)
        told = await adapter.intake.handle([_repetition(chosen, message) for message in done]) if done else []
        return [
            *((one.received.replay_of, one) for one in again),
            *((message.id, one) for message, one in zip(done, told, strict=True)),
        ]

    try:
        await _reach(adapter.publisher)
        yield handled
    finally:
        await adapter.publisher.stop()
        await adapter.database.close()


def _repetition(chosen: Settings, message: ParkedMessage) -> Received:
    """A message that has succeeded since, as if it came once more: it is known by its id."""
    received = received_again(message, HANDLERS, limits_of(chosen))
    received.replay_of = None
    return received


async def _reach(publisher: Publisher) -> None:
    """Answers go out where the broker can be reached; what happens to the messages does not depend on it."""
    try:
        async with asyncio.timeout(_BROKER_SECONDS):
            await publisher.start()
    except (AMQPError, OSError, TimeoutError):
        tell("The broker cannot be reached: no answers are sent. Events go out as soon as the adapter runs.")


@asynccontextmanager
async def _for_show(chosen: Settings, opened: Database) -> AsyncIterator[Handle]:
    simulating = Simulating(opened, configured.load(chosen.config_dir))
    senders = configured.senders(chosen.config_dir)

    def again(message: ParkedMessage) -> Received:
        if message.state not in _WAITING:
            return _repetition(chosen, message)
        return received_again(message, HANDLERS, limits_of(chosen), senders)

    async def handled(messages: Sequence[ParkedMessage]) -> list[Done]:
        simulated = await simulating.simulate([again(message) for message in messages])
        return [(message.id, one.handled) for message, one in zip(messages, simulated, strict=True)]

    yield handled


def _result(id: int | None, handled: Handled) -> dict[str, Any]:
    received = handled.received
    return {
        "id": id,
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
            fail("\n".join(await not_waiting(chosen, [id])))
        _check_identity(chosen, found[0], body)
        new = await parked_queries.edit(connection, id, body, by, reason)
        return new or fail(f"Message {id} has this body already, or had it once.")


def _check_identity(chosen: Settings, message: ParkedMessage, body: bytes) -> None:
    before = received_again(message, HANDLERS, limits_of(chosen))
    after = received_again(replace(message, body=body), HANDLERS, limits_of(chosen))
    free = not before.readable or "message_id_reused" in message.codes
    if not free and not after.readable:
        fail(f"The edited message cannot be read: {after.reasons[0].message}")
    if not free and before.key != after.key:
        fail(f"The edited message must keep its id {before.message_id} and source {before.source}.")
