"""The part of `serve` that cleans up beside the work, and tells people what waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from adapter.housekeeping.cleaning import WHAT, Cleaning
from adapter.housekeeping.mailing import Mailing
from adapter.patience import until_set
from adapter.persistence.database import is_down
from adapter.unexpected import tell_unexpected

log = structlog.get_logger()

# A fifth of the time at most: when the database is slow, what makes it slow is left alone longer.
_REST = 4.0
_SHORTEST_REST = 0.05
_REST_UNDER_LOAD = 10.0


@dataclass(slots=True)
class Housekeeping:
    """Cleans up every `every_seconds`, a portion at a time, with long rests while messages wait (`busy`).

    Of several copies one cleans at a time: whoever comes while another is at it looks again the next time.
    """

    cleaning: Cleaning
    mailing: Mailing | None
    busy: Callable[[], bool]
    every_seconds: float = 3600.0
    look_seconds: float = 15.0
    what: Sequence[str] = WHAT
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped; whatever fails is tried again."""
        due = time.monotonic() + self.look_seconds
        while not self._stopped.is_set():
            await until_set(self._stopped, self.look_seconds)
            await self._guarded("mailing", self._mail)
            if time.monotonic() >= due and not self._stopped.is_set():
                await self._guarded("cleanup", self.clean)
                due = time.monotonic() + self.every_seconds

    async def _guarded(self, where: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            if not is_down(error):
                tell_unexpected(where, error)

    async def _mail(self) -> None:
        if self.mailing is not None and not self._stopped.is_set():
            await self.mailing.send_if_due()

    async def clean(self) -> None:
        """Clean everything that is old enough now."""
        begun = time.monotonic()
        rows = {what: await self._clean(what) for what in self.what}
        if any(rows.values()):
            log.info("cleaned_up", **rows, seconds=round(time.monotonic() - begun, 1))

    async def _clean(self, what: str) -> int:
        rows = 0
        while not self._stopped.is_set():
            begun = time.monotonic()
            cleaned = await self.cleaning.portion(what)
            rows += cleaned.rows if cleaned else 0
            if cleaned is None or not cleaned.more:
                break
            await until_set(self._stopped, self._rest(time.monotonic() - begun))
        return rows

    def _rest(self, took: float) -> float:
        return _REST_UNDER_LOAD if self.busy() else max(_SHORTEST_REST, _REST * took)
