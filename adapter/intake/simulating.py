"""What would happen: messages decided and numbered as in earnest, with nothing stored, published or locked."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from adapter.domain.business import Business
from adapter.domain.decision import Decision, NewOrder, OrderChange
from adapter.domain.document_lines import Document
from adapter.domain.evolving import documents
from adapter.domain.known import Known, Registries
from adapter.domain.numbering import SeriesState
from adapter.domain.values import exact
from adapter.intake.answers import SUCCEEDED, Handled, as_earlier, from_memory, handled_as, reused
from adapter.intake.drawing import Drawing, NumbersMissing
from adapter.intake.events import EventWriter
from adapter.intake.explaining import explained_trace
from adapter.intake.intake import utc_now
from adapter.intake.judging import judge
from adapter.intake.overlay import Overlay
from adapter.intake.previewing import Before, Previewing
from adapter.intake.received import Received, receive_again
from adapter.intake.simulated_orders import SimulatedOrders
from adapter.intake.storing import inbox_entry
from adapter.persistence import inbox, numbers
from adapter.persistence.database import Connection, Database
from adapter.persistence.events import StoredEvent
from adapter.persistence.inbox import InboxEntry, MessageKey
from adapter.persistence.numbers import SeriesKey


@dataclass(frozen=True, slots=True)
class Simulated:
    """What would become of one message; `written` are `orders` as JSON."""

    handled: Handled
    decision: Decision | None = None
    events: Sequence[StoredEvent] = ()
    written: Sequence[bytes] = ()

    @property
    def orders(self) -> list[Document]:
        """The orders that it makes or changes, whole, as they are after it."""
        return [documents(one.order, one.changes)[-1] for one in self._touched]

    @property
    def explanation(self) -> list[dict[str, Any]]:
        """Why every value of these orders is what it is; each says of which order."""
        return [
            {"order": one.order.number} | entry
            for one in self._touched
            if one.trace is not None
            for entry in explained_trace(one.trace)
        ]

    @property
    def _touched(self) -> list[NewOrder | OrderChange]:
        return [] if self.decision is None else [*self.decision.new_orders, *self.decision.changed]


@dataclass
class Simulating:
    """Simulates batch after batch: a later message sees what earlier ones did, in memory.

    `day` is the day that messages are decided on, else today. With `anew` they are decided as if they came for the
    first time: what was answered or converted before the simulation does not count.
    """

    database: Database
    business: Business
    registries: Overlay = field(default_factory=Overlay)
    day: datetime.date | None = None
    anew: bool = False
    clock: Callable[[], datetime.datetime] = utc_now
    known: Known = field(init=False)
    _answered: dict[MessageKey, InboxEntry] = field(default_factory=dict)
    _orders: SimulatedOrders = field(default_factory=SimulatedOrders)
    _series: dict[SeriesKey, SeriesState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = self._now()
        self.known = Known(self.business, Registries(self.registries.entries), self._day(now), now)
        self.known.revisions |= self.registries.revisions

    async def simulate(
        self, batch: Sequence[Received], days: Mapping[int, datetime.date] | None = None
    ) -> list[Simulated]:
        """What would become of these messages, in their order; `days` are the days of single ones, by their place."""
        self.known.now = self._now()
        async with self.database.transaction(read_only=True) as connection:
            return [simulated async for simulated in self._simulated(connection, batch, days or {})]

    def _now(self) -> datetime.datetime:
        now = self.clock()
        zone = ZoneInfo(self.business.parameters.time_zone)
        return now if self.day is None else datetime.datetime.combine(self.day, now.astimezone(zone).timetz())

    def _day(self, now: datetime.datetime) -> datetime.date:
        return self.day or now.astimezone(ZoneInfo(self.business.parameters.time_zone)).date()

    async def _simulated(
        self, connection: Connection, batch: Sequence[Received], days: Mapping[int, datetime.date]
    ) -> AsyncIterator[Simulated]:
        deciding = self._deciding(connection)
        await self.registries.refresh(connection)
        await self._recall(connection, batch)
        today = self._day(self.known.now)
        for _, part in groupby(enumerate(batch), key=lambda placed: placed[1].handler.changes_registries):
            placed = list(part)
            await deciding.load([received for _, received in placed if received.message is not None])
            for place, received in placed:
                self.known.today = days.get(place, today)
                yield await self._one(deciding, received)

    def _deciding(self, connection: Connection) -> Previewing:
        known = self.known
        known.orders.clear()
        deciding = Previewing(
            connection, self.registries, self.business, known.today, known.now, self.anew, self._orders
        )
        deciding.known = known
        return deciding

    async def _recall(self, connection: Connection, batch: Sequence[Received]) -> None:
        """What was answered before, in earnest."""
        unknown = {received.key for received in batch} - self._answered.keys()
        if unknown and not self.anew:
            self._answered |= await inbox.find(connection, unknown)

    async def _one(self, deciding: Previewing, received: Received) -> Simulated:
        fresh = await self._unless_known(deciding, received)
        if isinstance(fresh, Handled):
            return Simulated(fresh)
        before = Before.of(fresh, self.known)
        decision = await self._numbered(deciding, fresh, before)
        return self._told(fresh, decision)

    async def _unless_known(self, deciding: Previewing, received: Received) -> Received | Handled:
        entry = self._answered.get(received.key)
        if entry is None:
            return received
        if received.same_content(receive_again(entry, received)):
            decided_again = received.replay_of is not None and entry.outcome not in SUCCEEDED
            return received if decided_again else from_memory(received, entry.outcome, entry.answer)
        again = reused(received)
        await self._recall(deciding.connection, [again])
        known = self._answered.get(again.key)
        return again if known is None else from_memory(again, known.outcome, known.answer)

    async def _numbered(self, deciding: Previewing, received: Received, before: Before) -> Decision:
        self.known.orders |= {name: self._orders.named(name) for name in self.known.orders}
        decision = await judge(deciding, received)
        drawing = Drawing(self.business, [(0, new) for new in decision.new_orders])
        states = await self._states(deciding.connection, drawing)
        # An order that gets its number although its neighbour gets none must give it back.
        kept = deepcopy(states) if len(decision.new_orders) > 1 else {}
        try:
            drawing.draw(states)
        except NumbersMissing as missing:
            before.restore(self.known, decision)
            self._series |= kept
            return Decision.because(missing.reasons[0])
        return decision

    async def _states(self, connection: Connection, drawing: Drawing) -> dict[SeriesKey, SeriesState]:
        wanted = drawing.wanted()
        unknown = {key: policy for key, policy in wanted.items() if key not in self._series}
        if unknown:
            self._series |= await numbers.preview(connection, unknown)
        return {key: self._series[key] for key in wanted}

    def _told(self, received: Received, decision: Decision) -> Simulated:
        handled = handled_as(received, decision)
        written: list[bytes] = []
        with exact():
            events = EventWriter(self.business.parameters.company, self.known.now, written).of(handled, decision)
        self._keep(handled, decision, {event.order_id: event for event in events})
        return Simulated(handled, decision, events, written)

    def _keep(self, handled: Handled, decision: Decision, last: Mapping[UUID | None, StoredEvent]) -> None:
        """What later messages see of this one."""
        self._answered[handled.received.key] = inbox_entry(handled)
        self.registries.lay(decision.registry)
        for new in decision.new_orders:
            self._orders.made(new, last[new.id])
        for record in decision.offers:
            record.orders = [as_earlier(order) for order in record.orders]
        for placed in decision.supplier_orders:
            placed.orders = [as_earlier(order) for order in placed.orders]
