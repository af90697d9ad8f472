"""A supplier order as its message tells it (contract 3). Absent is None; an empty list is a choice of none."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from adapter.domain.decision import SupplierOrderKey
from adapter.domain.offers.offer import ExpenseGiven
from adapter.domain.registry import Address, DiscountsGiven

PATH: Final = "/supplier_order"


def line_path(index: int) -> str:
    return f"{PATH}/lines/{index}"


@dataclass(slots=True, kw_only=True)
class SupplierOrderLine:
    """`unit_cost`, less `discounts`, is what the buyer pays; `unit_price` a sales price that was agreed."""

    line: Decimal
    item: str | None = None
    supplier_item: str | None = None
    variant: str | None = None
    description: str | None = None
    uom: str | None = None
    quantity: Decimal
    unit_cost: Decimal | None = None
    discounts: DiscountsGiven | None = None
    delivery_on: datetime.date | None = None
    goods_ready_on: datetime.date | None = None
    customer: str | None = None
    project: str | None = None
    unit_price: Decimal | None = None
    notes: str | None = None
    extra: Mapping[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class SupplierOrder:
    """`issued_by` is the company of the group that placed it; every amount is in `currency`."""

    number: str
    date: datetime.date
    supplier: str
    issued_by: str | None = None
    flow: str
    customer: str | None = None
    order_type: str | None = None
    currency: str
    exchange_rate: Decimal | None = None
    project: str | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    destination: str | Address | None = None
    carrier: str | None = None
    delivery_on: datetime.date | None = None
    expenses: tuple[ExpenseGiven, ...] | None = None
    final_discounts: DiscountsGiven | None = None
    notes: str | None = None
    extra: Mapping[str, Any] | None = None
    lines: tuple[SupplierOrderLine, ...] = ()

    @property
    def is_intercompany(self) -> bool:
        """A group company buys from us: its supplier order is our customer's order (§3.3)."""
        return self.flow == "intercompany"

    def project_of(self, line: SupplierOrderLine) -> str | None:
        return line.project or self.project


@dataclass(slots=True, kw_only=True)
class PlacedSupplierOrder:
    """One message."""

    source: str
    order: SupplierOrder
    orders_dated: datetime.date | None = None
    order_number: int | None = None
    by: str | None = None

    @property
    def key(self) -> SupplierOrderKey:
        return SupplierOrderKey(self.source, self.order.number)
