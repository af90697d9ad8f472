"""What an order of offers comes to once its lines stand: payments, discounts, expenses, totals, due dates (§5, §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.conditions.expenses import SourceExpenses, fix_percents, resolve_expenses
from adapter.domain.conditions.line_discounts import Reader, final_discounts, header_discounts
from adapter.domain.conditions.terms import Terms
from adapter.domain.due_dates import PaymentTerms, due_dates
from adapter.domain.known import Known
from adapter.domain.offers.header import joined_payments, takes_payments
from adapter.domain.offers.share import net_of
from adapter.domain.offers.source import Source, line_rules, payment_types
from adapter.domain.offers.wording import unknown_code
from adapter.domain.order import Discount, Order, OrderLine
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.reckoning import tell_amounts, tell_due_dates
from adapter.domain.registry import Customer, GroupingRow, PaymentSolution, PaymentType
from adapter.domain.totals import MoneyRules, settle
from adapter.domain.trace import Trace
from adapter.domain.values import ONE, ZERO, Rounding


@dataclass(slots=True)
class Settling:
    """Settles one order, whose lines may be faulty already: then only further faults are looked for."""

    known: Known
    sources: Sequence[Source]
    row: GroupingRow
    reader: Reader
    trace: Trace
    reasons: list[Reason] = field(default_factory=list)

    @property
    def _parameters(self) -> Parameters:
        return self.known.business.parameters

    @property
    def _customer(self) -> Customer:
        return self.sources[0].admitted.customer

    @property
    def _path(self) -> str:
        return self.sources[0].admitted.path

    def settle(self, order: Order, terms: Terms, rounding: Rounding, *, complete: bool) -> None:
        """Everything below the lines; an order that is not `complete` has faults or lacks lines, and gets no totals."""
        self._pay(order, terms, rounding)
        self._discount(order, terms)
        self._charge(order, rounding)
        rates = {expense.vat_code: self._vat_rate(expense.vat_code) for expense in order.expenses if expense.vat_code}
        settled = complete and not self.reasons
        if settled:
            self._total(order, rounding, rates)
        self._schedule(order, rounding, settled=settled)

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
        several = len(self.sources) > 1
        given = None if several else self.sources[0].admitted.offer.discounts
        order.discounts = header_discounts(given, self._customer, self.reader, self._path).discounts
        types = payment_types(self.known.registries, terms.payments)
        giving = [source for source in self.sources if source.admitted.offer.final_discounts is not None]
        for source in giving:
            self._final(order, [source], types)
        if len(giving) < len(self.sources):
            self._final(order, [source for source in self.sources if source not in giving], types)

    def _final(self, order: Order, sources: Sequence[Source], types: Sequence[PaymentType]) -> None:
        """Final discounts of one offer, or the customer's for all offers that give none."""
        first = sources[0]
        given, path = first.admitted.offer.final_discounts, first.admitted.path
        share = first.share if given is not None else ONE
        found = final_discounts(given, self._customer, types, self.reader, share, path)
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
                net=net_of(source.lines, line_rules(self._parameters)) if several else None,
                path=source.admitted.path,
            )
            for source in self.sources
        ]
        found = resolve_expenses(given, self._customer, self.known.registries.expense_type, rounding)
        found.tell(self.trace)
        self.reasons += found.reasons
        order.expenses = found.expenses

    def _vat_rate(self, code: str) -> Decimal:
        known = self.known.registries.vat_code(code)
        if known is None:
            self.reasons.append(unknown_code("vat_code", code, f"{self._path}/expenses"))
        return known.rate if known else ZERO

    def _total(self, order: Order, rounding: Rounding, rates: dict[str, Decimal]) -> None:
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

    def _schedule(self, order: Order, rounding: Rounding, *, settled: bool) -> None:
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


def _reaching(discounts: list[Discount], lines: Sequence[OrderLine] | None) -> list[Discount]:
    if lines is not None:
        for discount in discounts:
            discount.reaches = frozenset(line.line for line in lines)
    return discounts
