"""How an order is paid (§1.2, §6.1): the rows given, else the customer's for the order type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from adapter.domain.conditions.cascade import GIVEN, NOTHING, Resolved
from adapter.domain.order_types import OrderType
from adapter.domain.registry import Customer, Payment
from adapter.domain.trace import Candidate
from adapter.domain.values import ONE, Rounding, plain

Payments = tuple[Payment, ...]


def resolve_payments(
    given: Sequence[Payment] | None, customer: Customer, order_type: OrderType, rounding: Rounding, share: Decimal = ONE
) -> Resolved[Payments]:
    """The rows given (amounts by `share`), else the customer's rows bound to the order type, else its unbound ones."""
    if given is not None:
        lost = _lost(customer.payments, customer, "given comes first")
        return Resolved(tuple(rounded(given, rounding, share)), GIVEN, lost)
    bound = [row for row in customer.payments if row.order_types and order_type.code in row.order_types]
    unbound = [row for row in customer.payments if not row.order_types]
    taken = bound or unbound
    rule = "customer_for_order_type" if bound else "customer"
    won = Candidate(rule, "customer", customer.code, customer.revision) if taken else NOTHING
    because = f"rows of order type {order_type.code} come first" if bound else f"not for order type {order_type.code}"
    left = [row for row in customer.payments if row not in taken]
    unmarked = [row if row.order_types is None else replace(row, order_types=None) for row in taken]
    return Resolved(tuple(rounded(unmarked, rounding)), won, _lost(left, customer, because))


def rounded(rows: Sequence[Payment], rounding: Rounding, share: Decimal = ONE) -> list[Payment]:
    """The rows with their fixed amounts, by `share`, rounded to money of the order's currency."""
    return [row if row.amount is None else replace(row, amount=rounding(row.amount * share)) for row in rows]


def _lost(rows: Sequence[Payment], customer: Customer, because: str) -> tuple[Candidate, ...]:
    key = ("customer", customer.code, customer.revision)
    return tuple(Candidate("customer", *key, f"{row.type}/{row.solution}: {because}") for row in rows)


def payments_as_text(payments: Sequence[Payment]) -> str | None:
    """Payment rows as the trace shows them: `TRANSFER/30EOM 100 %`."""
    return ", ".join(_text(row) for row in payments) or None


def _text(row: Payment) -> str:
    if row.percent is not None:
        return f"{row.type}/{row.solution} {plain(row.percent)} %"
    return f"{row.type}/{row.solution}" + ("" if row.amount is None else f" {plain(row.amount)}")
