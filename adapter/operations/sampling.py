"""Looking at the figures every few seconds, and warning of those that somebody has to do something about."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import structlog

from adapter.operations.checks import PATIENCE, Check
from adapter.operations.readiness import Readiness
from adapter.operations.watched import Watched
from adapter.persistence import figures
from adapter.persistence.database import is_down
from adapter.persistence.figures import ParkingFigures
from adapter.unexpected import tell_unexpected

log = structlog.get_logger()

_WARN_EVERY = 60.0


@dataclass(slots=True)
class Warnings:
    """Warns of an outbox that is behind, and of parked messages where there are others than last told (contract 9).

    Each at most once a minute.
    """

    outbox_behind_seconds: float
    clock: Callable[[], float] = time.monotonic
    _told_at: dict[str, float] = field(default_factory=dict)
    _parked_told: dict[str, int] = field(default_factory=dict)

    def outbox(self, waiting: int, oldest_seconds: float) -> None:
        if oldest_seconds > self.outbox_behind_seconds and self._due("outbox_behind"):
            log.warning("outbox_behind", oldest_seconds=round(oldest_seconds, 1), waiting=waiting)

    def parked(self, parking: ParkingFigures) -> None:
        if not parking.messages:
            self._parked_told = {}
        elif parking.by_code != self._parked_told and self._due("parked_total"):
            self._parked_told = parking.by_code
            log.warning("parked_total", parked=parking.messages, codes=sorted(parking.by_code))

    def _due(self, event: str) -> bool:
        now = self.clock()
        if now - self._told_at.get(event, float("-inf")) < _WARN_EVERY:
            return False
        self._told_at[event] = now
        return True


@dataclass(slots=True)
class Sampler:
    """Keeps the figures that take reading the database, so that being asked for them costs nothing."""

    adapter: Watched
    readiness: Readiness
    warnings: Warnings
    seconds: float = 10.0
    checks: Sequence[Check] = ()
    parking: ParkingFigures = field(default_factory=ParkingFigures)
    holes: dict[str, int] = field(default_factory=dict)
    near_ends: dict[str, bool] = field(default_factory=dict)
    read_at: float | None = None

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self.seconds)

    async def look(self) -> None:
        """Look now. A database out of reach is the checks' to tell; the figures stay as they were."""
        self.checks = await self.readiness.checks()
        if not self.adapter.ready:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read()
        except Exception as error:
            if not is_down(error):
                tell_unexpected("operations", error)
        else:
            self.read_at = time.monotonic()
            self.warnings.outbox(self.readiness.waiting, self.readiness.oldest_seconds)
            self.warnings.parked(self.parking)

    async def _read(self) -> None:
        async with self.adapter.database.connection() as connection:
            self.parking = await figures.parking(connection)
            self.holes = await figures.holes(connection)
            self.near_ends = await figures.near_ends(connection, self.adapter.business.numberings.values(), self._today)

    @property
    def _today(self) -> datetime.date:
        return datetime.datetime.now(ZoneInfo(self.adapter.business.parameters.time_zone)).date()
