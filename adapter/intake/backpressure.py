"""What cannot be told must not pile up: with too many events in the outbox the intake pauses.

Events wait while the broker takes nothing: it is away, blocked for want of memory or disk, or refuses them. Messages go
on being handled meanwhile, up to the limit.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from adapter.patience import until_set
from adapter.persistence import events
from adapter.persistence.database import Database, is_down
from adapter.unexpected import tell_unexpected

log = structlog.get_logger()


class Holdable(Protocol):
    """What can be paused."""

    def hold(self, more: str) -> None: ...
    def let_go(self) -> None: ...


@dataclass(slots=True)
class Blocked:
    """Whether the broker takes nothing, told once when it begins and once when it is over; `since` as a monotonic time.

    Only the connection that publishes is ever blocked: the broker goes on delivering.
    """

    address: str
    since: float | None = None

    def tell(self, is_so: bool) -> None:
        if is_so and self.since is None:
            self.since = time.monotonic()
            log.error("broker_blocked", address=self.address, seconds=0)
        elif not is_so and self.since is not None:
            log.info("broker_unblocked", address=self.address, seconds=round(time.monotonic() - self.since, 1))
            self.since = None


@dataclass(slots=True)
class Backpressure:
    """Looks every `seconds`. `most` events may wait; with half of them left the intake goes on."""

    database: Database
    is_blocked: Callable[[], Awaitable[bool]]
    intake: Holdable
    blocked: Blocked
    most: int
    seconds: float = 1.0
    holding: bool = False
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Look until stopped."""
        while not self._stopped.is_set():
            await self.look()
            await until_set(self._stopped, self.seconds)

    def stop(self) -> None:
        self._stopped.set()

    async def look(self) -> None:
        try:
            self.blocked.tell(await self.is_blocked())
            await self._look_at_outbox()
        except Exception as error:
            if not is_down(error):
                tell_unexpected("backpressure", error)

    async def _look_at_outbox(self) -> None:
        async with self.database.connection() as connection:
            self.holding = await events.are_more_unsent_than(connection, self.most // 2 if self.holding else self.most)
        if self.holding:
            self.intake.hold(f"more than {self.most} events wait to be published")
        else:
            self.intake.let_go()
