"""The agreement check: what a group company believes was agreed, against our own prices (§3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, NamedTuple

from adapter.domain.conditions.units import eight
from adapter.domain.known import Known
from adapter.domain.offers.acceptance import AcceptedLine, AcceptedOffer
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.order import Order, OrderLine, OrderWarning
from adapter.domain.parameters import Parameters
from adapter.domain.price_book import want_prices
from adapter.domain.supplier_orders.portions import BoughtLine
from adapter.domain.supplier_orders.supplier_order import PATH, SupplierOrder
from adapter.domain.supplier_orders.translating import Agreed, agreed_price
from adapter.domain.totals import MoneyRules, net_of_goods
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import HUNDRED, Rounding, plain

DISAGREEMENT: Final = "price_disagreement"
"""The warning of a line whose agreed price differs from ours."""

_PRICELESS = frozenset({"none", "no_commercial_conditions"})


class _Price(NamedTuple):
    """The price of a unit, and what of it is left after the line's own discounts."""

    unit_price: Decimal
    net: Decimal
    source: Candidate

    def __str__(self) -> str:
        shown = plain(self.unit_price)
        return shown if self.net == self.unit_price else f"{shown} (net {plain(self.net)})"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Compares the lines of one customer order of a group company."""

    order: SupplierOrder
    known: Known
    accepted: AcceptedOffer

    def check(self, order: Order, lines: Sequence[BoughtLine], building: LineBuilding) -> list[OrderWarning]:
        """A warning for every line whose agreed net price and ours differ beyond the tolerance."""
        if not self.order.is_intercompany:
            return []
        items = [line.item.code for line in lines]
        want_prices(self.known.registries, building.setting.customer, (), order.currency, items)
        found = []
        for line, bought, accepted in zip(order.lines, lines, self.accepted.lines, strict=True):
            agreed = agreed_price(bought.given, self.order)
            if agreed is not None:
                found += self._compare(line, bought, agreed, accepted, building)
        return found

    def _compare(
        self, line: OrderLine, bought: BoughtLine, agreed: Agreed, accepted: AcceptedLine, building: LineBuilding
    ) -> list[OrderWarning]:
        ours = self._priced(line, bought, None, accepted, building)
        if ours is None:
            return []
        theirs = self._priced(line, bought, agreed, accepted, building)
        if theirs is None:
            return []
        differs = not within(theirs.net, ours.net, self._parameters.agreement_tolerance_percent)
        steps = (("agreed", str(theirs)), ("ours", str(ours)))
        building.trace.tell(line.line, "agreement", "differs" if differs else "agrees", ours.source, (), steps)
        return [_disagreement(line, theirs, ours)] if differs else []

    @property
    def _parameters(self) -> Parameters:
        return self.known.business.parameters

    def _priced(
        self,
        line: OrderLine,
        bought: BoughtLine,
        agreed: Agreed | None,
        accepted: AcceptedLine,
        building: LineBuilding,
    ) -> _Price | None:
        """The line as it would be priced by this; nothing of it is kept. None where there is no price."""
        price, discounts = agreed or (None, None)
        aside = LineBuilding(building.setting, Trace())
        draft = copy(line)
        draft.unit_price, draft.price_list, draft.discounts = None, None, []
        given = replace(accepted.given, unit_price=price, discounts=discounts, price_list=None)
        aside.price(draft, bought.item, self.accepted.offer, PATH, replace(accepted, given=given))
        told = next(entry for entry in aside.trace.entries if entry.field == "unit_price")
        if draft.unit_price is None or told.won.rule in _PRICELESS:
            return None
        return _Price(draft.unit_price, self._net(draft, bought.given.quantity), told.won)

    def _net(self, draft: OrderLine, quantity: Decimal) -> Decimal:
        rules = MoneyRules(rounding=Rounding(8), discounts_on_amount=self._parameters.discounts_on_amount, vat_rates={})
        return eight(net_of_goods([draft], rules) / quantity)


def within(agreed: Decimal, ours: Decimal, tolerance_percent: Decimal) -> bool:
    """Whether the agreed price differs from ours by at most so many percent of ours; exactly as many still agrees."""
    return abs(agreed - ours) * HUNDRED <= abs(ours) * tolerance_percent


def _disagreement(line: OrderLine, agreed: _Price, ours: _Price) -> OrderWarning:
    told = f"Line {plain(line.line)} was ordered at {agreed}, but {ours.source.key or ours.source.rule} gives {ours}."
    return OrderWarning(code=DISAGREEMENT, message=told, line=line.line)
