"""What a changed order counts towards its customer's credit."""

from __future__ import annotations

from adapter.domain.credit import is_counted
from adapter.domain.decision import OrderChange
from adapter.domain.evolving import after
from adapter.domain.known import Known
from adapter.domain.life.quantities import open_amount
from adapter.domain.values import ZERO, Rounding


def recount(changed: OrderChange, known: Known) -> None:
    """Set what the order reserves to what is still open of it, in the state that its changes lead to."""
    order = after(changed.order, changed.changes)
    parameters = known.business.parameters
    order_type = known.business.order_types.get(order.type)
    currency = known.registries.currency(parameters.company_currency)
    rounding = Rounding(currency.decimals if currency else 2, parameters.rounding)
    confirmed, acknowledged = order.confirmation == "confirmed", order.acknowledgement == "acknowledged"
    counts = order_type is not None and is_counted(
        order_type, parameters, confirmed=confirmed, acknowledged=acknowledged
    )
    changed.credit_amount = open_amount(order, rounding) if counts else ZERO
