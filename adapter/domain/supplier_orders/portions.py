"""What of a supplier order becomes one customer order: per customer, and where asked for per project (§3.4 S2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.registry import Customer, GroupingRow, Item
from adapter.domain.supplier_orders.customers import Owner
from adapter.domain.supplier_orders.supplier_order import SupplierOrder, SupplierOrderLine, line_path
from adapter.domain.values import ZERO, spread


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """A line of the supplier order with its place there, its item and its owner."""

    index: int
    given: SupplierOrderLine
    item: Item
    owner: Owner
    customer: Customer

    @property
    def path(self) -> str:
        return line_path(self.index)


@dataclass(slots=True)
class Portion:
    """The lines of one customer order; `weights` are what each portion of the supplier order is worth, `place` ours."""

    customer: Customer
    project: str | None
    lines: list[BoughtLine] = field(default_factory=list)
    weights: Sequence[Decimal] = ()
    place: int = 0

    def part_of(self, amount: Decimal, decimals: int) -> Decimal:
        """What of a fixed amount of the whole supplier order is this portion's; together not a cent is lost (§6.4)."""
        exponent = amount.as_tuple().exponent
        written = -exponent if isinstance(exponent, int) else decimals
        return spread(amount, self.weights, Decimal(1).scaleb(-max(decimals, written)))[self.place]


def part(order: SupplierOrder, lines: Sequence[BoughtLine], general: GroupingRow) -> list[Portion]:
    """Part the lines, in their order, by customer; by project too where his grouping row says so."""
    portions: dict[tuple[str, str | None], Portion] = {}
    for line in lines:
        parted = _by_project(line.customer, general)
        project = order.project_of(line.given) if parted else order.project
        key = line.customer.code, project if parted else None
        # A project that only lines name does not become the header's (§2.5).
        kept = project if project == order.project else None
        portions.setdefault(key, Portion(line.customer, kept)).lines.append(line)
    _weigh(list(portions.values()))
    return list(portions.values())


def _by_project(customer: Customer, general: GroupingRow) -> bool:
    """The customer's own grouping row counts whole, else the general one (§2.5)."""
    row = (customer.grouping.supplier_orders if customer.grouping else None) or general
    return row.summary and row.project


def _weigh(portions: list[Portion]) -> None:
    weights = [sum((_worth(line.given) for line in portion.lines), ZERO) for portion in portions]
    for place, portion in enumerate(portions):
        portion.weights, portion.place = weights, place


def _worth(line: SupplierOrderLine) -> Decimal:
    """By what it was bought for, else by what it was agreed to be sold for."""
    price = line.unit_price if line.unit_cost is None else line.unit_cost
    return line.quantity * (price or ZERO)
