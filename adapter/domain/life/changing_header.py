"""New values of an order's header (§1.2). What lines were promised stays as it is (§5.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapter.domain.conditions.agents import agents_as_text, resolve_agents
from adapter.domain.conditions.expenses import SourceExpenses, resolve_expenses
from adapter.domain.conditions.line_discounts import final_discounts, header_discounts
from adapter.domain.conditions.payments import payments_as_text, rounded
from adapter.domain.life.changing_asked import HeaderAsked
from adapter.domain.life.changing_dates import COPIED, change_with_lines, warn_of_late_delivery
from adapter.domain.life.changing_delivery import change_delivery
from adapter.domain.life.changing_draft import GIVEN, Draft
from adapter.domain.order import OrderWarning
from adapter.domain.registry import Payment
from adapter.domain.values import plain

_PLAIN: Final = ("our_reference", "your_reference", "notes", "final_notes", "extra")
_EXPLAINED: Final = ("price_list", "shipping", "language")


def change_header(draft: Draft) -> None:
    """Take over what was given for the header; currency and customer cannot become others."""
    asked = draft.asked.header
    _check_fixed(draft, asked)
    for name in (*_PLAIN, *_EXPLAINED):
        _take(draft, asked, name)
    for name in COPIED:
        change_with_lines(draft, name)
    warn_of_late_delivery(draft)
    _change_rest(draft, asked)
    change_delivery(draft)
    _change_payments(draft, asked)
    _change_discounts(draft, asked)
    _change_expenses(draft, asked)


def _check_fixed(draft: Draft, asked: HeaderAsked) -> None:
    order = draft.order
    if asked.currency not in (None, order.currency):
        told = f"Order {order.number} is in {order.currency}. Its currency stays: leave currency out."
        draft.refuse("/set/currency", told, "currency_mismatch", currency=order.currency)
    if asked.customer not in (None, order.customer):
        told = f"Order {order.number} is customer {order.customer}'s. Cancel it, and enter one for {asked.customer}."
        draft.refuse("/set/customer", told, customer=order.customer)


def _take(draft: Draft, asked: HeaderAsked, name: str) -> None:
    value = getattr(asked, name)
    if value is not None:
        setattr(draft.order, name, value)
    if value is not None and name in _EXPLAINED:
        draft.tell_given(None, name, value)


def _change_rest(draft: Draft, asked: HeaderAsked) -> None:
    order = draft.order
    if asked.exchange_rate is not None:
        order.exchange_rate = asked.exchange_rate
        draft.tell_given(None, "exchange_rate", plain(asked.exchange_rate))
    if asked.customer_order_number is not None:
        order.customer_order_number, order.customer_order_date = asked.customer_order_number, asked.customer_order_date
    if asked.agents is not None:
        agents = resolve_agents(asked.agents, draft.customer, order.date)
        order.agents = list(agents.tell(draft.trace, None, "agents", agents_as_text(agents.value) or ""))


def _change_payments(draft: Draft, asked: HeaderAsked) -> None:
    if asked.payments is None:
        return
    before, draft.order.payments = draft.order.payments, rounded(asked.payments, draft.rounding)
    draft.tell_given(None, "payments", payments_as_text(asked.payments) or "")
    if _discounting(draft, before) != _discounting(draft, draft.order.payments):
        told = (
            "Discounts of the payment types before stay on lines and at the foot. "
            "Give final_discounts or the lines' discounts, or reprice, if they should not."
        )
        draft.warn(OrderWarning(code="payment_discounts_kept", message=told))


def _discounting(draft: Draft, payments: list[Payment]) -> set[str]:
    """The payment types that come with a discount."""
    types = [draft.registries.payment_type(code) for code in dict.fromkeys(payment.type for payment in payments)]
    return {type_.code for type_ in types if type_ is not None and type_.discount_percent}


def _change_discounts(draft: Draft, asked: HeaderAsked) -> None:
    """The header's grid serves lines to come; the foot's discounts are those of the whole order."""
    if asked.discounts is not None:
        grid = header_discounts(asked.discounts, draft.customer, draft.reader, "/set")
        draft.reasons += grid.reasons
        draft.order.discounts = grid.discounts
        grid.tell(draft.trace, None)
    if asked.final_discounts is not None:
        foot = final_discounts(asked.final_discounts, draft.customer, (), draft.reader, path="/set")
        draft.reasons += foot.reasons
        draft.order.final_discounts = foot.discounts
        foot.tell(draft.trace, None, "final_discounts")


def _change_expenses(draft: Draft, asked: HeaderAsked) -> None:
    """Expenses that are given are complete: the registry's are not computed again (§6.4)."""
    if asked.expenses is None:
        return
    given = SourceExpenses(given=asked.expenses, path="/set")
    bare = replace(draft.customer, expenses=())
    found = resolve_expenses([given], bare, draft.registries.expense_type, draft.rounding)
    draft.reasons += found.reasons
    for gone in {expense.type for expense in draft.order.expenses} - {one.type for one in found.expenses}:
        draft.trace.tell(None, f"expenses/{gone}", None, GIVEN)
    found.tell(draft.trace)
    draft.order.expenses = found.expenses
    draft.unwarn("expenses_not_recomputed")
