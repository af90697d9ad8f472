"""Gathering what is there into batches: alone a message waits for nobody, under load many share one commit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from adapter.in_words import in_words
from adapter.intake.answers import Handled
from adapter.intake.pausing import Pause
from adapter.intake.received import Received
from adapter.outage import Outage
from adapter.persistence.database import is_down
from adapter.unexpected import tell_unexpected

D = TypeVar("D")
_LONGEST_PAUSE = 5.0


@dataclass(slots=True)
class Arrived(Generic[D]):
    """A message that was read, and the delivery to acknowledge once it has its outcome."""

    received: Received
    delivery: D
    lines: int
    since: float = field(default_factory=time.perf_counter)


@dataclass(slots=True)
class Gathering(Generic[D]):
    """Feeds the intake batch after batch, one at a time.

    `handle` gives outcomes that are durable; `finish` answers and acknowledges. While the database is out of reach the
    batch is kept and tried again: nothing is lost, nothing is put back, and the broker holds the rest. So it does
    between `hold` and `let_go`.
    """

    handle: Callable[[Sequence[Received]], Awaitable[list[Handled]]]
    finish: Callable[[Sequence[Arrived[D]], Sequence[Handled]], Awaitable[None]]
    most_messages: int = 100
    most_lines: int = 1000
    milliseconds: float = 5.0
    outage: Outage = field(default_factory=lambda: Outage("database", ""))
    without_database: Pause = field(default_factory=lambda: Pause("database", "the database is out of reach"))
    held: Pause = field(default_factory=lambda: Pause("outbox", "too many events wait to be published"))
    _free: asyncio.Event = field(default_factory=asyncio.Event)
    _arrived: asyncio.Queue[Arrived[D] | None] = field(default_factory=asyncio.Queue)
    _carried: Arrived[D] | None = None
    _stopping: bool = False

    def __post_init__(self) -> None:
        self._free.set()

    @property
    def paused(self) -> Pause | None:
        """Why nothing is handled at the moment."""
        return next((pause for pause in (self.held, self.without_database) if pause.since is not None), None)

    def hold(self, more: str) -> None:
        """Handle nothing from now on."""
        if not self._stopping:
            self._free.clear()
            self.held.begin(more)

    def let_go(self) -> None:
        """Go on after `hold`."""
        self._free.set()
        self.held.end()

    def add(self, arrived: Arrived[D]) -> None:
        self._arrived.put_nowait(arrived)

    @property
    def waiting(self) -> int:
        return self._arrived.qsize()

    def stop(self) -> None:
        """End once everything that has arrived is handled."""
        self._stopping = True
        self.let_go()
        self._arrived.put_nowait(None)

    async def run(self) -> None:
        busy = False
        while True:
            batch = await self._gather(under_load=busy)
            if not batch:
                return
            busy = len(batch) > 1
            await self._free.wait()
            handled = await self._until_handled([arrived.received for arrived in batch])
            await self._finish(batch, handled)

    async def _finish(self, batch: Sequence[Arrived[D]], handled: Sequence[Handled]) -> None:
        """The outcomes are durable: whatever goes wrong in telling of them must not end the intake."""
        try:
            await self.finish(batch, handled)
        except Exception as error:
            tell_unexpected("finishing", error)

    async def _gather(self, *, under_load: bool) -> list[Arrived[D]]:
        first = self._carried or await self._next()
        self._carried = None
        if first is None:
            return []
        batch, lines = [first], first.lines
        until = time.perf_counter() + self.milliseconds / 1000 if under_load else 0.0
        while len(batch) < self.most_messages and lines < self.most_lines:
            arrived = await self._another(until)
            if arrived is None:
                break
            if lines + arrived.lines > self.most_lines:
                self._carried = arrived
                break
            batch.append(arrived)
            lines += arrived.lines
        return batch

    async def _next(self) -> Arrived[D] | None:
        if self._stopping and self._arrived.empty():
            return None
        return await self._arrived.get()

    async def _another(self, until: float) -> Arrived[D] | None:
        if not self._arrived.empty():
            return self._arrived.get_nowait()
        left = until - time.perf_counter()
        if left <= 0 or self._stopping:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                return await self._arrived.get()
        return None

    async def _until_handled(self, batch: Sequence[Received]) -> list[Handled]:
        pause = 0.5
        while True:
            try:
                handled = await self.handle(batch)
            except Exception as error:
                if not is_down(error):
                    raise
                self._tell_pause(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self._tell_resumption()
                return handled

    def _tell_pause(self, error: Exception) -> None:
        self.outage.lost(error)
        self.without_database.begin(in_words(error))

    def _tell_resumption(self) -> None:
        self.outage.recovered()
        self.without_database.end()
