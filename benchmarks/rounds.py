"""Rounds: every run once, one program after the other, the other way round in every second round."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.commands import Ran
from benchmarks.drain import Drained
from benchmarks.lag import Lagged
from benchmarks.latency import Waited
from benchmarks.parts import Parts, Result

_BEHIND = "  fell behind"


@dataclass(slots=True)
class Rounds:
    """Runs round after round; `results` are by the run's name, one a round."""

    parts: Parts
    chosen: Sequence[str]
    results: dict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))

    async def run(self, number: int) -> None:
        """One round; every second one in the opposite order."""
        runs = [run for part in self.chosen for run in self.parts.runs(part).items()]
        for name, run in runs if number % 2 else reversed(runs):
            begun = time.perf_counter()
            result = await run()
            self.results[name].append(result)
            took = f"({time.perf_counter() - begun:.0f} s)"
            print(f"round {number}  {name:22} {told(result)}  {took}", file=sys.stderr, flush=True)


def told(result: Result) -> str:
    """A result in a line."""
    match result:
        case Waited():
            return f"p50 {result.p50:.1f} ms  p99 {result.p99:.1f} ms{_BEHIND * result.behind}"
        case Lagged():
            waited = f"commit to confirmed p50 {result.lag_p50:.1f} ms  p99 {result.lag_p99:.1f} ms"
            commits = f"transaction {result.transaction:.1f} ms  one row {result.one_row:.1f} ms"
            return f"{waited}  {commits}{_BEHIND * result.behind}"
        case Ran():
            return f"{result.rate:8.0f}/s  {result.seconds:.1f} s"
        case Drained():
            return _drained(result)


def _drained(result: Drained) -> str:
    cpu = "  ".join(f"{part} {used:.0f}" for part, used in result.cpu_us.items())
    spent = f"us an order: {cpu}  others {result.foreign_cores:.2f} cores  {result.peak_megabytes:.0f} MB"
    spent += f"  {result.repeated} events repeated" if result.repeated else ""
    return f"{result.rate:8.0f}/s  first {result.first_seconds:4.1f} s  {spent}"
