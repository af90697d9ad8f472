"""The credit limit (§6.6): what an order adds to what the customer owes, and what happens when that is too much.

What counts is kept as one reservation an account, so a check costs the same with ten or a hundred thousand open orders.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from adapter.domain.known import CreditAccount, CreditUse, Registries
from adapter.domain.order import Order
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import Customer
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import ZERO, Rounding, plain


class CreditCheck(NamedTuple):
    """What an order means for its account: `amount` in company currency, and whether it exceeds the limit.

    `exceeded` says by what, in words; empty where the order passes or nothing is checked. `blocks`: it is to be held.
    """

    account: str
    amount: Decimal
    exceeded: str = ""
    blocks: bool = False


def account_of(customer: Customer) -> str:
    """The account that a customer's orders count for: his group's head's, or his own."""
    return (customer.credit.group if customer.credit else None) or customer.code


def use_of(customer: Customer) -> CreditUse:
    """What an order of his, of a type with credit, does with its account."""
    controlled = customer.credit is not None and customer.credit.control != "none"
    return CreditUse(account_of(customer), controlled)


def is_counted(order_type: OrderType, parameters: Parameters, *, confirmed: bool, acknowledged: bool = False) -> bool:
    """Whether an order in this state occupies credit (parameter `credit_counts`)."""
    reached = {"entered": True, "confirmed": confirmed, "acknowledged": confirmed and acknowledged}
    return order_type.credit and reached[parameters.credit_counts]


def owed_elsewhere(customer: Customer, registries: Registries) -> Decimal:
    """What other systems say is owed: by the customer, or by every company of his group."""
    head = account_of(customer)
    members = registries.customers_of_group(head)
    companies = {one.code: one for one in (*members, registries.customer(head)) if one is not None}
    return sum((one.credit.exposure or ZERO for one in companies.values() if one.credit), ZERO)


def in_company_currency(order: Order, rounding: Rounding) -> Decimal:
    return rounding(order.totals.total / order.exchange_rate)


def check_credit(
    order: Order,
    customer: Customer,
    order_type: OrderType,
    account: CreditAccount,
    registries: Registries,
    rounding: Rounding,
    trace: Trace,
) -> CreditCheck:
    """Compare exposure plus this order with the limit; equal passes, no limit is no check, 0 is no credit.

    `rounding` is the company currency's. Order types without credit are neither checked nor counted.
    """
    code = account_of(customer)
    amount = in_company_currency(order, rounding)
    head = registries.customer(code)
    limit = head.credit.limit if head and head.credit else None
    control = customer.credit.control if customer.credit else "none"
    if not order_type.credit or control == "none" or limit is None:
        _tell(trace, "not checked", customer, _why_not(order_type, control))
        return CreditCheck(code, amount)
    exposure = account.total + owed_elsewhere(customer, registries)
    steps = (("limit", plain(limit)), ("exposure", plain(exposure)), ("this order", plain(amount)))
    if exposure + amount <= limit:
        _tell(trace, "passed", head or customer, "", steps)
        return CreditCheck(code, amount)
    blocks = control == "block" and not order_type.exclude_credit_lock
    _tell(trace, "blocked" if blocks else "exceeded", head or customer, "", steps)
    return CreditCheck(code, amount, _exceeded(limit, exposure, amount), blocks)


def _why_not(order_type: OrderType, control: str) -> str:
    if not order_type.credit:
        return f"order type {order_type.code} does not count towards credit"
    return "credit control is none" if control == "none" else "there is no limit"


def _tell(trace: Trace, value: str, customer: Customer, because: str, steps: tuple[tuple[str, str], ...] = ()) -> None:
    won = Candidate("credit_limit", "customer", customer.code, customer.revision)
    trace.tell(None, "credit", value, won, (won.lost(because),) if because else (), steps)


def _exceeded(limit: Decimal, exposure: Decimal, amount: Decimal) -> str:
    return f"Exposure {plain(exposure)} and this order of {plain(amount)} exceed the credit limit of {plain(limit)}."
