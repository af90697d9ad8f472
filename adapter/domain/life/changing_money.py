"""What a changed order comes to, and when that is to be paid."""

from __future__ import annotations

from decimal import Decimal

from adapter.domain.conditions.expenses import fix_percents
from adapter.domain.due_dates import PaymentTerms, due_dates
from adapter.domain.life.changing_draft import Draft
from adapter.domain.offers.wording import unknown_code
from adapter.domain.order import OrderWarning, Totals
from adapter.domain.profit import recost
from adapter.domain.reckoning import tell_amounts, tell_due_dates
from adapter.domain.registry import PaymentSolution, PaymentType
from adapter.domain.totals import MoneyRules, settle
from adapter.domain.values import plain


def settle_changed(draft: Draft) -> None:
    """Work out every amount anew, at the VAT rates that the order has; due dates where what they split has changed."""
    before = draft.order.totals
    rules = MoneyRules(
        rounding=draft.rounding,
        discounts_on_amount=draft.parameters.discounts_on_amount,
        discounts_on_giveaways=draft.parameters.discounts_on_giveaways,
        vat_rates=_new_rates(draft),
    )
    if draft.reasons:
        return
    draft.reasons += settle(draft.order, rules)
    if not draft.reasons:
        discounted = {Decimal(line["line"]) for line in draft.state.document["lines"] if line["discounts"]}
        tell_amounts(draft.trace, draft.order, rules, before=discounted)
    fix_percents(draft.order.expenses)
    _recost(draft)
    _warn_of_expenses(draft, before)
    if draft.asked.header.payments is not None or _split(before) != _split(draft.order.totals):
        _schedule(draft)


def _recost(draft: Draft) -> None:
    """What lines that were bought cost, and what is earned on them, follows quantities and prices."""
    before = {line["line"]: line["quantity"] for line in draft.state.document["lines"]}
    for line in draft.order.lines:
        quantity = before.get(plain(line.line))
        recost(draft.order, line, None if quantity is None else Decimal(quantity), draft.rounding)


def _new_rates(draft: Draft) -> dict[str, Decimal]:
    """The rates of VAT codes that only expenses given by this message bring into the order."""
    known = {row.vat_code for row in draft.order.vat_summary}
    new = {expense.vat_code for expense in draft.order.expenses if expense.vat_code} - known
    rates = {}
    for code in sorted(new):
        vat = draft.registries.vat_code(code)
        if vat is None:
            draft.reasons.append(unknown_code("vat_code", code, "/set/expenses"))
        else:
            rates[code] = vat.rate
    return rates


def _warn_of_expenses(draft: Draft, before: Totals) -> None:
    """Expenses are not computed again when an order changes; the warning says so (§6.4)."""
    now = draft.order.totals
    same = before.goods - before.discounts == now.goods - now.discounts
    if same or not draft.order.expenses or draft.asked.header.expenses is not None:
        return
    told = (
        "The lines' value has changed, the expenses have not: they are not computed again. Give expenses to set them."
    )
    draft.warn(OrderWarning(code="expenses_not_recomputed", message=told))


def _split(totals: Totals) -> tuple[Decimal, Decimal, Decimal]:
    return totals.total, totals.vat, totals.expenses


def _schedule(draft: Draft) -> None:
    order = draft.order
    path = "" if draft.asked.header.payments is None else "/set/payments"
    terms = _terms(draft)
    scheduled = due_dates(order.totals, order.date, order.payments, terms, draft.rounding, path)
    draft.reasons += scheduled.reasons
    order.due_dates = scheduled.rows
    tell_due_dates(draft.trace, order, terms.solutions)


def _terms(draft: Draft) -> PaymentTerms:
    solutions: dict[str, PaymentSolution] = {}
    types: dict[str, PaymentType] = {}
    for payment in draft.order.payments:
        solution = draft.registries.payment_solution(payment.solution)
        type_ = draft.registries.payment_type(payment.type)
        solutions |= {payment.solution: solution} if solution is not None else {}
        types |= {payment.type: type_} if type_ is not None else {}
    return PaymentTerms(solutions=solutions, types=types)
