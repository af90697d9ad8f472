"""An offer on its way into an order, and what every step of that way asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.known import Registries
from adapter.domain.offers.acceptance import AcceptedOffer
from adapter.domain.offers.checks import Admitted
from adapter.domain.order import OrderLine
from adapter.domain.parameters import Parameters
from adapter.domain.registry import Payment, PaymentType
from adapter.domain.totals import MoneyRules
from adapter.domain.values import ONE, Rounding


@dataclass(slots=True)
class Source:
    """An offer of the group: what was admitted, what of it is converted, and its lines in the order.

    An offer that is `faulty` lacks lines, so that nothing can be said of its totals: other faults are looked for only.
    """

    admitted: Admitted
    accepted: AcceptedOffer
    lines: list[OrderLine] = field(default_factory=list)
    share: Decimal = ONE
    faulty: bool = False


def line_rules(parameters: Parameters) -> MoneyRules:
    """How lines alone come to an amount, where nothing is charged or rounded to the currency yet."""
    return MoneyRules(
        rounding=Rounding(8),
        discounts_on_amount=parameters.discounts_on_amount,
        discounts_on_giveaways=parameters.discounts_on_giveaways,
        vat_rates={},
    )


def payment_types(registries: Registries, payments: Sequence[Payment]) -> list[PaymentType]:
    """The registered types of these payments, in their order."""
    found = (registries.payment_type(payment.type) for payment in payments)
    return [type_ for type_ in found if type_ is not None]
