"""An accepted offer as its message tells it (contract 3). Absent is None; an empty list is a choice of none."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapter.domain.order import Agent, Origin
from adapter.domain.registry import Address, DiscountsGiven, Payment


@dataclass(slots=True, kw_only=True)
class ExpenseGiven:
    type: str
    amount: Decimal | None = None
    percent: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class OfferLine:
    line: Decimal
    kind: str = "item"
    item: str | None = None
    barcode: str | None = None
    customer_item: str | None = None
    variant: str | None = None
    description: str | None = None
    uom: str | None = None
    quantity: Decimal | None = None
    alternative_quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discounts: DiscountsGiven | None = None
    manual_price: bool = False
    price_list: str | None = None
    vat_code: str | None = None
    vat_recourse: bool | None = None
    delivery_on: datetime.date | None = None
    goods_ready_on: datetime.date | None = None
    project: str | None = None
    agents: tuple[Agent, ...] | None = None
    notes: str | None = None
    accepted_quantity: Decimal | None = None
    extra: Mapping[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Offer:
    """What an order is made of. `kind` is `supplier_order` where it stands for what of one belongs to a customer."""

    kind: str = "offer"
    type: str
    number: str
    version: int = 1
    date: datetime.date
    confirmed_on: datetime.date | None = None
    customer: str
    currency: str | None = None
    exchange_rate: Decimal | None = None
    price_list: str | None = None
    project: str | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    customer_order_number: str | None = None
    customer_order_date: datetime.date | None = None
    delivery_on: datetime.date | None = None
    goods_ready_on: datetime.date | None = None
    payments: tuple[Payment, ...] | None = None
    discounts: DiscountsGiven | None = None
    final_discounts: DiscountsGiven | None = None
    expenses: tuple[ExpenseGiven, ...] | None = None
    agents: tuple[Agent, ...] | None = None
    recipient: str | None = None
    destination: str | Address | None = None
    carrier: str | None = None
    shipping: str | None = None
    language: str | None = None
    notes: str | None = None
    final_notes: str | None = None
    valid_until: datetime.date | None = None
    closed_on: datetime.date | None = None
    cancelled_on: datetime.date | None = None
    extra: Mapping[str, Any] | None = None
    lines: list[OfferLine] = field(default_factory=list)

    def origin(self, source: str, line: Decimal | None = None) -> Origin:
        """How an order made of it names it; a supplier order has neither type nor version."""
        typed = self.kind == "offer"
        return Origin(
            kind=self.kind,
            source=source,
            type=self.type if typed else None,
            number=self.number,
            version=self.version if typed else None,
            date=self.date,
            line=line,
        )


@dataclass(slots=True, kw_only=True)
class AcceptedOffers:
    """One message: the offers a customer accepted, and how they are to be converted."""

    source: str
    offers: list[Offer]
    conversion: str = "remaining"
    orders_dated: datetime.date | None = None
    order_number: int | None = None
    by: str | None = None
