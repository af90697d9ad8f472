"""Draining a queue that was filled before: how many orders a second, at what cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import checks
from benchmarks.machine import Reading
from benchmarks.programs import Program, Running, running
from benchmarks.stage import Stage
from benchmarks.traces import TraceCost, trace_cost

_PATIENCE = 600.0
_START_PATIENCE = 60.0
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain gave, from the first event in the warehouse's queue to the last (or the end of its time).

    `first_seconds` is from the start of the process to that first event; `cpu_us` is per order, by part;
    `foreign_cores` is what others on this machine took meanwhile; `repeated` are events that came more than once.
    """

    program: str
    orders: int
    lines: int
    rate: float
    first_seconds: float
    cpu_us: dict[str, float]
    foreign_cores: float
    peak_megabytes: float
    repeated: int = 0
    traces: TraceCost | None = None

    @property
    def us_a_line(self) -> float:
        return 1e6 / self.rate / self.lines

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Watching:
    """A look at the warehouse's queue every now and then: it costs the broker next to nothing."""

    stage: Stage
    program: Running
    poll: float = _POLL

    async def until(self, events: int, deadline: float) -> int:
        """Wait until so many events are there, or the time is up; how many there are."""
        while True:
            depth = await self.stage.depth(self.stage.warehouse)
            if depth >= events or time.perf_counter() >= deadline:
                return depth
            self.program.check()
            await asyncio.sleep(self.poll)


async def drain(
    program: Program,
    stage: Stage,
    folder: Path,
    bodies: Sequence[bytes],
    *,
    lines: int = 5,
    copies: int = 1,
    seconds: float = _PATIENCE,
) -> Drained:
    """Fill the queue, start the program, and take the time; what takes longer than `seconds` is stopped then.

    Raises:
        checks.NotDone: what was counted as done was not.
    """
    before = await checks.counts(stage)
    await stage.publish(bodies)
    async with running(program, stage, folder, copies) as run:
        drained = await taken(run, stage, len(bodies), lines, seconds)
    repeated = await checks.check(stage, program, len(bodies), lines, counted=drained.orders, before=before)
    traces = await trace_cost(stage) if program.rows else None
    return replace(drained, repeated=repeated, traces=traces)


async def taken(run: Running, stage: Stage, events: int, lines: int, seconds: float) -> Drained:
    """The time from the first event in the warehouse's queue to the last, or to the end of `seconds`."""
    watching = Watching(stage, run)
    watched = {**run.watched, **stage.site.watched}
    first = await watching.until(1, time.perf_counter() + _START_PATIENCE)
    before = Reading.of(watched)
    last = await watching.until(events, before.at + seconds)
    after = Reading.of(watched)
    done = last - first
    if done <= 0:
        raise checks.NotDone(f"{run.program.name}: {first} events at once and no more in {seconds} s")
    return Drained(
        run.program.name,
        last,
        lines,
        done / (after.at - before.at),
        before.at - run.started,
        {part: used / done * 1e6 for part, used in after.since(before).items()},
        after.foreign_cores(before),
        run.peak_megabytes,
    )


def together(drained: Sequence[Drained]) -> Drained:
    """Drains of equal size that ran beside each other, as one: what they shared was counted for each of them."""
    first, number = drained[0], len(drained)
    shared = {part: sum(one.cpu_us[part] for one in drained) / number**2 for part in first.cpu_us}
    own = sum(one.cpu_us["program"] for one in drained) / number
    return replace(
        first,
        orders=sum(one.orders for one in drained),
        rate=sum(one.rate for one in drained),
        first_seconds=max(one.first_seconds for one in drained),
        cpu_us=shared | {"program": own},
        foreign_cores=0.0,
        peak_megabytes=max(one.peak_megabytes for one in drained),
        repeated=sum(one.repeated for one in drained),
    )
