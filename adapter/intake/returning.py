"""What the broker gives up on gets one more chance, alone.

A message that kills whoever takes it takes everything with it that was prefetched beside it: at the delivery limit all
of them are dead-lettered together, the innocent too. They are put back once, one by one: the next only when the one
before it has its outcome, and only by a copy that has lived for a while, which it has not while one of them is killing
it. What comes back a second time is parked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from adapter.intake.gathering import Arrived
from adapter.messaging.consuming import Delivery
from adapter.messaging.dead_letters import headers_of_copy, last_death
from adapter.messaging.publishing import Publisher
from adapter.patience import until_set
from adapter.persistence import inbox
from adapter.persistence.database import Database, is_down
from adapter.persistence.inbox import MessageKey
from adapter.unexpected import tell_unexpected

log = structlog.get_logger()

_LOOK = 0.1
_PATIENCE = 30.0
_PAUSE = 1.0


@dataclass(slots=True)
class Returning:
    """Puts dead letters back into the queue in which they failed.

    `queues` are those from which messages are handled here, by their whole names. `consume` begins to take dead
    letters, `acknowledge` settles one with the broker, `park` sets one aside for good.
    """

    queues: Collection[str]
    database: Database
    publisher: Publisher
    read: Callable[[Delivery], Arrived[Delivery]]
    consume: Callable[[], Awaitable[None]]
    acknowledge: Callable[[Iterable[Delivery]], Awaitable[None]]
    park: Callable[[Arrived[Delivery]], None]
    seconds: float = 10.0
    taking: bool = False
    returned: int = 0
    _arrived: asyncio.Queue[Delivery] = field(default_factory=asyncio.Queue)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, delivery: Delivery) -> None:
        """A dead letter arrived: it is put back in its turn, or parked where that has been done or cannot help."""
        death = last_death(delivery.raw.headers)
        if death.is_of_deliveries and death.queue in self.queues and not delivery.raw.put_back:
            self._arrived.put_nowait(delivery)
        else:
            self.park(self.read(delivery))

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        await until_set(self._stopped, self.seconds)
        while not self._stopped.is_set():
            try:
                await self._round()
            except Exception as error:
                if not is_down(error):
                    tell_unexpected("returning", error)
                await until_set(self._stopped, _PAUSE)

    async def _round(self) -> None:
        if not self.taking:
            await self.consume()
            self.taking = True
        if delivery := await self._next():
            await self._return(delivery)

    async def _next(self) -> Delivery | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE):
                return await self._arrived.get()
        return None

    async def _return(self, delivery: Delivery) -> None:
        arrived = self.read(delivery)
        if not await self._put_back(delivery):
            self.park(arrived)
            return
        await self.acknowledge([delivery])
        self.returned += 1
        queue, received = last_death(delivery.raw.headers).part, arrived.received
        log.warning("message_put_back", queue=queue, source=received.source or None, id=received.message_id)
        await self._until_settled(received.key)

    async def _put_back(self, delivery: Delivery) -> bool:
        """Whether it is in its queue again; one that cannot be sent again is not."""
        queue = last_death(delivery.raw.headers).queue
        while True:
            try:
                return await self.publisher.put_back(queue, delivery.raw, headers_of_copy(delivery.raw))
            except ConnectionError:
                await until_set(self._stopped, _PAUSE)
                if self._stopped.is_set():
                    raise

    async def _until_settled(self, key: MessageKey) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and not self._stopped.is_set() and not await self._is_settled(key):
            await until_set(self._stopped, _LOOK)

    async def _is_settled(self, key: MessageKey) -> bool:
        try:
            async with self.database.connection() as connection:
                return await inbox.is_settled(connection, key)
        except Exception as error:
            if not is_down(error):
                raise
            return False
