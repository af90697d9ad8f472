"""One customer order out of one or more accepted offers (§2.3, §2.5)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from uuid import UUID

from adapter.domain.conditions.expenses import SourceExpenses, fix_percents, resolve_expenses
from adapter.domain.conditions.line_checks import check_holiday
from adapter.domain.conditions.line_discounts import Reader, final_discounts, header_discounts
from adapter.domain.conditions.terms import Circumstances, Terms, resolve_terms
from adapter.domain.credit import CreditCheck, account_of, check_credit, is_counted
from adapter.domain.decision import Change, NewOrder
from adapter.domain.due_dates import PaymentTerms, due_dates
from adapter.domain.known import CreditAccount, DiscountTypes, Known
from adapter.domain.offers.acceptance import AcceptedLine, AcceptedOffer
from adapter.domain.offers.checks import Admitted, check_on, dated_by_clock, order_date
from adapter.domain.offers.header import carry, joined_payments, source_terms, takes_payments
from adapter.domain.offers.lines import LineBuilding, Setting, dates_out_of_order, late_delivery, unknown_code
from adapter.domain.offers.offer import AcceptedOffers
from adapter.domain.offers.share import fixed_amounts, net_of, share_of
from adapter.domain.order import Discount, Hold, Order, OrderLine, OrderWarning
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.price_book import want_prices
from adapter.domain.reasons import Reason
from adapter.domain.reckoning import tell_amounts, tell_due_dates
from adapter.domain.registry import Customer, GroupingRow, PaymentSolution, PaymentType
from adapter.domain.totals import MoneyRules, settle
from adapter.domain.trace import Trace
from adapter.domain.values import ONE, ZERO, Rounding, plain


@dataclass(slots=True)
class Source:
    """An offer of the group: what was admitted, what of it is converted, and its lines in the order.

    An offer that is `faulty` lacks lines, so that nothing can be said of its totals: other faults are looked for only.
    """

    admitted: Admitted
    accepted: AcceptedOffer
    lines: list[OrderLine] = field(default_factory=list)
    share: Decimal = ONE
    faulty: bool = False


Completion = Callable[[Order, LineBuilding], Sequence[Hold]]
"""Gives a settled order what else its kind of source asks for (costs, warnings), and says what holds it."""


def _nothing_else(_order: Order, _building: LineBuilding) -> Sequence[Hold]:
    return ()


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
    complete: Completion = _nothing_else
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
        building = self._lines(order, terms)
        self._settle(order, terms, rounding)
        return None if self.reasons or self._is_partial else self._new(order, building)

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

    def _reader(self) -> Reader:
        types = DiscountTypes(self.known.registries)
        return Reader(types=types, notation_type=self._order_type.discount_type)

    def _lines(self, order: Order, terms: Terms) -> LineBuilding:
        self._load_prices(order.currency)
        setting = Setting(
            known=self.known,
            order_type=self._order_type,
            customer=self._customer,
            day=order.date,
            currency=order.currency,
            exchange_rate=order.exchange_rate,
            destination=order.destination,
            payment_types=self._payment_types(terms),
            agents=terms.agents,
            reader=self._reader(),
        )
        building = LineBuilding(setting, self.trace)
        numbers = count(1)
        for source in self.sources:
            source.lines = [self._line(building, source, line, numbers) for line in source.accepted.lines]
        order.lines = [line for source in self.sources for line in source.lines]
        self._share(building)
        known = self.known.registries.currency(order.currency) is not None
        # Prices in a currency that is not known yet may come with it.
        self.reasons += (reason for reason in building.reasons if known or reason.code != "price_missing")
        self.warnings += building.warnings
        return building

    def _line(
        self, building: LineBuilding, source: Source, accepted: AcceptedLine, numbers: Iterator[int]
    ) -> OrderLine:
        """One source keeps its line numbers; lines of several are numbered in message order (contract 3)."""
        admitted = source.admitted
        number = accepted.given.line if len(self.sources) == 1 else Decimal(next(numbers))
        return building.build(admitted.offer, admitted.path, accepted, number, self.message.source)

    def _load_prices(self, currency: str) -> None:
        named: list[str] = []
        items: list[str] = []
        for source in self.sources:
            for line in source.accepted.lines:
                if line.given.unit_price is None and line.item is not None:
                    items.append(line.item)
                    named += (name for name in (source.admitted.offer.price_list, line.given.price_list) if name)
        if items:
            want_prices(self.known.registries, self._customer, named, currency, items)

    def _payment_types(self, terms: Terms) -> list[PaymentType]:
        found = (self.known.registries.payment_type(payment.type) for payment in terms.payments)
        return [type_ for type_ in found if type_ is not None]

    def _share(self, building: LineBuilding) -> None:
        """How much of each offer, by net, is converted; only where something depends on it."""
        for source in self.sources:
            if not source.accepted.is_whole and fixed_amounts(source.admitted.offer):
                source.share = share_of(source.accepted, source.lines, building, self.message.source, self._line_rules)

    @property
    def _line_rules(self) -> MoneyRules:
        return MoneyRules(
            rounding=Rounding(8),
            discounts_on_amount=self._parameters.discounts_on_amount,
            discounts_on_giveaways=self._parameters.discounts_on_giveaways,
            vat_rates={},
        )

    def _settle(self, order: Order, terms: Terms, rounding: Rounding) -> None:
        self._pay(order, terms, rounding)
        self._discount(order, terms)
        self._charge(order, rounding)
        rates = {expense.vat_code: self._vat_rate(expense.vat_code) for expense in order.expenses if expense.vat_code}
        if self.reasons or self._is_partial:
            self._schedule(order, rounding, settled=False)
            return
        rules = MoneyRules(
            rounding=rounding,
            discounts_on_amount=self._parameters.discounts_on_amount,
            discounts_on_giveaways=self._parameters.discounts_on_giveaways,
            vat_rates=rates,
        )
        self.reasons += settle(order, rules, f"{self._path}/lines")
        if not self.reasons:
            tell_amounts(self.trace, order, rules, self.known.registries.vat_code)
        fix_percents(order.expenses)
        self._schedule(order, rounding)

    def _vat_rate(self, code: str) -> Decimal:
        known = self.known.registries.vat_code(code)
        if known is None:
            self.reasons.append(unknown_code("vat_code", code, f"{self._path}/expenses"))
        return known.rate if known else ZERO

    def _pay(self, order: Order, terms: Terms, rounding: Rounding) -> None:
        offers = [source.admitted.offer for source in self.sources]
        brought = len(offers) == 1 or takes_payments(self.row, self._parameters)
        if not brought or offers[0].payments is None:
            order.payments = list(terms.payments)
            return
        whose = self.sources if self.row.payment or len(offers) == 1 else self.sources[:1]
        shares = [source.share for source in whose]
        order.payments = joined_payments(terms.payments, shares, offers[: len(shares)], rounding)

    def _discount(self, order: Order, terms: Terms) -> None:
        reader, several = self._reader(), len(self.sources) > 1
        given = None if several else self.sources[0].admitted.offer.discounts
        order.discounts = header_discounts(given, self._customer, reader, self._path).discounts
        types = self._payment_types(terms)
        giving = [source for source in self.sources if source.admitted.offer.final_discounts is not None]
        for source in giving:
            self._final(order, [source], reader, types)
        if len(giving) < len(self.sources):
            self._final(order, [source for source in self.sources if source not in giving], reader, types)

    def _final(self, order: Order, sources: Sequence[Source], reader: Reader, types: Sequence[PaymentType]) -> None:
        """Final discounts of one offer, or the customer's for all offers that give none."""
        first = sources[0]
        given, path = first.admitted.offer.final_discounts, first.admitted.path
        found = final_discounts(given, self._customer, types, reader, first.share if given is not None else ONE, path)
        found.tell(self.trace, None, "final_discounts")
        self.reasons += found.reasons
        lines = [line for source in sources for line in source.lines]
        order.final_discounts += _reaching(found.discounts, None if len(lines) == len(order.lines) else lines)

    def _charge(self, order: Order, rounding: Rounding) -> None:
        several = len(self.sources) > 1
        given = [
            SourceExpenses(
                given=source.admitted.offer.expenses,
                share=source.share,
                net=net_of(source.lines, self._line_rules) if several else None,
                path=source.admitted.path,
            )
            for source in self.sources
        ]
        found = resolve_expenses(given, self._customer, self.known.registries.expense_type, rounding)
        found.tell(self.trace)
        self.reasons += found.reasons
        order.expenses = found.expenses

    def _schedule(self, order: Order, rounding: Rounding, *, settled: bool = True) -> None:
        """The due dates; of an order that is not settled only what is wrong with its payments whatever the total."""
        registries = self.known.registries
        solutions: dict[str, PaymentSolution] = {}
        types: dict[str, PaymentType] = {}
        for payment in order.payments:
            solution, type_ = registries.payment_solution(payment.solution), registries.payment_type(payment.type)
            if solution is not None:
                solutions[payment.solution] = solution
            if type_ is not None:
                types[payment.type] = type_
        terms = PaymentTerms(solutions=solutions, types=types)
        totals = order.totals if settled else None
        scheduled = due_dates(totals, order.date, order.payments, terms, rounding, f"{self._path}/payments")
        self.reasons += scheduled.reasons
        order.due_dates = scheduled.rows
        tell_due_dates(self.trace, order, solutions)

    def _new(self, order: Order, building: LineBuilding) -> NewOrder:
        credit = self._weigh(order)
        self._warn_of_repetition(order)
        order.warnings = self.warnings
        holds = [*self._holds(building, credit), *self.complete(order, building)]
        return NewOrder(
            self.id,
            order,
            self._changes(holds),
            self.trace,
            credit_account=credit.account,
            credit_amount=self._reserve(credit),
            supplied_number=self.message.order_number,
            dated_by_clock=dated_by_clock(self._order_type, self.message),
            path="/order_number" if self.message.order_number is not None else "",
        )

    def _warn_of_repetition(self, order: Order) -> None:
        """A second use of the customer's own order number may be an order sent twice."""
        number = order.customer_order_number
        if number is not None and (order.customer, number) in self.known.customer_orders:
            told = f"Customer {order.customer} has used his order number {number} before."
            self.warnings.append(OrderWarning(code="customer_order_repeated", message=told))

    def _weigh(self, order: Order) -> CreditCheck:
        """Check the credit limit; a limit that is exceeded without holding the order is a warning on it."""
        registries = self.known.registries
        currency = registries.currency(self._parameters.company_currency)
        rounding = Rounding(currency.decimals if currency else 2, self._parameters.rounding)
        code = account_of(self._customer)
        stored = self.known.credit.get(code)
        account = CreditAccount(stored.total if stored else ZERO, self.pending.get(code, ZERO))
        check = check_credit(order, self._customer, self._order_type, account, registries, rounding, self.trace)
        if check.exceeded and not check.blocks:
            self.warnings.append(OrderWarning(code="credit_exceeded", message=check.exceeded))
        return check

    def _reserve(self, check: CreditCheck) -> Decimal:
        """What the order reserves of its account, where orders in this state count."""
        if not is_counted(self._order_type, self._parameters, confirmed=self._order_type.auto_confirm):
            return ZERO
        self.pending[check.account] = self.pending.get(check.account, ZERO) + check.amount
        return check.amount

    def _holds(self, building: LineBuilding, credit: CreditCheck) -> list[Hold]:
        since = self.known.now.isoformat()
        holds = [Hold(kind="credit", since=since, details=credit.exceeded)] if credit.blocks else []
        if building.unpriced:
            lines = ", ".join(plain(line) for line in building.unpriced)
            holds.append(Hold(kind="price", since=since, details=f"No price for line {lines}."))
        return holds

    def _changes(self, holds: list[Hold]) -> list[Change]:
        details = {"conversion": "all", "by": self.message.by} if self.message.conversion == "all" else {}
        changes = [Change("order.entered", "confirmation", None, "entered", details)]
        if self._order_type.auto_confirm:
            changes.append(Change("order.confirmed", "confirmation", "entered", "confirmed", {"automatic": True}))
        if holds:
            kinds = {"holds": [hold.kind for hold in holds]}
            changes.append(Change("order.blocked", "hold", "none", "blocked", kinds, holds=holds))
        return changes


def _reaching(discounts: list[Discount], lines: Sequence[OrderLine] | None) -> list[Discount]:
    if lines is not None:
        for discount in discounts:
            discount.reaches = frozenset(line.line for line in lines)
    return discounts
