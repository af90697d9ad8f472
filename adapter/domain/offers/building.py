"""One customer order out of one or more accepted offers (§2.3, §2.5)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from uuid import UUID

from adapter.domain.conditions.line_checks import check_holiday
from adapter.domain.conditions.line_discounts import Reader
from adapter.domain.conditions.terms import Circumstances, Terms, resolve_terms
from adapter.domain.decision import NewOrder
from adapter.domain.known import DiscountTypes, Known, NotLoaded
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.offers.checks import Admitted, check_on, order_date
from adapter.domain.offers.entering import Completion, Entering, nothing_else
from adapter.domain.offers.header import carry, source_terms
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.offers.offer import AcceptedOffers
from adapter.domain.offers.pricing import Setting
from adapter.domain.offers.settling import Settling
from adapter.domain.offers.share import fixed_amounts, share_of
from adapter.domain.offers.source import Source, line_rules, payment_types
from adapter.domain.offers.wording import dates_out_of_order, late_delivery, unknown_code
from adapter.domain.order import Order, OrderLine, OrderWarning
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.price_book import want_prices
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, GroupingRow
from adapter.domain.trace import Trace
from adapter.domain.values import ONE, Rounding


@dataclass(slots=True)
class OrderBuilding:
    """Builds the order of one group; `reasons` says every fault, and then there is no order.

    `pending` is what earlier orders of the same message will reserve, by credit account.
    """

    message: AcceptedOffers
    known: Known
    sources: Sequence[Source]
    row: GroupingRow
    id: UUID
    pending: dict[str, Decimal]
    complete: Completion = nothing_else
    reasons: list[Reason] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    warnings: list[OrderWarning] = field(default_factory=list)

    @property
    def _order_type(self) -> OrderType:
        return self.sources[0].admitted.order_type

    @property
    def _customer(self) -> Customer:
        return self.sources[0].admitted.customer

    @property
    def _parameters(self) -> Parameters:
        return self.known.business.parameters

    @property
    def _path(self) -> str:
        return self.sources[0].admitted.path

    def build(self) -> NewOrder | None:
        """The order, or None where there are reasons."""
        offers = [source.admitted.offer for source in self.sources]
        day = order_date(offers, self._order_type, self.message, self.known)
        self._check(day)
        rounding = self._rounding(offers[0].currency or self._customer.currency)
        terms = self._terms(day, rounding)
        order = self._order(day, terms, rounding)
        reader = Reader(types=DiscountTypes(self.known.registries), notation_type=self._order_type.discount_type)
        building = self._lines(order, terms, reader)
        self._settle(order, terms, rounding, reader)
        return None if self.reasons or self._is_partial else self._enter(order, building)

    def told(self) -> list[Reason]:
        """Only the faults."""
        self.build()
        return self.reasons

    @property
    def _is_partial(self) -> bool:
        return any(source.faulty for source in self.sources)

    def _check(self, day: datetime.date) -> None:
        for source in self.sources:
            self.reasons += check_on(day, source.admitted)
            self._check_offer(source.admitted, day)
        self.reasons += check_holiday(day, self._parameters, "/orders_dated" if self.message.orders_dated else "")

    def _check_offer(self, admitted: Admitted, day: datetime.date) -> None:
        offer = admitted.offer
        if offer.goods_ready_on and offer.delivery_on and offer.goods_ready_on > offer.delivery_on:
            path = f"{admitted.path}/goods_ready_on"
            self.reasons.append(dates_out_of_order(path, offer.goods_ready_on, offer.delivery_on))
        for code, passed in (("offer_expired", offer.valid_until), ("offer_closed", offer.closed_on)):
            if passed is not None and passed < day:
                told = f"Offer {offer.number}: {code.partition('_')[2]} since {passed}, before the order date {day}."
                self.warnings.append(OrderWarning(code=code, message=told))
        if offer.delivery_on is not None and offer.delivery_on < day:
            self.warnings.append(late_delivery(offer.delivery_on, day))

    def _rounding(self, currency: str) -> Rounding:
        known = self.known.registries.currency(currency)
        if known is None:
            self.reasons.append(unknown_code("currency", currency, f"{self._path}/currency"))
        return Rounding(known.decimals if known else 2, self._parameters.rounding)

    def _terms(self, day: datetime.date, rounding: Rounding) -> Terms:
        offers = [source.admitted.offer for source in self.sources]
        around = Circumstances(
            order_type=self._order_type,
            parameters=self._parameters,
            day=day,
            rates=self.known.registries.exchange_rates,
            rounding=rounding,
        )
        given = source_terms(offers, self.row, self._parameters, self._path)
        terms = resolve_terms(given, self._customer, around, self.trace)
        self.reasons += terms.reasons
        return terms

    def _order(self, day: datetime.date, terms: Terms, rounding: Rounding) -> Order:
        order = Order(
            type=self._order_type.code,
            date=day,
            customer=self._customer.code,
            currency=terms.currency,
            currency_decimals=rounding.decimals,
            exchange_rate=terms.exchange_rate or ONE,
            vat_included=self._order_type.vat_included,
            price_list=terms.price_list,
            recipient=terms.recipient,
            destination=terms.destination,
            destination_address=terms.destination_address,
            carrier=terms.carrier,
            shipping=terms.shipping,
            language=terms.language,
            agents=list(terms.agents),
            origin=[source.admitted.offer.origin(self.message.source) for source in self.sources],
        )
        carry(order, [source.admitted.offer for source in self.sources], self.row)
        return order

    def _lines(self, order: Order, terms: Terms, reader: Reader) -> LineBuilding:
        setting = Setting(
            known=self.known,
            order_type=self._order_type,
            customer=self._customer,
            day=order.date,
            currency=order.currency,
            exchange_rate=order.exchange_rate,
            destination=order.destination,
            payment_types=payment_types(self.known.registries, terms.payments),
            agents=terms.agents,
            reader=reader,
        )
        building = LineBuilding(setting, self.trace)
        try:
            self._build_lines(building)
        except NotLoaded:
            self._want_prices(order.currency)
            raise
        order.lines = [line for source in self.sources for line in source.lines]
        self._share(building)
        known = self.known.registries.currency(order.currency) is not None
        # Prices in a currency that is not known yet may come with it.
        self.reasons += (reason for reason in building.reasons if known or reason.code != "price_missing")
        self.warnings += building.warnings
        return building

    def _build_lines(self, building: LineBuilding) -> None:
        numbers = count(1)
        for source in self.sources:
            source.lines = [self._line(building, source, line, numbers) for line in source.accepted.lines]

    def _line(
        self, building: LineBuilding, source: Source, accepted: AcceptedLine, numbers: Iterator[int]
    ) -> OrderLine:
        """One source keeps its line numbers; lines of several are numbered in message order (contract 3)."""
        admitted = source.admitted
        number = accepted.given.line if len(self.sources) == 1 else Decimal(next(numbers))
        return building.build(admitted.offer, admitted.path, accepted, number, self.message.source)

    def _want_prices(self, currency: str) -> None:
        """Have the prices of all lines loaded in one go, not one after the other."""
        named: list[str] = []
        items: list[str] = []
        for source in self.sources:
            for line in source.accepted.lines:
                if line.given.unit_price is None and line.item is not None:
                    items.append(line.item)
                    named += (name for name in (source.admitted.offer.price_list, line.given.price_list) if name)
        if items:
            want_prices(self.known.registries, self._customer, named, currency, items)

    def _share(self, building: LineBuilding) -> None:
        """How much of each offer, by net, is converted; only where something depends on it."""
        for source in self.sources:
            if not source.accepted.is_whole and fixed_amounts(source.admitted.offer):
                rules = line_rules(self._parameters)
                source.share = share_of(source.accepted, source.lines, building, self.message.source, rules)

    def _settle(self, order: Order, terms: Terms, rounding: Rounding, reader: Reader) -> None:
        settling = Settling(self.known, self.sources, self.row, reader, self.trace)
        settling.settle(order, terms, rounding, complete=not self.reasons and not self._is_partial)
        self.reasons += settling.reasons

    def _enter(self, order: Order, building: LineBuilding) -> NewOrder:
        entering = Entering(
            self.message, self.known, self._customer, self._order_type, self.pending, self.trace, self.warnings
        )
        return entering.enter(self.id, order, building, self.complete)
