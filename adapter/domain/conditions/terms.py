"""The terms of an order's header: what the source gives is kept, the rest comes from the customer registry (§1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from adapter.domain.conditions.agents import Agents, agents_as_text, resolve_agents
from adapter.domain.conditions.cascade import BY_MESSAGE, Resolved, cascade
from adapter.domain.conditions.delivery import Delivery, resolve_delivery
from adapter.domain.conditions.exchange import Rates, resolve_rate
from adapter.domain.conditions.payments import Payments, payments_as_text, resolve_payments
from adapter.domain.order import Agent
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.registry import Address, Customer, Payment
from adapter.domain.trace import Rule, Trace
from adapter.domain.values import ONE, Rounding, plain


class SourceTerms(NamedTuple):
    """What the source document says of the header; None where it says nothing.

    `share` is the part of the source that is converted: fixed payment amounts are taken by it. `path` points at the
    source in the data.
    """

    currency: str | None = None
    exchange_rate: Decimal | None = None
    price_list: str | None = None
    language: str | None = None
    shipping: str | None = None
    carrier: str | None = None
    recipient: str | None = None
    destination: str | Address | None = None
    payments: Sequence[Payment] | None = None
    agents: Sequence[Agent] | None = None
    share: Decimal = ONE
    path: str = ""


@dataclass(slots=True, kw_only=True)
class Terms:
    """The resolved terms of a header. `exchange_rate` is None only beside reason `exchange_rate_missing`."""

    currency: str
    exchange_rate: Decimal | None
    price_list: str | None
    language: str | None
    shipping: str | None
    recipient: str | None
    destination: str | None
    destination_address: Address | None
    carrier: str | None
    payments: Payments
    agents: Agents
    reasons: list[Reason] = field(default_factory=list)


class Circumstances(NamedTuple):
    """What terms depend on besides source and customer. `rounding` is the order currency's."""

    order_type: OrderType
    parameters: Parameters
    day: date
    rates: Rates
    rounding: Rounding


def resolve_currency(given: str | None, customer: Customer) -> Resolved[str]:
    """The source's currency, else the customer's."""
    found: Resolved[str] = cascade((BY_MESSAGE, given), (_of(customer), customer.currency))
    return found


def resolve_terms(given: SourceTerms, customer: Customer, around: Circumstances, trace: Trace) -> Terms:
    """Resolve every term of a header and tell the trace which rule gave it."""
    currency = resolve_currency(given.currency, customer).tell(trace, None, "currency")
    company = around.parameters.company_currency
    rate = resolve_rate(given.exchange_rate, currency, company, around.day, around.rates, given.path)
    delivery = resolve_delivery(given.recipient, given.destination, given.carrier, customer, given.path)
    payments = resolve_payments(given.payments, customer, around.order_type, around.rounding, given.share)
    agents = resolve_agents(given.agents, customer, around.day)
    return Terms(
        currency=currency,
        exchange_rate=rate.tell(trace, None, "exchange_rate", None if rate.value is None else plain(rate.value)),
        price_list=_price_list(given.price_list, customer).tell(trace, None, "price_list"),
        language=cascade((BY_MESSAGE, given.language), (_of(customer), customer.language)).tell(
            trace, None, "language"
        ),
        shipping=cascade((BY_MESSAGE, given.shipping), (_of(customer), customer.shipping)).tell(
            trace, None, "shipping"
        ),
        recipient=delivery.recipient.tell(trace, None, "recipient"),
        destination=delivery.destination.tell(trace, None, "destination", _place(delivery)),
        destination_address=delivery.address,
        carrier=delivery.carrier.tell(trace, None, "carrier"),
        payments=payments.tell(trace, None, "payments", payments_as_text(payments.value) or ""),
        agents=agents.tell(trace, None, "agents", agents_as_text(agents.value) or ""),
        reasons=[*rate.reasons, *delivery.reasons],
    )


def _of(customer: Customer) -> Rule:
    return "customer", "customer", customer.code, customer.revision


def _price_list(given: str | None, customer: Customer) -> Resolved[str | None]:
    """The list the header shows: given, else the type of the customer's default row, else none (§1.2)."""
    default = next((row.type for row in customer.price_lists if row.default), None)
    rule = "default_price_list", "customer", customer.code, customer.revision
    found: Resolved[str | None] = cascade((BY_MESSAGE, given), (rule, default))
    return found


def _place(delivery: Delivery) -> str | None:
    address = delivery.address
    if delivery.destination.value or address is None:
        return delivery.destination.value
    return address.name or address.city or address.street
