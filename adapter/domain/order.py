"""The customer order: header, lines, amounts, origin (contract 4, *order* and *line*)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from adapter.domain.registry import Address, Payment
from adapter.domain.values import ZERO


@dataclass(slots=True, kw_only=True)
class Discount:
    """A discount at work on a line or at the foot of an order.

    Exactly one of `percent` and `amount` is what was given; `effect` is the money it took, known once settled.
    `origin` says whose it is: message, customer, payment_type, customer_price_list, price_list, discount_policy.
    `reaches` names the lines that a final discount of a merged order is taken of; None: all.
    """

    percent: Decimal | None = None
    amount: Decimal | None = None
    per: str = "line"
    type: str | None = None
    application: str = "cascade"
    priority: int | None = None
    origin: str = "message"
    reaches: frozenset[Decimal] | None = None
    effect: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class Expense:
    """A charge (or, negative, an allowance) at the foot of an order; given as an amount or a percent."""

    type: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    minimum: Decimal | None = None
    vat_code: str | None = None
    origin: str = "message"
    effect: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent; `commission_percent` None (not linked) is not 0 (linked, earns nothing) (domain.md §6.2).

    `resolve`: the message left the commission out, so the customer registry's counts.
    """

    agent: str
    commission_percent: Decimal | None = None
    resolve: bool = False


class Origin(NamedTuple):
    """The document (and, on a line, its line) that an order was made of."""

    kind: str
    source: str
    type: str | None
    number: str
    version: int | None
    date: datetime.date
    line: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a line costs us (domain.md §3.4 S3); known for lines that were bought."""

    supplier: str | None = None
    unit_cost: Decimal | None = None
    total_cost: Decimal | None = None
    currency: str | None = None
    origin: str | None = None
    reference: str | None = None
    markup_percent: Decimal | None = None
    profit: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class OrderLine:
    """A line. `discounts` come in the order of their application; amounts are filled when the order is settled."""

    line: Decimal
    kind: str = "item"
    item: str | None = None
    variant: str | None = None
    description: str | None = None
    uom: str | None = None
    quantity: Decimal | None = None
    alternative_uom: str | None = None
    alternative_quantity: Decimal | None = None
    priced_by_alternative: bool = False
    fulfilled_quantity: Decimal = ZERO
    closed_quantity: Decimal = ZERO
    unit_price: Decimal | None = None
    price_list: str | None = None
    manual_price: bool = False
    discounts: list[Discount] = field(default_factory=list)
    no_commercial_conditions: bool = False
    gross: Decimal = ZERO
    discount: Decimal = ZERO
    final_discount: Decimal = ZERO
    net: Decimal = ZERO
    vat_code: str | None = None
    vat_rate: Decimal | None = None
    vat: Decimal = ZERO
    vat_recourse: bool = False
    warehouse: str | None = None
    warehouse_reason: str | None = None
    delivery_on: datetime.date | None = None
    goods_ready_on: datetime.date | None = None
    project: str | None = None
    agents: list[Agent] = field(default_factory=list)
    notes: str | None = None
    origin: Origin | None = None
    cost: Cost | None = None
    extra: Mapping[str, Any] | None = None

    @property
    def remaining_quantity(self) -> Decimal | None:
        """What is still to be delivered; None on notes."""
        if self.quantity is None:
            return None
        return max(self.quantity - self.fulfilled_quantity - self.closed_quantity, ZERO)


@dataclass(slots=True, kw_only=True)
class Totals:
    goods: Decimal = ZERO
    discounts: Decimal = ZERO
    final_discounts: Decimal = ZERO
    charges: Decimal = ZERO
    expenses: Decimal = ZERO
    giveaways: Decimal = ZERO
    net: Decimal = ZERO
    vat: Decimal = ZERO
    total: Decimal = ZERO


class VatRow(NamedTuple):
    vat_code: str
    rate: Decimal
    taxable: Decimal
    vat: Decimal


class DueDate(NamedTuple):
    date: datetime.date
    amount: Decimal
    type: str | None = None
    solution: str | None = None
    financial_discount_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    kind: str
    since: str
    details: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWarning:
    """Something to look at that did not stop the order."""

    code: str
    message: str
    line: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class Order:
    """The whole state of a customer order. `number` is empty until it is drawn.

    `authorised_total` is the total that it had when someone released it from a credit hold; None: nobody did.
    """

    number: str = ""
    sequence_number: int = 0
    numbering: str = ""
    type: str
    date: datetime.date
    version: int = 1
    confirmation: str = "entered"
    fulfilment: str = "none"
    hold: str = "none"
    acknowledgement: str = "none"
    workflow: str | None = None
    holds: list[Hold] = field(default_factory=list)
    customer: str
    currency: str
    currency_decimals: int = 2
    exchange_rate: Decimal
    vat_included: bool = False
    price_list: str | None = None
    project: str | None = None
    our_reference: str | None = None
    your_reference: str | None = None
    customer_order_number: str | None = None
    customer_order_date: datetime.date | None = None
    delivery_on: datetime.date | None = None
    goods_ready_on: datetime.date | None = None
    recipient: str | None = None
    destination: str | None = None
    destination_address: Address | None = None
    carrier: str | None = None
    shipping: str | None = None
    language: str | None = None
    notes: str | None = None
    final_notes: str | None = None
    payments: list[Payment] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    final_discounts: list[Discount] = field(default_factory=list)
    expenses: list[Expense] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    vat_summary: list[VatRow] = field(default_factory=list)
    due_dates: list[DueDate] = field(default_factory=list)
    origin: list[Origin] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    warnings: list[OrderWarning] = field(default_factory=list)
    authorised_total: Decimal | None = None
    extra: Mapping[str, Any] | None = None

    def __copy__(self) -> Order:
        """A shallow copy, in half the time that the standard way takes over so many fields."""
        twin = object.__new__(Order)
        for name, value in zip(_FIELDS, _all_of(self), strict=True):
            setattr(twin, name, value)
        return twin

    @property
    def stage(self) -> str:
        """The one word for people: the first that holds (contract 4)."""
        if self.confirmation in {"cancelled", "rejected"}:
            return self.confirmation
        if self.fulfilment in {"closed", "complete"}:
            return "closed" if self.fulfilment == "closed" else "fulfilled"
        if self.hold in {"blocked", "awaiting_approval"}:
            return self.hold
        if self.fulfilment == "partial":
            return "partially_fulfilled"
        return self.confirmation


_FIELDS = Order.__slots__
_all_of = attrgetter(*_FIELDS)
