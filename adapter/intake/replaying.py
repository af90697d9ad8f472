"""Parked messages are handled again by themselves once what they await has arrived (contract 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import structlog

from adapter.intake.answers import Handled
from adapter.intake.handler import Handler
from adapter.intake.intake import Intake
from adapter.intake.parking import received_again
from adapter.intake.telling import Telling
from adapter.messaging.decoding import Limits
from adapter.patience import until_set
from adapter.persistence import parked
from adapter.persistence.database import Database, is_down
from adapter.persistence.parked import ParkedMessage
from adapter.unexpected import tell_unexpected

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
    wait_seconds: float = 60.0
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
                    tell_unexpected("replaying", error)
            await until_set(self._woken, self.seconds)
            self._woken.clear()

    async def _round(self) -> bool:
        async with self.database.connection() as connection:
            curable = await parked.curable(connection, _AT_ONCE)
            appeared = await parked.appeared(connection, _AT_ONCE)
            late = await parked.waited_enough(connection, self.wait_seconds, _AT_ONCE)
        found = {message.id: message for message in (*curable, *appeared, *late)}
        if found:
            await self.replay(sorted(found.values(), key=_turn), waited_enough={message.id for message in late})
        return max(len(curable), len(appeared), len(late)) == _AT_ONCE

    async def replay(self, messages: list[ParkedMessage], waited_enough: Collection[int] = ()) -> list[Handled]:
        """Handle parked messages again, under their own identity; answers go out again too.

        One that another copy has in hand, or that is settled meanwhile, has no outcome here. Those that have
        `waited_enough` for their order get an outcome even without it.
        """
        known = [message for message in messages if message.queue in self.handlers]
        again = [received_again(one, self.handlers, self.limits, self.telling.senders) for one in known]
        for received in again:
            self.telling.spans.begin(received)
            received.waited_enough = received.replay_of in waited_enough or not received.was_waiting
        handled = await self.intake.handle(again)
        self.telling.told_again(handled)
        await self.telling.answer_all(handled)
        return handled


def _turn(message: ParkedMessage) -> tuple[bool, int]:
    """As they came, but deliveries last: what waits beside them for the same order may be what confirms it."""
    return message.queue == "fulfilment-reported", message.id
