"""The order of publishing: one event of an order after the other, orders beside each other (contract 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from adapter.persistence.events import StoredEvent


def chains(events: Iterable[StoredEvent]) -> list[list[StoredEvent]]:
    """Events of one order in the order of their positions; those that tell of no order each for themselves."""
    by_order: dict[UUID, list[StoredEvent]] = {}
    for event in events:
        by_order.setdefault(event.order_id or event.event_id, []).append(event)
    return [sorted(chain, key=_position) for chain in by_order.values()]


def _position(event: StoredEvent) -> int:
    return event.position or 0


def orders_of(chains_: Iterable[Sequence[StoredEvent]]) -> list[UUID]:
    """The orders whose chains these are."""
    return [chain[0].order_id for chain in chains_ if chain[0].order_id is not None]
