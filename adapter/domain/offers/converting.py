"""A message of accepted offers becomes customer orders, or is refused or parked for every reason there is (§2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from adapter.domain.conditions.delivery import resolve_delivery
from adapter.domain.conditions.exchange import resolve_rate
from adapter.domain.conditions.payments import resolve_payments
from adapter.domain.decision import Decision, NewOrder, OfferKey, OfferRecord, OrderRef
from adapter.domain.known import Known
from adapter.domain.offers.acceptance import accept, convert
from adapter.domain.offers.building import OrderBuilding
from adapter.domain.offers.checks import Admitted, admit, order_date
from adapter.domain.offers.grouping import GroupingFacts, group
from adapter.domain.offers.items import candidates
from adapter.domain.offers.offer import AcceptedOffers, Offer
from adapter.domain.offers.source import Source
from adapter.domain.offers.standing_in import independent, stood_in_for
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import NAMES_EARLIER, Reason
from adapter.domain.registry import GroupingRow
from adapter.domain.values import Rounding


def key_of(source: str, type_: str, number: str, parameters: Parameters) -> OfferKey:
    """What the offer is known by (contract 3, *Repetition*)."""
    return OfferKey("" if parameters.offer_identity == "company" else source, type_, number)


@dataclass(slots=True)
class Converting:
    """Decides one message. `new_id` makes the ids of the rows to come."""

    message: AcceptedOffers
    known: Known
    new_id: Callable[[], UUID]
    reasons: list[Reason] = field(default_factory=list)
    earlier: list[OrderRef | NewOrder] = field(default_factory=list)
    pending: dict[str, Decimal] = field(default_factory=dict)

    def decide(self) -> Decision:
        """Everything or nothing: one faulty line refuses or parks the whole message."""
        self._check_message()
        sources = [source for index, offer in enumerate(self.message.offers) if (source := self._source(index, offer))]
        orders = self._orders([source for source in sources if source.accepted.lines])
        for source in sources:
            if source.faulty and not source.accepted.lines:
                self.reasons += self._building([source]).told()
        if self.reasons:
            told = any(reason.code in NAMES_EARLIER for reason in self.reasons)
            return Decision.because(self.reasons, self.earlier if told else ())
        if not orders:
            return Decision("duplicate", earlier=self.earlier, by=self.message.by)
        self.known.reserve(self.pending)
        for new in orders:
            if new.order.customer_order_number is not None:
                self.known.customer_orders.add((new.order.customer, new.order.customer_order_number))
        booked = [self._book(source, orders) for source in sources if source.accepted.lines]
        return Decision("created", new_orders=orders, earlier=self.earlier, offers=booked, by=self.message.by)

    def _key(self, offer: Offer) -> OfferKey:
        return key_of(self.message.source, offer.type, offer.number, self.known.business.parameters)

    def _check_message(self) -> None:
        if self.known.business.parameters.operator_required and not self.message.by:
            self.reasons.append(Reason("invalid", "/by", "Orders need an operator here: send by, who accepted it."))
        seen: set[OfferKey] = set()
        for index, offer in enumerate(self.message.offers):
            key = self._key(offer)
            if key in seen:
                self.reasons.append(_twice(offer, index))
            seen.add(key)

    def _source(self, index: int, offer: Offer) -> Source | None:
        """An offer of the message as far as it can be read; its faults go to the reasons."""
        path = f"/offers/{index}"
        admitted = admit(offer, path, self.known, self.reasons)
        if admitted is None:
            self._stand_in(stood_in_for(offer, path, self.known))
            return None
        lines, faults = candidates(admitted, self.known)
        self.reasons += faults
        key = self._key(offer)
        record = self.known.offers.get(key)
        accepted = accept(offer, path, key, record, lines, self.message.conversion)
        if record is not None:
            self.earlier += (ref for ref in record.orders if ref not in self.earlier)
        self.reasons += accepted.reasons
        lacking = self.known.partial and bool(accepted.lines)
        return Source(admitted, accepted, faulty=bool(faults or accepted.reasons) or lacking)

    def _stand_in(self, admitted: Admitted) -> None:
        """Tell what else is wrong with an offer whose customer or order type is not known."""
        lines, faults = candidates(admitted, self.known)
        accepted = accept(admitted.offer, admitted.path, self._key(admitted.offer), None, lines, "all")
        building = self._building([Source(admitted, accepted, faulty=True)])
        self.reasons += independent([*faults, *building.told()], admitted)

    def _building(self, sources: Sequence[Source]) -> OrderBuilding:
        return OrderBuilding(self.message, self.known, sources, self._row(sources[0]), self.new_id(), self.pending)

    def _orders(self, sources: Sequence[Source]) -> list[NewOrder]:
        groups = self._groups(sources)
        orders = []
        for members in groups:
            building = self._building(members)
            order = building.build()
            self.reasons += building.reasons
            if order is not None:
                orders.append(order)
        self._check_supplied(len(groups))
        return orders

    def _groups(self, sources: Sequence[Source]) -> list[list[Source]]:
        if len(sources) < 2:
            return [list(sources)] if sources else []
        return group(sources, [self._facts(source) for source in sources], [self._row(source) for source in sources])

    def _check_supplied(self, orders: int) -> None:
        if self.message.order_number is not None and orders > 1:
            told = f"One order_number was sent, but these offers become {orders} orders. Send them one by one."
            self.reasons.append(Reason("invalid", "/order_number", told))

    def _row(self, source: Source) -> GroupingRow:
        """The customer's own grouping row, whole, else the general one (§2.5)."""
        own = source.admitted.customer.grouping
        return (own.offers if own else None) or self.known.business.offer_grouping

    def _facts(self, source: Source) -> GroupingFacts:
        admitted = source.admitted
        offer, customer = admitted.offer, admitted.customer
        delivery = resolve_delivery(offer.recipient, offer.destination, offer.carrier, customer)
        return GroupingFacts(
            customer=customer.code,
            order_type=admitted.order_type.code,
            currency=offer.currency or customer.currency,
            document_type=offer.type,
            year=offer.date.year,
            month=offer.date.month,
            exchange_rate=self._rate(admitted),
            project=offer.project,
            payments=resolve_payments(offer.payments, customer, admitted.order_type, Rounding()).value,
            destination=(delivery.recipient.value, delivery.destination.value, delivery.address),
            carrier=delivery.carrier.value,
        )

    def _rate(self, admitted: Admitted) -> Decimal | None:
        """The exchange rate that the offer alone would have."""
        offer, customer = admitted.offer, admitted.customer
        day = order_date([offer], admitted.order_type, self.message, self.known)
        company = self.known.business.parameters.company_currency
        rates = self.known.registries.exchange_rates
        return resolve_rate(offer.exchange_rate, offer.currency or customer.currency, company, day, rates).value

    def _book(self, source: Source, orders: Sequence[NewOrder]) -> OfferRecord:
        admitted = source.admitted
        record = convert(source.accepted, self.new_id(), admitted.offer.currency or admitted.customer.currency)
        record.orders += (new for new in orders if _is_of(new, source))
        self.known.offers[record.key] = record
        return record


def _is_of(new: NewOrder, source: Source) -> bool:
    offer = source.admitted.offer
    return any(origin.number == offer.number and origin.type == offer.type for origin in new.order.origin)


def _twice(offer: Offer, index: int) -> Reason:
    return Reason(
        "invalid",
        f"/offers/{index}/number",
        f"Offer {offer.number} stands twice in this message. Send it once, with all its accepted lines.",
    )
