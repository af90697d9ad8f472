"""Whether the process lives: its event loop turns, and the parts that must run for ever do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from adapter.operations.checks import Check
from adapter.operations.watched import Watched
from adapter.patience import end

BEAT = 0.5
"""Seconds between two looks at the event loop."""
MOST_LAG = 5.0
"""An event loop that is later than this, in seconds, counts as stuck."""


@dataclass(slots=True)
class Pulse:
    """Measures how late the event loop is, in seconds, and watches the adapter's parts."""

    adapter: Watched
    clock: Callable[[], float] = time.monotonic
    _beat_at: float = field(init=False)
    _lag: float = 0.0
    _parts: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._beat_at = self.clock()

    @property
    def lag(self) -> float:
        """The last measured lag, or the one that is just happening."""
        return max(self._lag, self.clock() - self._beat_at - BEAT, 0.0)

    def checks(self) -> list[Check]:
        """Those that must hold for the process not to be started again."""
        slow = f"The event loop was {self.lag:.1f} seconds late." if self.lag >= MOST_LAG else None
        return [Check("event_loop", slow), Check("parts", self._ended())]

    async def run(self) -> None:
        """Beat until cancelled."""
        try:
            while True:
                self._watch_parts()
                await asyncio.sleep(BEAT)
                now = self.clock()
                self._lag, self._beat_at = now - self._beat_at - BEAT, now
        finally:
            await self._stop_watching()

    def _watch_parts(self) -> None:
        if self._parts is None and self.adapter.ready:
            self._parts = asyncio.create_task(self.adapter.until_failed(), name="operations: parts")

    async def _stop_watching(self) -> None:
        if self._parts is not None:
            await end([self._parts])

    def _ended(self) -> str | None:
        """Why a part has ended; while the adapter stops, they all do."""
        if self._parts is None or not self._parts.done() or not self.adapter.ready:
            return None
        error = None if self._parts.cancelled() else self._parts.exception()
        return f"A part that must run for ever has ended ({type(error).__name__ if error else 'without an error'})."
