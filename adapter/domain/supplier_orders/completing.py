"""What an order that was made of a supplier order has besides: its costs, and the agreement check (§3.4 S3, S4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from adapter.domain.known import Known
from adapter.domain.offers.acceptance import AcceptedOffer
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.order import Hold, Order, OrderWarning
from adapter.domain.supplier_orders.agreement import Agreement
from adapter.domain.supplier_orders.costs import Costing
from adapter.domain.supplier_orders.exchange import Exchange
from adapter.domain.supplier_orders.portions import Portion
from adapter.domain.supplier_orders.supplier_order import SupplierOrder
from adapter.domain.values import plain

AGREEMENT: Final = "agreement"
"""The kind of hold of an order whose agreed prices differ from ours."""


@dataclass(frozen=True, slots=True)
class Completing:
    """Completes the settled order of one portion."""

    order: SupplierOrder
    portion: Portion
    exchange: Exchange
    accepted: AcceptedOffer
    known: Known

    def __call__(self, order: Order, building: LineBuilding) -> list[Hold]:
        """Fill the cost blocks, warn of every line whose price disagrees, and hold the order if that is the rule."""
        costing = Costing(self.order, self.exchange, self.known.business.parameters)
        for line, bought in zip(order.lines, self.portion.lines, strict=True):
            line.cost = costing.cost(order, line, bought, building.trace)
        found = Agreement(self.order, self.known, self.accepted).check(order, self.portion.lines, building)
        order.warnings += found
        return self._holds(found)

    def _holds(self, found: list[OrderWarning]) -> list[Hold]:
        if not found or self.known.business.parameters.agreement != "hold":
            return []
        return [Hold(kind=AGREEMENT, since=self.known.now.isoformat(), details=told_of(found))]


def told_of(disagreements: Iterable[OrderWarning]) -> str:
    """What holds an order of which these lines disagree."""
    lines = ", ".join(plain(warning.line) for warning in disagreements if warning.line is not None)
    return f"The agreed price differs from ours on line {lines}."
