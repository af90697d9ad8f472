"""Was the work truly done? Rows, numbers, events and queues are looked at after every run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from aio_pika.abc import AbstractIncomingMessage

from benchmarks.programs import Program
from benchmarks.stage import Stage

_SILENCE = 30.0

_COUNTED = """
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
    (SELECT count(DISTINCT sequence_number) FROM orders) AS distinct_numbers,
    (SELECT coalesce(max(sequence_number), 0) FROM orders) AS highest,
    (SELECT coalesce(sum(highest), 0)::bigint FROM number_series) AS counter
"""


class NotDone(Exception):
    """A run whose work was not done as it says: its figure counts for nothing."""


async def check(stage: Stage, program: Program, sent: int, lines: int, *, counted: int) -> int:
    """How many events came more than once, as the contract allows; none should where nothing fails.

    Raises:
        NotDone: with everything that is wrong.
    """
    received = await _received(stage, await stage.depth(stage.warehouse))
    left = await stage.depth(stage.offers)
    done = sent - left
    wrong = await _wrong_rows(stage, done, lines) if program.rows else []
    subjects, ids = {event["subject"] for event in received}, {event["id"] for event in received}
    repeated = len(received) - len(ids)
    if not len(subjects) == len(ids) == done:
        wrong.append(f"{done} offers were handled, but there are {len(ids)} events of {len(subjects)} orders")
    if done < counted - repeated:
        wrong.append(f"{counted} were counted as done, but {left} of {sent} still wait")
    if wrong:
        raise NotDone(f"{program.name}: " + "; ".join(wrong))
    return repeated


async def _wrong_rows(stage: Stage, done: int, lines: int) -> list[str]:
    row: Mapping[str, int] = await stage.query(_COUNTED)
    expected = dict.fromkeys(row.keys(), done) | dict.fromkeys(("unexplained", "otherwise", "parked", "unsent"), 0)
    expected |= dict.fromkeys(("order_lines", "offer_lines"), done * lines)
    return [f"{name}: {row[name]} instead of {count}" for name, count in expected.items() if row[name] != count]


async def _received(stage: Stage, events: int) -> list[dict[str, Any]]:
    """Take the events out of the warehouse's queue, which also shows that they are whole."""
    received: list[dict[str, Any]] = []
    complete = asyncio.Event()

    async def take(message: AbstractIncomingMessage) -> None:
        received.append(orjson.loads(message.body))
        if len(received) >= events:
            complete.set()

    if events:
        queue = await stage.channel.get_queue(stage.warehouse)
        tag = await queue.consume(take, no_ack=True)
        await asyncio.wait_for(complete.wait(), _SILENCE)
        await queue.cancel(tag)
    return received
