"""What an order counts towards its customer's credit."""

from __future__ import annotations

from decimal import Decimal

from adapter.domain.business import Business
from adapter.domain.credit import is_counted
from adapter.domain.decision import OrderChange
from adapter.domain.evolving import after
from adapter.domain.known import Known
from adapter.domain.life.quantities import open_amount
from adapter.domain.order import Order
from adapter.domain.registry import Currency
from adapter.domain.values import ZERO, Rounding


def counted(order: Order, business: Business, currency: Currency | None) -> Decimal:
    """What the order reserves in the state it is in: what is open of it, where orders in that state count.

    `currency` is the company's.
    """
    parameters = business.parameters
    order_type = business.order_types.get(order.type)
    rounding = Rounding(currency.decimals if currency else 2, parameters.rounding)
    confirmed, acknowledged = order.confirmation == "confirmed", order.acknowledgement == "acknowledged"
    counts = order_type is not None and is_counted(
        order_type, parameters, confirmed=confirmed, acknowledged=acknowledged
    )
    return open_amount(order, rounding) if counts else ZERO


def recount(changed: OrderChange, known: Known) -> None:
    """Set what the order reserves to what it counts in the state that its changes lead to."""
    order = after(changed.order, changed.changes)
    currency = known.registries.currency(known.business.parameters.company_currency)
    changed.credit_amount = counted(order, known.business, currency)
