"""Small backlogs, one after the other: the program is held while a queue is filled, then let go."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from benchmarks import checks
from benchmarks.drain import Drained, Watching
from benchmarks.latency import until_consuming
from benchmarks.machine import Reading
from benchmarks.programs import Program, running
from benchmarks.stage import Stage

_PATIENCE = 60.0
_POLL = 0.005


async def drain_small(
    program: Program, stage: Stage, folder: Path, bodies: Sequence[bytes], *, size: int, lines: int = 5
) -> Drained:
    """Drain the bodies `size` at a time; the first of these backlogs warms the program up and is not counted.

    Raises:
        checks.NotDone: what was counted as done was not.
    """
    before = await checks.counts(stage)
    async with running(program, stage, folder) as run:
        await until_consuming(stage, run)
        watching = Watching(stage, run, _POLL)
        rest, done, seconds, used = iter(bodies), 0, 0.0, 0.0
        while backlog := list(islice(rest, size)):
            run.send(signal.SIGSTOP)
            await stage.publish(backlog)
            begun = Reading.of(run.watched)
            run.send(signal.SIGCONT)
            reached = await watching.until(done + len(backlog), time.perf_counter() + _PATIENCE)
            ended = Reading.of(run.watched)
            if done:
                seconds += ended.at - begun.at
                used += ended.since(begun)["program"]
            done = reached
        peak = run.peak_megabytes
    repeated = await checks.check(stage, program, len(bodies), lines, counted=done, before=before)
    counted = done - size
    return Drained(
        program.name,
        done,
        lines,
        counted / seconds,
        0.0,
        {"program": used / counted * 1e6},
        0.0,
        peak,
        repeated,
    )
