"""The part of an offer that is converted, by net: what its fixed amounts are taken by (§6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from adapter.domain.offers.acceptance import AcceptedLine, AcceptedOffer
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.offers.offer import Offer
from adapter.domain.order import OrderLine
from adapter.domain.totals import MoneyRules, net_of_goods
from adapter.domain.trace import Trace
from adapter.domain.values import ONE


def fixed_amounts(offer: Offer) -> bool:
    """Whether the offer promises something that does not scale with its lines by itself."""
    amounts = [row.amount for row in offer.payments or ()] + [row.amount for row in offer.expenses or ()]
    return any(amount is not None for amount in amounts) or _has_amounts(offer)


def _has_amounts(offer: Offer) -> bool:
    given = offer.final_discounts
    if isinstance(given, str):
        return "#" in given
    return any(discount.amount is not None for discount in given or ())


def net_of(lines: Sequence[OrderLine], rules: MoneyRules) -> Decimal:
    """Goods less their own discounts."""
    return net_of_goods(lines, rules)


def share_of(
    accepted: AcceptedOffer, lines: Sequence[OrderLine], building: LineBuilding, source: str, rules: MoneyRules
) -> Decimal:
    """Net converted over net offered; the lines that are not converted are priced as they would be."""
    converted = net_of(lines, rules)
    offered = net_of(_whole(accepted, building, source), rules)
    return converted / offered if offered else ONE


def _whole(accepted: AcceptedOffer, building: LineBuilding, source: str) -> list[OrderLine]:
    """The lines of the offer as if all of it were converted; nothing of this is told or kept."""
    aside = LineBuilding(building.setting, Trace())
    return [
        aside.build(
            accepted.offer,
            accepted.path,
            AcceptedLine(line.given, line.path, line.item, line.offered, line.offered),
            line.given.line,
            source,
        )
        for line in accepted.candidates
    ]
