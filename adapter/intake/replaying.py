"""Parked messages are handled again by themselves once what they await has arrived (contract 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from adapter.intake.answers import Handled
from adapter.intake.handler import Handler
from adapter.intake.intake import Intake
from adapter.intake.parking import received_again
from adapter.intake.telling import Telling
from adapter.messaging.decoding import Limits
from adapter.persistence import parked
from adapter.persistence.database import Database, is_down
from adapter.persistence.parked import ParkedMessage

log = structlog.get_logger()

_AT_ONCE = 100


@dataclass(slots=True)
class Replaying:
    """Looks for parked messages that can be cured, when woken and every few seconds; several copies share them."""

    database: Database
    intake: Intake
    telling: Telling
    handlers: Mapping[str, Handler]
    limits: Limits
    seconds: float = 2.0
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        while not self._stopping:
            try:
                while await self._round() and not self._stopping:
                    pass
            except Exception as error:
                if not is_down(error):
                    log.error("unexpected_error", where="replaying", error=type(error).__name__, exc_info=error)
            await self._pause()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                await self._woken.wait()
        self._woken.clear()

    async def _round(self) -> bool:
        async with self.database.connection() as connection:
            found = await parked.curable(connection, _AT_ONCE)
        if found:
            await self.replay(found)
        return len(found) == _AT_ONCE

    async def replay(self, messages: list[ParkedMessage]) -> list[Handled]:
        """Handle parked messages again, under their own identity; answers go out again too.

        One that another copy has in hand, or that is settled meanwhile, has no outcome here.
        """
        known = [message for message in messages if message.queue in self.handlers]
        handled = await self.intake.handle([received_again(one, self.handlers, self.limits) for one in known])
        self.telling.told_again(handled)
        await self.telling.answer_all(handled)
        return handled
