"""The orders that a simulation has touched: made by it, or stored and changed by it."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from adapter.domain.decision import NewOrder
from adapter.domain.order import Order
from adapter.domain.order_state import OrderName, OrderState
from adapter.persistence.events import StoredEvent
from adapter.persistence.registry import read_json

PLAIN_BYTES = 1 << 26
"""Bytes of events that are kept as they are; those of later orders are packed, which takes its time."""


class _Made(NamedTuple):
    """An order that the simulation made, small until somebody names it; `name` is one of its names."""

    id: UUID
    name: OrderName
    event: bytes
    position: int
    credit_account: str
    credit_amount: Decimal


@dataclass(slots=True)
class SimulatedOrders:
    """One state an order, however it is named; what a message does to it the next ones see."""

    _states: dict[UUID, OrderState] = field(default_factory=dict)
    _stored: dict[OrderName, list[OrderState]] = field(default_factory=dict)
    _made: defaultdict[tuple[str, str], list[_Made]] = field(default_factory=lambda: defaultdict(list))
    _plain_bytes: int = 0

    def unread(self, names: Iterable[OrderName]) -> list[OrderName]:
        """Those of these names that nobody has looked for among the stored orders yet."""
        return [name for name in names if name not in self._stored]

    def found(self, stored: Mapping[OrderName, Sequence[OrderState]]) -> None:
        """Which stored orders have these names."""
        for name, states in stored.items():
            self._stored[name] = [self._states.setdefault(state.id, state) for state in states]

    def made(self, new: NewOrder, last: StoredEvent) -> None:
        """An order was made; `last` is its last event."""
        event = self._kept(last.body)
        for name in _names(new.order):
            made = _Made(new.id, name, event, len(new.changes), new.credit_account, new.credit_amount)
            self._made[name.kind, name.number].append(made)

    def _kept(self, event: bytes) -> bytes:
        if self._plain_bytes + len(event) > PLAIN_BYTES:
            return zlib.compress(event, 1)
        self._plain_bytes += len(event)
        return event

    def named(self, name: OrderName) -> list[OrderState]:
        """The orders of this name, stored ones first."""
        made = (one for one in self._made.get((name.kind, name.number), ()) if _fits(one.name, name))
        states = [*self._stored.get(name, ()), *(self._state(one) for one in made)]
        return list({state.id: state for state in states}.values())

    def _state(self, made: _Made) -> OrderState:
        if made.id not in self._states:
            event = made.event if made.event.startswith(b"{") else zlib.decompress(made.event)
            document = read_json(event.decode())["data"]["order"]
            self._states[made.id] = OrderState(
                made.id, document, made.position, made.credit_account, made.credit_amount
            )
        return self._states[made.id]


def _names(order: Order) -> list[OrderName]:
    names = [OrderName("order", order.number, customer=order.customer)]
    names += [OrderName(o.kind, o.number, o.type or "", o.source, order.customer) for o in order.origin]
    if order.customer_order_number is not None:
        names.append(OrderName("customer_order", order.customer_order_number, "", "", order.customer))
    return list(dict.fromkeys(names))


def _fits(own: OrderName, asked: OrderName) -> bool:
    pairs = ((own.type, asked.type), (own.source, asked.source), (own.customer, asked.customer))
    return all(wanted is None or has == wanted for has, wanted in pairs)
