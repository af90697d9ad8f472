"""What one read-only transaction of a simulation looks at: everything that deciding needs, without a lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from adapter.domain.decision import Decision, OfferKey, OfferRecord, SupplierOrderKey, SupplierOrderRecord
from adapter.domain.known import CreditAccount, Known, Ref
from adapter.domain.order_state import OrderName, OrderState
from adapter.domain.values import ZERO
from adapter.intake.deciding import Deciding
from adapter.intake.received import Received
from adapter.intake.simulated_orders import SimulatedOrders
from adapter.persistence import credit, offers, order_states, registry, supplier_orders


@dataclass
class Previewing(Deciding):
    """Deciding for show. What earlier messages of the simulation changed stays as they left it.

    `anew` leaves out of consideration what was converted before the simulation.
    """

    anew: bool = False
    touched: SimulatedOrders = field(default_factory=SimulatedOrders)

    async def offers(self, keys: Sequence[OfferKey]) -> dict[OfferKey, OfferRecord | None]:
        unknown = [key for key in keys if key not in self.known.offers]
        return dict.fromkeys(unknown) if self.anew else await offers.preview(self.connection, unknown)

    async def supplier_orders(
        self, keys: Sequence[SupplierOrderKey]
    ) -> dict[SupplierOrderKey, SupplierOrderRecord | None]:
        unknown = [key for key in keys if key not in self.known.supplier_orders]
        return dict.fromkeys(unknown) if self.anew else await supplier_orders.preview(self.connection, unknown)

    async def orders(self, names: Sequence[OrderName]) -> dict[OrderName, list[OrderState]]:
        unread = self.touched.unread(names)
        if unread and not self.anew:
            self.touched.found(await order_states.read(self.connection, unread))
        return {name: self.touched.named(name) for name in names}

    async def revisions(self, refs: Sequence[Ref]) -> dict[Ref, int]:
        unknown = [ref for ref in refs if ref not in self.known.revisions]
        if self.anew or not unknown:
            return {}
        return await registry.revisions(self.connection, unknown, lock=False)

    async def accounts(self, codes: Iterable[str]) -> dict[str, CreditAccount]:
        """Accounts that are weighed against for the first time, with what earlier messages reserved of them unasked."""
        read = await credit.read(self.connection, [code for code in codes if code not in self.known.credit])
        for code, account in read.items():
            account.added += self.known.unweighed.pop(code, ZERO)
        return read


@dataclass(frozen=True, slots=True)
class Before:
    """The offers of one message as they were before it was decided, in case it gets no number after all."""

    offers: dict[OfferKey, OfferRecord | None]

    @classmethod
    def of(cls, received: Received, known: Known) -> Before:
        if received.message is None:
            return cls({})
        needs = received.handler.needs(received.source, received.message, known.business)
        return cls({key: _copy(known.offers.get(key)) for key in needs.offers})

    def restore(self, known: Known, decided: Decision) -> None:
        """Take back what deciding booked."""
        known.offers |= self.offers
        known.supplier_orders |= dict.fromkeys(record.key for record in decided.supplier_orders)
        for new in decided.new_orders:
            known.reserve({new.credit_account: -new.credit_amount})


def _copy(record: OfferRecord | None) -> OfferRecord | None:
    if record is None:
        return None
    lines = {key: replace(line) for key, line in record.lines.items()}
    return replace(record, lines=lines, orders=list(record.orders))
