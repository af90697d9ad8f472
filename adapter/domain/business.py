"""How the company works: parameters, order types, numberings and grouping, as configured (contract 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapter.domain.numbering import Numbering
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import GroupingRow


@dataclass(frozen=True, slots=True)
class Business:
    """`orders_follow`: open orders follow a supplier order that comes again with other content (§3.4 S10)."""

    parameters: Parameters
    order_types: Mapping[str, OrderType] = field(default_factory=dict)
    numberings: Mapping[str, Numbering] = field(default_factory=dict)
    offer_grouping: GroupingRow = field(default_factory=GroupingRow)
    supplier_order_grouping: GroupingRow = field(default_factory=GroupingRow)
    orders_follow: bool = False

    def order_type_of_offer(self, offer_type: str) -> OrderType | None:
        """The one order type that claims offers of this type (§2.1 O1)."""
        return next((kind for kind in self.order_types.values() if offer_type in kind.offer_types), None)

    def order_type_of_flow(self, flow: str) -> OrderType | None:
        """The one order type that claims supplier orders of this flow (§3.4 S7)."""
        return next((kind for kind in self.order_types.values() if flow in kind.supplier_flows), None)
