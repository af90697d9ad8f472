"""What a line costs us, and what is earned on it (§3.4 S3, S4): the cost block of an order line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from adapter.domain.conditions.units import eight, factor_of
from adapter.domain.discounts import apply, order_of_application, parse_discounts
from adapter.domain.order import Cost, Order, OrderLine
from adapter.domain.parameters import Parameters
from adapter.domain.profit import with_profit, worth_of
from adapter.domain.registry import Item
from adapter.domain.supplier_orders.exchange import Exchange
from adapter.domain.supplier_orders.portions import BoughtLine
from adapter.domain.supplier_orders.supplier_order import SupplierOrder
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import Rounding, money, plain

_ITEM_COSTS = ("standard", "average", "last")


class _Found(NamedTuple):
    """The exact cost of a whole line in the customer order's currency, or why this origin has none."""

    origin: str
    total: Decimal | None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Costing:
    """Fills the cost block of the lines of one customer order."""

    order: SupplierOrder
    exchange: Exchange
    parameters: Parameters

    def cost(self, order: Order, line: OrderLine, bought: BoughtLine, trace: Trace) -> Cost:
        """What the line costs, by parameter `cost_origin`, else what the supplier order says, else the standard cost.

        What a group company pays us is not our cost: for it the item's costs count.
        """
        found = list(self._origins(order, bought))
        won = next((one for one in found if one.total is not None), None)
        rounding = Rounding(order.currency_decimals, self.parameters.rounding)
        cost = self._block(order, bought, won, rounding)
        _tell(trace, line, cost, bought.item, found, won)
        return with_profit(cost, worth_of(order, line), rounding)

    def _origins(self, order: Order, bought: BoughtLine) -> Iterator[_Found]:
        for origin in dict.fromkeys((self.parameters.cost_origin, "supplier_order", "standard")):
            if origin in _ITEM_COSTS:
                yield self._of_item(origin, order, bought)
            else:
                yield self._of_supplier_order(bought)

    def _of_supplier_order(self, bought: BoughtLine) -> _Found:
        given = bought.given
        if self.order.is_intercompany:
            return _Found("supplier_order", None, "what the group company pays is our sales price")
        if given.unit_cost is None:
            return _Found("supplier_order", None, "gives no unit_cost")
        discounts = order_of_application(parse_discounts(given.discounts, "").discounts)
        gross = given.unit_cost * given.quantity
        taken = apply(discounts, gross, given.quantity, self.parameters.discounts_on_amount).total
        return _Found("supplier_order", self.exchange(gross - taken))

    def _of_item(self, origin: str, order: Order, bought: BoughtLine) -> _Found:
        """Costs of an item are those of a main unit, in company currency."""
        costs, item = bought.item.costs, bought.item
        unit = getattr(costs, origin) if costs else None
        factor = factor_of(item, bought.given.uom or item.uom)
        if unit is None or factor is None:
            return _Found(origin, None, f"the item has no {origin} cost" if unit is None else "no factor for the unit")
        return _Found(origin, unit * factor * order.exchange_rate * bought.given.quantity)

    def _block(self, order: Order, bought: BoughtLine, won: _Found | None, rounding: Rounding) -> Cost:
        cost = Cost(supplier=self._supplier(bought.item), currency=order.currency, reference=self.order.number)
        if won is None or won.total is None:
            return cost
        unit = eight(won.total / bought.given.quantity)
        return replace(cost, origin=won.origin, unit_cost=unit, total_cost=rounding(won.total))

    def _supplier(self, item: Item) -> str | None:
        """In a group company's order the supplier is us; then who supplies it to us is the item's preferred one."""
        if not self.order.is_intercompany:
            return self.order.supplier
        return next((known.supplier for known in item.suppliers if known.preferred), None)


def _tell(trace: Trace, line: OrderLine, cost: Cost, item: Item, found: list[_Found], won: _Found | None) -> None:
    candidates = {one.origin: _candidate(one, item) for one in found}
    winner = candidates[won.origin] if won else Candidate("none", "nothing")
    lost = [
        candidate if candidate.because else candidate.lost(f"{winner.rule} comes first")
        for origin, candidate in candidates.items()
        if won is None or origin != won.origin
    ]
    shown = None if cost.unit_cost is None else plain(cost.unit_cost)
    trace.tell(line.line, "cost", shown, winner, lost, _steps(cost, line))


def _candidate(found: _Found, item: Item) -> Candidate:
    if found.origin == "supplier_order":
        return Candidate(found.origin, "message", because=found.because)
    return Candidate(found.origin, "item", item.code, item.revision, found.because)


def _steps(cost: Cost, line: OrderLine) -> list[tuple[str, str]]:
    if cost.total_cost is None or line.quantity is None:
        return []
    decimals = -int(cost.total_cost.as_tuple().exponent)
    return [(f"× {plain(line.quantity)} {line.uom}", f"{money(cost.total_cost, decimals)} {cost.currency}")]
