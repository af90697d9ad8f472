"""A change of an order as its message asks for it (contract 3, order.change-requested). Absent is None: it stays."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapter.domain.offers.offer import ExpenseGiven, OfferLine
from adapter.domain.order import Agent
from adapter.domain.order_state import OrderName
from adapter.domain.registry import Address, DiscountsGiven, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderAsked:
    """New values of header fields; lists are complete as given, an empty one takes everything away."""

    customer: str | None = None
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
    extra: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked:
    """New values of one line, or (`remove`) that it goes."""

    line: Decimal
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discounts: DiscountsGiven | None = None
    delivery_on: datetime.date | None = None
    goods_ready_on: datetime.date | None = None
    notes: str | None = None
    price_list: str | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RepriceAsked:
    """Resolve prices anew for one of two days: `at` is `order_date` or `delivery_date` (§4.8)."""

    at: str
    partially_fulfilled: bool = False
    manual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked:
    """One change; `by` is None where a message asks for it that need not say who sent it."""

    name: OrderName
    by: str | None
    expected_version: int | None = None
    reason: str | None = None
    header: HeaderAsked = field(default_factory=HeaderAsked)
    lines: Sequence[LineAsked] = ()
    add: Sequence[OfferLine] = ()
    reprice: RepriceAsked | None = None

    @property
    def told(self) -> dict[str, Any]:
        """Who asked and why, as every event of it tells."""
        given = {"by": self.by, "reason": self.reason}
        return {name: value for name, value in given.items() if value is not None}
