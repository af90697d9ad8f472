"""Faults of an offer that can be told although its customer, its order type or all of its items are not known.

A message is answered with every fault there is, so such an offer is read nevertheless, with something standing in for
what is missing. Only what does not depend on that is told: a message that waits for its customer must not be refused
for terms which that customer may bring.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapter.domain.known import Known
from adapter.domain.offers.checks import Admitted
from adapter.domain.offers.offer import Offer
from adapter.domain.order_types import OrderType
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer

_INDEPENDENT: Final = frozenset(
    {
        "unknown_item",
        "unknown_code",
        "exchange_rate_missing",
        "ambiguous_discount",
        "dates_out_of_order",
        "payment_invalid",
        "invalid",
    }
)


def stood_in_for(offer: Offer, path: str, known: Known) -> Admitted:
    """The offer with its order type and customer, or what stands in for them."""
    currency = offer.currency or known.business.parameters.company_currency
    customer = known.registries.customer(offer.customer) or Customer(
        code=offer.customer, name="", account="customer", currency=currency
    )
    order_type = known.business.order_type_of_offer(offer.type) or OrderType(code="", numbering="")
    return Admitted(offer, path, order_type, customer)


def independent(reasons: Iterable[Reason], admitted: Admitted) -> list[Reason]:
    """Those of the faults that hold whoever the customer is, and whatever the order type."""
    customer = ("customer", admitted.customer.code)
    return [reason for reason in reasons if reason.code in _INDEPENDENT and reason.awaits != customer]
