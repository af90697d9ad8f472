"""The runs of a round, one program after the other, the other way round in every second round."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.drain import Drained, drain
from benchmarks.floor.rows import take_samples, write_rows
from benchmarks.latency import Waited, latency
from benchmarks.morning import Morning
from benchmarks.programs import THROUGH, US, USUAL, Program
from benchmarks.site import Site
from benchmarks.stage import stage

PARTS: Final = ("promised", "resolved", "floor", "latency", "copies", "lines")
_USUAL_MOST: Final = 250
"""More orders a second than the usual way makes anywhere: it never runs dry."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a round does. `usual_seconds`: the usual way's rate is flat, so it drains what it can in that time."""

    orders: int = 5_000
    usual_seconds: float = 20.0
    latency_seconds: float = 12.0
    latency_rate: float = 50.0
    large_orders: int = 60
    large_lines: int = 500


Result = Drained | Waited


@dataclass(slots=True)
class Rounds:
    """Runs round after round; `results` are by the run's name, one a round."""

    site: Site
    sizes: Sizes
    folder: Path
    parts: tuple[str, ...] = PARTS
    results: dict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))
    _sampled: bool = False

    @property
    def _floor(self) -> str:
        return f"{self.site.prefix}_floor"

    async def run(self, number: int) -> None:
        """One round; every second one in the opposite order."""
        runs = [run for part in self.parts for run in self._runs()[part].items()]
        if "floor" in self.parts and not self._sampled:
            await self._sample()
        for name, run in runs if number % 2 else reversed(runs):
            result = await run()
            self.results[name].append(result)
            print(f"round {number}  {name:16} {_told(result)}", file=sys.stderr, flush=True)

    def _runs(self) -> dict[str, dict[str, Callable[[], Awaitable[Result]]]]:
        promised, resolved = Morning(promised=True), Morning(promised=False)
        return {
            "promised": self._both("promised", promised),
            "resolved": self._both("resolved", resolved),
            "floor": {"floor rows": self._rows, "floor broker": lambda: self._drain(THROUGH, resolved)},
            "latency": {"latency us": lambda: self._latency(US), "latency usual": lambda: self._latency(USUAL)},
            "copies": {"two copies": lambda: self._drain(US, promised, copies=2)},
            "lines": {"large orders": self._large},
        }

    def _both(self, name: str, morning: Morning) -> dict[str, Callable[[], Awaitable[Result]]]:
        return {
            f"{name} us": lambda: self._drain(US, morning),
            f"{name} usual": lambda: self._drain_usual(morning),
        }

    async def _drain(self, program: Program, morning: Morning, copies: int = 1) -> Drained:
        bodies = list(morning.messages(self.sizes.orders))
        async with stage(self.site) as one:
            return await drain(program, one, self.folder, bodies, copies=copies)

    async def _drain_usual(self, morning: Morning) -> Drained:
        seconds = self.sizes.usual_seconds
        bodies = list(morning.messages(int(seconds * _USUAL_MOST)))
        async with stage(self.site) as one:
            return await drain(USUAL, one, self.folder, bodies, seconds=seconds)

    async def _large(self) -> Drained:
        lines = self.sizes.large_lines
        bodies = list(Morning(promised=True, lines=lines).messages(self.sizes.large_orders))
        async with stage(self.site) as one:
            return await drain(US, one, self.folder, bodies, lines=lines)

    async def _latency(self, program: Program) -> Waited:
        sizes = self.sizes
        bodies = list(Morning().messages(int(sizes.latency_seconds * sizes.latency_rate) + 50))
        async with stage(self.site) as one:
            return await latency(program, one, self.folder, bodies, sizes.latency_rate)

    async def _sample(self) -> None:
        """A hundred orders of ours are the rows that the floor writes."""
        bodies = list(Morning(promised=False).messages(200))
        async with stage(self.site, keep_as=self._floor) as one:
            await drain(US, one, self.folder, bodies)
        await take_samples(self.site, self._floor)
        self._sampled = True

    async def _rows(self) -> Drained:
        return await write_rows(self.site, self._floor, self.sizes.orders)


def _told(result: Result) -> str:
    if isinstance(result, Waited):
        return f"p50 {result.p50:6.1f} ms  p99 {result.p99:6.1f} ms"
    cpu = "  ".join(f"{part} {used:.0f}" for part, used in result.cpu_us.items())
    spent = f"us an order: {cpu}  others {result.foreign_cores:.2f} cores"
    spent += f"  {result.repeated} events repeated" if result.repeated else ""
    return f"{result.rate:8.0f}/s  first {result.first_seconds:4.1f} s  {spent}"
