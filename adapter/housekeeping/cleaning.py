"""What has been kept long enough is cleaned away, portion by portion, without touching what the rules look at.

Of a message its identity, its outcome and an imprint of its content stay for ever: it never becomes a second order,
however late it comes again. Of an order its last event stays, which is the order, and of the events before it all
but the order as it was then. Conversions, documents of the warehouse and numbers are not cleaned at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapter.housekeeping import exact
from adapter.intake.handler import Handler
from adapter.intake.imprint import imprint_of, outcome_of
from adapter.intake.received import Received, receive
from adapter.messaging.decoding import Limits
from adapter.messaging.raw import RawMessage
from adapter.persistence import retention
from adapter.persistence.database import Connection, Database
from adapter.persistence.inbox import InboxEntry
from adapter.persistence.retention import Imprint, PassedEvent
from config.settings import Settings

WHAT: Final = ("messages", "parked", "events", "explanations")
_PORTIONS: Final = {"messages": 50, "parked": 500, "events": 200, "explanations": 500}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How much one portion cleaned away; `more` where there may be more. None is done while another copy cleans."""

    rows: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Cleans up. `days` says how long each of `WHAT` is kept, 0 for ever; `handlers` are by their queue."""

    database: Database
    handlers: Mapping[str, Handler]
    days: Mapping[str, int]
    limits: Limits

    @classmethod
    def of(cls, settings: Settings, database: Database, handlers: Mapping[str, Handler], limits: Limits) -> Cleaning:
        days = {what: getattr(settings, f"keep_{what}_days") for what in WHAT}
        return cls(database, handlers, days, limits)

    async def portion(self, what: str) -> Cleaned | None:
        """Clean the next portion, in a transaction of its own; None where another copy is at it."""
        before = self._before(what)
        if before is None:
            return Cleaned()
        async with self.database.transaction() as connection:
            if not await retention.only_one(connection):
                return None
            return await self._ways[what](connection, before, _PORTIONS[what])

    async def count(self, what: str) -> int:
        """How much there is to clean."""
        before = self._before(what)
        if before is None:
            return 0
        async with self.database.transaction(read_only=True) as connection:
            await retention.unhurried(connection)
            return await _COUNTS[what](connection, before)

    def _before(self, what: str) -> datetime.datetime | None:
        days = self.days[what]
        return datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days) if days else None

    @property
    def _ways(self) -> Mapping[str, _Way]:
        return {
            "messages": self._messages,
            "parked": _parked,
            "events": _events,
            "explanations": _explanations,
        }

    async def _messages(self, connection: Connection, before: datetime.datetime, most: int) -> Cleaned:
        old = await retention.old_messages(connection, before, most)
        await retention.keep_imprints(connection, [self._imprint(entry) for entry in old])
        return Cleaned(len(old), more=len(old) == most)

    def _imprint(self, entry: InboxEntry) -> Imprint:
        received = as_it_came(entry, self.handlers, self.limits)
        return Imprint((entry.source, entry.message_id), imprint_of(received), outcome_of(entry.answer))


_Way = Callable[[Connection, datetime.datetime, int], Awaitable[Cleaned]]
_COUNTS: Final[Mapping[str, Callable[[Connection, datetime.datetime], Awaitable[int]]]] = {
    "messages": retention.count_old_messages,
    "parked": retention.count_closed_parked,
    "events": retention.count_old_events,
    "explanations": retention.count_explanations,
}


def as_it_came(entry: InboxEntry, handlers: Mapping[str, Handler], limits: Limits) -> Received:
    """A message of the inbox, read anew. From which queue it came is told by its type."""
    handler = next((one for one in handlers.values() if one.type == entry.type), next(iter(handlers.values())))
    raw = RawMessage(
        body=entry.body,
        content_type="application/cloudevents+json" if entry.structured else "application/json",
        message_id=entry.message_id,
        app_id=entry.source,
        type=entry.type,
        queue=handler.queue,
    )
    return receive(raw, handler, limits)


async def _parked(connection: Connection, before: datetime.datetime, most: int) -> Cleaned:
    gone = await retention.forget_parked(connection, before, most)
    return Cleaned(gone, more=gone == most)


async def _events(connection: Connection, before: datetime.datetime, most: int) -> Cleaned:
    passed = await _passed(connection, "events", before, most)
    alone = [event.id for event in passed if event.order_id is None]
    await retention.forget_events(connection, alone)
    bodies = await retention.superseded(connection, passed)
    reduced = await retention.replace_bodies(connection, {id: without_order(body) for id, body in bodies.items()})
    return Cleaned(len(alone) + reduced, more=len(passed) == most)


async def _explanations(connection: Connection, before: datetime.datetime, most: int) -> Cleaned:
    passed = await _passed(connection, "explanations", before, most)
    orders = await retention.forget_explanations(connection, passed)
    return Cleaned(orders, more=len(passed) == most)


async def _passed(connection: Connection, what: str, before: datetime.datetime, most: int) -> Sequence[PassedEvent]:
    """The next events by id that are old enough; each is passed once, the one that follows it later too."""
    passed = await retention.old_events(connection, await retention.come_to(connection, what), before, most)
    if passed:
        await retention.go_on_from(connection, what, passed[-1].id)
    return passed


def without_order(body: bytes) -> bytes:
    """An event that tells what changed, when and why, and no longer the order as it was then."""
    event = exact.read(body)
    event["data"]["order"] = None
    return exact.write(event)
