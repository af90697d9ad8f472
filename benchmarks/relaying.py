"""Sending events that wait in the outbox, as after an hour without a broker: how many a second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks import checks
from benchmarks.drain import Drained, taken
from benchmarks.programs import Program, running
from benchmarks.stage import Stage

_WAITING = "SELECT count(*) FILTER (WHERE sent_at IS NULL) AS waiting, count(*) AS events FROM events"


async def relay(program: Program, stage: Stage, folder: Path, *, seconds: float) -> Drained:
    """Start the program on a stage with a full outbox; what takes longer than `seconds` is stopped then.

    Raises:
        checks.NotDone: an event is marked and did not come, or came and is not marked.
    """
    waiting: int = (await stage.query(_WAITING))["waiting"]
    async with running(program, stage, folder) as run:
        sent = await taken(run, stage, waiting, 1, seconds)
    return replace(sent, repeated=await _check(program, stage))


async def _check(program: Program, stage: Stage) -> int:
    row = await stage.query(_WAITING)
    received = await checks.received_by_warehouse(stage)
    marked, distinct = row["events"] - row["waiting"], len({one.message_id for one in received})
    if marked != distinct:
        raise checks.NotDone(f"{program.name}: {marked} events are marked as sent, {distinct} came")
    return len(received) - distinct
