"""Deciding the messages of a batch one after the other, loading what they look at (architecture: load, decide)."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from adapter.domain.business import Business
from adapter.domain.decision import Decision, OfferKey, OfferRecord, SupplierOrderKey, SupplierOrderRecord
from adapter.domain.known import CreditAccount, CreditUse, Known, Needs, NotLoaded, Ref, Registries
from adapter.domain.order_state import OrderName, OrderState
from adapter.domain.values import exact
from adapter.intake.received import Received
from adapter.persistence import credit, offers, order_states, registry, supplier_orders
from adapter.persistence.database import Connection
from adapter.persistence.registry import RegistryCache

T = TypeVar("T", bound=Hashable)

# Terms of the customer, then price lists, then their lines.
_STEPS = 3


@dataclass(slots=True)
class Deciding:
    """One batch under decision, inside its transaction."""

    connection: Connection
    cache: RegistryCache
    business: Business
    today: datetime.date
    now: datetime.datetime
    known: Known = field(init=False)

    def __post_init__(self) -> None:
        self.known = Known(self.business, Registries(self.cache.entries), self.today, self.now)

    async def load(self, batch: Sequence[Received]) -> None:
        """Read what these messages are certain to look at, for all of them together; offers are locked."""
        needs = [received.handler.needs(received.source, received.message, self.business) for received in batch]
        await self._load_refs(needs)
        await self._prefetch(batch)
        self.known.offers |= await self.offers(_distinct(need.offers for need in needs))
        self.known.supplier_orders |= await self.supplier_orders(_distinct(need.supplier_orders for need in needs))
        self.known.orders |= await self.orders(_distinct(need.orders for need in needs))
        uses = await self._uses(batch)
        if any(use.weighed for use in uses):
            self.known.credit |= await self.accounts({use.account for use in uses})
        numbers = _distinct(need.customer_orders for need in needs)
        if numbers:
            self.known.customer_orders |= await order_states.customer_orders_used(self.connection, numbers)
        wanted = _distinct(need.revisions for need in needs)
        if wanted:
            self.known.revisions |= await self.revisions(wanted)

    async def offers(self, keys: Sequence[OfferKey]) -> dict[OfferKey, OfferRecord | None]:
        return await offers.locked(self.connection, keys)

    async def supplier_orders(
        self, keys: Sequence[SupplierOrderKey]
    ) -> dict[SupplierOrderKey, SupplierOrderRecord | None]:
        return await supplier_orders.locked(self.connection, keys)

    async def orders(self, names: Sequence[OrderName]) -> dict[OrderName, list[OrderState]]:
        return await order_states.locked(self.connection, names)

    async def revisions(self, refs: Sequence[Ref]) -> dict[Ref, int]:
        return await registry.revisions(self.connection, refs)

    async def accounts(self, codes: Iterable[str]) -> dict[str, CreditAccount]:
        return await credit.locked(self.connection, codes)

    async def _uses(self, batch: Sequence[Received]) -> list[CreditUse]:
        """The accounts that the batch's orders count for; to know whose they are may take registry entries.

        Where one is weighed all are locked, in one go: whoever locked some now and some later would meet another copy
        that does it the other way round. Where none is, copies need not wait for each other to decide.
        """
        while True:
            try:
                return list(self._all_uses(batch))
            except NotLoaded as missing:
                await self.cache.load(self.connection, missing.refs)

    def _all_uses(self, batch: Sequence[Received]) -> Iterable[CreditUse]:
        for received in batch:
            yield from received.handler.accounts(received.message, self.known)
        for states in self.known.orders.values():
            yield from (CreditUse(state.credit_account, weighed=True) for state in states)

    async def _load_refs(self, needs: Sequence[Needs]) -> None:
        missing = [ref for ref in _distinct(need.refs for need in needs) if ref not in self.cache.entries]
        if missing:
            await self.cache.load(self.connection, missing)

    async def _prefetch(self, batch: Sequence[Received]) -> None:
        """What the needs lead to, step by step, for the whole batch; what is left over is loaded while deciding."""
        for _ in range(_STEPS):
            missing: set[Ref] = set()
            batch = [received for received in batch if not self._is_complete(received, missing)]
            if not missing:
                return
            await self.cache.load(self.connection, missing)

    def _is_complete(self, received: Received, missing: set[Ref]) -> bool:
        """Whether all that a message leads to is in memory; what is not goes to `missing`."""
        try:
            received.handler.prefetch(received.message, self.known)
        except NotLoaded as found:
            missing |= found.refs
            return False
        return True

    async def decide(self, received: Received) -> Decision:
        """The decision on one message; what it turns out to look at is loaded on the way."""
        if received.message is None:
            return Decision.because(received.reasons)
        self.known.sent_at = received.sent_at
        while True:
            try:
                with exact():
                    return received.handler.decide(received.source, received.message, self.known)
            except NotLoaded as missing:
                await self.cache.load(self.connection, missing.refs)


def _distinct(parts: Iterable[Iterable[T]]) -> list[T]:
    return list(dict.fromkeys(chain.from_iterable(parts)))
