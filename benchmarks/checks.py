"""Was the work truly done? Rows, numbers, events and queues are looked at after every run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, NamedTuple

import orjson
from aio_pika.abc import AbstractIncomingMessage

from benchmarks.programs import Program
from benchmarks.stage import Stage

_SILENCE = 30.0
Counts = Mapping[str, int]

_COUNTED: Final = """
SELECT (SELECT count(*) FROM orders) AS orders,
    (SELECT count(*) FROM orders WHERE explanation IS NULL) AS unexplained,
    (SELECT count(*) FROM order_lines) AS order_lines,
    (SELECT count(*) FROM order_origins WHERE kind = 'offer') AS origins,
    (SELECT count(*) FROM offers) AS offers,
    (SELECT count(*) FROM offer_lines WHERE converted = offered) AS offer_lines,
    (SELECT count(*) FROM inbox WHERE outcome = 'created') AS created,
    (SELECT count(*) FROM inbox WHERE outcome <> 'created') AS otherwise,
    (SELECT count(*) FROM parked) AS parked,
    (SELECT count(*) FROM events) AS events,
    (SELECT count(*) FROM events WHERE sent_at IS NULL) AS unsent,
    (SELECT count(*) FROM (SELECT DISTINCT numbering, sequence_number FROM orders) AS numbers) AS distinct_numbers,
    (SELECT coalesce(sum(last), 0)::bigint FROM
        (SELECT max(sequence_number) AS last FROM orders GROUP BY numbering) AS series) AS highest,
    (SELECT coalesce(sum(highest), 0)::bigint FROM number_series) AS counter
"""
_NONE: Final = ("unexplained", "otherwise", "parked", "unsent")
_LINES: Final = ("order_lines", "offer_lines")


class NotDone(Exception):
    """A run whose work was not done as it says: its figure counts for nothing."""


async def counts(stage: Stage) -> Counts:
    """What the tables hold; taken before a run, so that only what it adds is looked at."""
    return dict(await stage.query(_COUNTED))


async def check(stage: Stage, program: Program, sent: int, lines: int, *, counted: int, before: Counts) -> int:
    """How many events came more than once, as the contract allows; none should where nothing fails.

    Raises:
        NotDone: with everything that is wrong.
    """
    received = await received_by_warehouse(stage)
    left = await stage.depth(stage.offers)
    done = sent - left
    wrong = await _wrong_rows(stage, done, lines, before) if program.rows else []
    subjects, ids = {one.subject for one in received}, {one.id for one in received}
    repeated = len(received) - len(ids)
    if not len(subjects) == len(ids) == done:
        wrong.append(f"{done} offers were handled, but there are {len(ids)} events of {len(subjects)} orders")
    if dead := await stage.depth(stage.names.dead_letter):
        wrong.append(f"{dead} messages are in the dead-letter queue")
    if done < counted - repeated:
        wrong.append(f"{counted} were counted as done, but {left} of {sent} still wait")
    _raise(program, wrong)
    return repeated


async def check_rows(stage: Stage, program: Program, done: int, lines: int) -> None:
    """
    Raises:
        NotDone: the tables do not hold so many orders and what belongs to them, or something waits still.
    """
    wrong = await _wrong_rows(stage, done, lines, {})
    if left := await stage.depth(stage.offers):
        wrong.append(f"{left} offers wait still")
    _raise(program, wrong)


async def _wrong_rows(stage: Stage, done: int, lines: int, before: Counts) -> list[str]:
    row = await counts(stage)
    expected = dict.fromkeys(row, done) | dict.fromkeys(_NONE, 0) | dict.fromkeys(_LINES, done * lines)
    added = {name: count - before.get(name, 0) for name, count in row.items()}
    return [f"{name}: {added[name]} instead of {count}" for name, count in expected.items() if added[name] != count]


def _raise(program: Program, wrong: list[str]) -> None:
    if wrong:
        raise NotDone(f"{program.name}: " + "; ".join(wrong))


class Came(NamedTuple):
    """An event in the warehouse's hands; `message_id` is that of its AMQP properties."""

    id: str
    subject: str
    message_id: str | None


async def received_by_warehouse(stage: Stage) -> list[Came]:
    """Take the events out of the warehouse's queue, which also shows that they are whole."""
    events = await stage.depth(stage.warehouse)
    received: list[Came] = []
    complete = asyncio.Event()

    async def take(message: AbstractIncomingMessage) -> None:
        event = orjson.loads(message.body)
        received.append(Came(event["id"], event["subject"], message.message_id))
        if len(received) >= events:
            complete.set()

    if events:
        queue = await stage.channel.get_queue(stage.warehouse)
        tag = await queue.consume(take, no_ack=True)
        await asyncio.wait_for(complete.wait(), _SILENCE + events / 1000)
        await queue.cancel(tag)
    return received
