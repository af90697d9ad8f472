"""The one place that publishes events.

One copy of the adapter at a time walks the outbox: the holder of an advisory lock. Should two ever do it (a holder
that was frozen and lost the lock), both walk an order from its oldest unsent event: receivers see repeats, never
another order.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from adapter.messaging.envelope import as_replayed
from adapter.outage import Outage
from adapter.patience import until_set
from adapter.persistence import events, leadership
from adapter.persistence.database import Connection, Database, is_down
from adapter.persistence.events import StoredEvent
from adapter.relay.chains import chains
from adapter.relay.seldom import Seldom
from adapter.unexpected import tell_unexpected

log = structlog.get_logger()

Publish = Callable[[str, bytes, str, str | None], Awaitable[bool]]
"""Publishes (routing key, body, event id, correlation id); False where no queue was bound for it."""


@dataclass(slots=True)
class Relay:
    """Publishes what the outbox holds, as soon as it is woken and at the latest every `poll_seconds`."""

    database: Database
    publish: Publish
    poll_seconds: float = 1.0
    most: int = 500
    outage: Outage = field(default_factory=lambda: Outage("database", ""))
    leading: bool = False
    published: int = 0
    without_receiver: int = 0
    failed: int = 0
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _failing: set[UUID] = field(default_factory=set)
    _failed_at: float = 0.0
    _unrouted: Seldom = field(default_factory=Seldom)
    _failures: Seldom = field(default_factory=Seldom)

    def wake(self) -> None:
        """Events were committed."""
        self._woken.set()

    def stop(self) -> None:
        """End after what is in hand."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Publish until stopped; whatever fails is tried again."""
        while not self._stopping:
            try:
                await self._on_one_connection()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.leading = False
                self._tell(error)
                await self._pause(self.poll_seconds)

    def _tell(self, error: Exception) -> None:
        if is_down(error):
            self.outage.lost(error)
        else:
            tell_unexpected("relay", error)

    async def _on_one_connection(self) -> None:
        async with self.database.dedicated() as connection:
            await leadership.listen(connection, self._hear)
            self.outage.recovered()
            while not self._stopping:
                self.leading = await leadership.take(connection)
                if self.leading:
                    await self._lead(connection)
                else:
                    await self._follow(connection)

    def _hear(self) -> None:
        """Another copy has committed events. Only the one that publishes listens: followers would wake each other."""
        if self.leading:
            self.wake()

    async def _follow(self, connection: Connection) -> None:
        """Another copy publishes: tell it when there is something to publish."""
        if await self._pause(self.poll_seconds):
            await leadership.notify(connection)

    async def _lead(self, connection: Connection) -> None:
        while not self._stopping:
            if not await self._round(connection):
                await self._pause(self.poll_seconds)
            self._woken.clear()
        await leadership.give_up(connection)

    async def _round(self, connection: Connection) -> bool:
        """Publish once what waits; says whether there may be more at once."""
        if time.monotonic() - self._failed_at > self.poll_seconds:
            self._failing.clear()
        waiting = await events.unsent(connection, self.most, list(self._failing))
        if not waiting:
            return False
        sent = await asyncio.gather(*(self._chain(chain) for chain in chains(waiting)))
        confirmed = [event.id for part in sent for event in part]
        if confirmed:
            await events.mark_sent(connection, confirmed)
        self.published += len(confirmed)
        self._warn()
        return bool(confirmed)

    def _warn(self) -> None:
        """An event without a receiver is kept for replay. That, and failures, are told seldom and counted always."""
        for routing_key, count in self._unrouted.due():
            log.warning("event_without_receiver", routing_key=routing_key, events=count)
        for error, count in self._failures.due():
            log.warning("event_not_published", error=error, events=count)

    async def _chain(self, chain: Sequence[StoredEvent]) -> list[StoredEvent]:
        """Publish the events of one order one after the other; gives those confirmed. A failure ends the chain."""
        sent: list[StoredEvent] = []
        for event in chain:
            try:
                routed = await self.publish(event.type, _body(event), str(event.event_id), event.correlation_id)
            # A dead peer ends a publish with CancelledError although nobody cancelled us.
            except BaseException as error:
                if _cancelled(error):
                    raise
                self._fail(event, error)
                break
            if not routed:
                self.without_receiver += 1
                self._unrouted.add(event.type)
            sent.append(event)
        return sent

    def _fail(self, event: StoredEvent, error: BaseException) -> None:
        self.failed += 1
        self._failures.add(type(error).__name__)
        if event.order_id is not None:
            self._failing.add(event.order_id)
        self._failed_at = time.monotonic()

    async def _pause(self, seconds: float) -> bool:
        """Wait to be woken; says whether that came before the time was up."""
        woken = await until_set(self._woken, seconds)
        self._woken.clear()
        return woken


def _body(event: StoredEvent) -> bytes:
    return as_replayed(event.body) if event.replayed else event.body


def _cancelled(error: BaseException) -> bool:
    task = asyncio.current_task()
    return not isinstance(error, Exception) and task is not None and task.cancelling() > 0
