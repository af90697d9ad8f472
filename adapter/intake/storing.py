"""Storing what a transaction decided, in a handful of set-based statements."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

import orjson

from adapter.domain.business import Business
from adapter.domain.decision import Decision, NewOrder, OrderChange
from adapter.domain.evolving import after
from adapter.domain.trace import Trace
from adapter.intake.answers import Handled
from adapter.intake.drawing import Drawing
from adapter.intake.events import EventWriter
from adapter.intake.parking import parked_message
from adapter.persistence import (
    events,
    inbox,
    numbers,
    offers,
    order_states,
    orders,
    parked,
    registry,
    supplier_orders,
)
from adapter.persistence.database import Connection
from adapter.persistence.events import StoredEvent
from adapter.persistence.explanations import ExplainedVersion
from adapter.persistence.inbox import InboxEntry
from adapter.persistence.order_states import ChangedOrder
from adapter.persistence.orders import StoredOrder

Outcomes = Sequence[tuple[Handled, Decision]]


class StaleRevision(Exception):
    """Another copy stored a registry entry first; the batch is tried again."""

    sqlstate = "40001"


@dataclass(slots=True)
class Storing:
    """The writes of one transaction."""

    connection: Connection
    business: Business
    now: datetime.datetime
    registry_version: int

    async def store(self, outcomes: Outcomes, drawing: Drawing) -> None:
        """Write orders, numbers, events, conversions, registry entries, parked messages and the inbox."""
        writer = EventWriter(self.business.parameters.company, self.now)
        told = [event for handled, decision in outcomes for event in writer.of(handled, decision)]
        entered = [_stored(new) for _, decision in outcomes for new in decision.new_orders]
        await self._write(outcomes, drawing, told, entered)
        await self._park(outcomes)
        await self._remember([handled for handled, _ in outcomes if not handled.is_waiting])

    async def _write(
        self, outcomes: Outcomes, drawing: Drawing, told: list[StoredEvent], entered: list[StoredOrder]
    ) -> None:
        if entered:
            await numbers.save(self.connection, drawing.wanted(), drawing.states, drawing.used)
            await orders.enter(self.connection, entered)
        changed = _as_they_end(outcomes)
        if changed:
            await order_states.save(self.connection, changed)
        booked = [record for _, decision in outcomes for record in decision.offers]
        if booked:
            await offers.save(self.connection, booked)
        placed = [record for _, decision in outcomes for record in decision.supplier_orders]
        if placed:
            await supplier_orders.save(self.connection, placed)
        await events.add(self.connection, told)
        await self._change_registries(outcomes)

    async def _change_registries(self, outcomes: Outcomes) -> None:
        newest = {}
        for _, decision in outcomes:
            for change in decision.registry:
                newest[change.kind, change.key] = change
        if newest and len(await registry.upsert(self.connection, list(newest.values()))) < len(newest):
            raise StaleRevision

    async def _park(self, outcomes: Outcomes) -> None:
        kept = [
            parked_message(handled, decision.reasons, self.registry_version)
            for handled, decision in outcomes
            if handled.is_refusal or handled.is_waiting
        ]
        await parked.park(self.connection, kept)
        replayed = [
            handled.received.replay_of
            for handled, _ in outcomes
            if handled.received.replay_of is not None and not handled.is_refusal and not handled.is_waiting
        ]
        if replayed:
            await parked.settle(self.connection, replayed)

    async def _remember(self, outcomes: Sequence[Handled]) -> None:
        first = [inbox_entry(handled) for handled in outcomes if handled.received.replay_of is None]
        again = [inbox_entry(handled) for handled in outcomes if handled.received.replay_of is not None]
        await inbox.add(self.connection, first)
        await inbox.replace(self.connection, again)


def _stored(new: NewOrder) -> StoredOrder:
    order = after(new.order, new.changes)
    return StoredOrder(new.id, order, len(new.changes), new.credit_account, new.credit_amount, explanation(new.trace))


def _as_they_end(outcomes: Outcomes) -> list[ChangedOrder]:
    """Orders that exist as the transaction leaves them, however often it changed them."""
    ended: dict[UUID, ChangedOrder] = {}
    for change in (change for _, decision in outcomes for change in decision.changed):
        state, before = change.state, ended.get(change.state.id)
        versions = [*(before.versions if before else ()), *_explained(change)]
        documents = [*(before.documents if before else ()), *change.documents]
        order = after(change.order, change.changes)
        ended[state.id] = ChangedOrder(state.id, order, state.position, state.credit_amount, versions, documents)
    return list(ended.values())


def _explained(change: OrderChange) -> list[ExplainedVersion]:
    if change.trace is None:
        return []
    return [ExplainedVersion(change.order.version, explanation(change.trace), frozenset(change.trace.forgotten))]


def inbox_entry(handled: Handled) -> InboxEntry:
    """What is remembered of a handled message."""
    received = handled.received
    return InboxEntry(
        *received.key,
        received.type,
        received.raw.body,
        received.structured,
        handled.outcome,
        orjson.dumps(handled.answer),
    )


_won = attrgetter("rule", "source", "key", "revision")
_lost = attrgetter("rule", "source", "key", "because")


def explanation(trace: Trace) -> bytes:
    """The trace of an order as it is kept: one array a value, without names."""
    return orjson.dumps(
        [
            [
                None if line is None else str(line),
                field,
                value,
                _won(won),
                [*map(_lost, lost)],
                steps,
            ]
            for line, field, value, won, lost, steps in trace.entries
        ]
    )
