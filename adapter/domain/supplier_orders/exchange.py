"""From the currency of a supplier order into that of the customer order, at the order's date (§3.4 S4)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.conditions.exchange import resolve_rate
from adapter.domain.conditions.units import eight
from adapter.domain.known import Known
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer
from adapter.domain.supplier_orders.supplier_order import PATH, SupplierOrder
from adapter.domain.values import ONE


@dataclass(frozen=True, slots=True)
class Exchange:
    """Rates are units of a currency for one of the company's. A converted amount keeps 8 decimals (contract 4)."""

    bought_in: str
    sold_in: str
    bought_rate: Decimal = ONE
    sold_rate: Decimal = ONE
    reasons: tuple[Reason, ...] = field(default=(), compare=False)

    @property
    def changes(self) -> bool:
        return self.bought_in != self.sold_in

    def __call__(self, amount: Decimal) -> Decimal:
        return eight(amount * self.sold_rate / self.bought_rate) if self.changes else amount


def currency_of(order: SupplierOrder, customer: Customer) -> str:
    """What the customer order is in: a group company orders in its own words, others pay in theirs."""
    return order.currency if order.is_intercompany else customer.currency


def exchange_for(order: SupplierOrder, customer: Customer, day: datetime.date, known: Known) -> Exchange:
    """How amounts become the customer order's; with `exchange_rate_missing` where theirs has no rate and they need one.

    That the customer order's own rate is missing is told where its terms are resolved.
    """
    sold_in = currency_of(order, customer)
    if sold_in == order.currency:
        return Exchange(order.currency, sold_in)
    company, rates = known.business.parameters.company_currency, known.registries.exchange_rates
    bought = resolve_rate(order.exchange_rate, order.currency, company, day, rates, PATH)
    sold = resolve_rate(None, sold_in, company, day, rates, PATH)
    reasons = bought.reasons if _has_amounts(order) else ()
    return Exchange(order.currency, sold_in, bought.value or ONE, sold.value or ONE, reasons)


def _has_amounts(order: SupplierOrder) -> bool:
    """Discounts of a line are nothing without its cost, and those at the foot are converted only with other amounts."""
    amounts = [amount for line in order.lines for amount in (line.unit_cost, line.unit_price)]
    amounts += [expense.amount for expense in order.expenses or ()]
    return any(amount is not None for amount in amounts) or bool(order.final_discounts)
