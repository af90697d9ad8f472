"""The customer order as the outside sees it (contract §4, *order*, *line*): all fields present, decimals as text."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.message import Shape
from schemas.order_terms import Agent, Discount, Expense, Figure, Money, Origin, Payment
from schemas.values import Day, Flag, Integer, Rows

Count = Annotated[int, Field(strict=True, ge=1)]
AnyObject = Annotated[dict[str, Any], Field(strict=True)]
Stage = Literal[
    "cancelled",
    "rejected",
    "closed",
    "fulfilled",
    "blocked",
    "awaiting_approval",
    "partially_fulfilled",
    "confirmed",
    "entered",
]
"""The one word for people."""


class Status(Shape):
    """Where the order stands in each dimension of its life."""

    confirmation: Literal["entered", "confirmed", "cancelled", "rejected"]
    fulfilment: Literal["none", "partial", "complete", "closed"]
    hold: Literal["none", "blocked", "awaiting_approval", "released"]
    acknowledgement: Literal["none", "acknowledged"]
    workflow: str | None


class Hold(Shape):
    kind: Literal["credit", "workflow", "price", "agreement"]
    since: str
    details: str | None


class CustomerOrder(Shape):
    number: str
    date: Day | None


class Address(Shape):
    name: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    region: str | None
    country: str | None


class Destination(Shape):
    code: str | None
    address: Address | None


class Totals(Shape):
    """`net` is goods − discounts − final_discounts + charges + expenses; giveaways are in no sum."""

    goods: Money
    discounts: Money
    final_discounts: Money
    charges: Money
    expenses: Money
    giveaways: Money
    net: Money
    vat: Money
    total: Money


class VatRow(Shape):
    vat_code: str
    rate: Figure
    taxable: Money
    vat: Money


class DueDate(Shape):
    """A financial discount is announced here and changes no amount."""

    date: Day
    amount: Money
    type: str | None
    solution: str | None
    financial_discount_percent: Figure | None


class Warned(Shape):
    """Something to look at that did not stop the order."""

    code: str
    line: Figure | None
    message: str


class Cost(Shape):
    """What a line costs us."""

    supplier: str | None
    unit_cost: Figure | None
    total_cost: Money | None
    currency: str | None
    origin: str | None
    reference: str | None
    markup_percent: Figure | None
    profit: Money | None


class OrderLine(Shape):
    line: Figure
    kind: Literal["item", "uncoded", "charge", "note", "giveaway"]
    item: str | None
    variant: str | None
    description: str | None
    uom: str | None
    quantity: Figure | None
    alternative_uom: str | None
    alternative_quantity: Figure | None
    fulfilled_quantity: Figure
    remaining_quantity: Figure | None
    closed_quantity: Figure
    unit_price: Figure | None
    price_list: str | None
    manual_price: Flag
    priced_by_alternative: Flag
    no_commercial_conditions: Flag
    discounts: Rows[Discount]
    gross: Money
    discount: Money
    final_discount: Money
    net: Money
    vat_code: str | None
    vat_rate: Figure | None
    vat: Money
    vat_recourse: Flag
    warehouse: str | None
    warehouse_reason: str | None
    delivery_on: Day | None
    goods_ready_on: Day | None
    project: str | None
    agents: Rows[Agent]
    notes: str | None
    origin: Origin | None
    cost: Cost | None
    extra: AnyObject | None


class Order(Shape):
    """The whole state of an order. `authorised_total` is the total up to which it was released from a credit hold."""

    number: str
    sequence_number: Integer
    numbering: str
    type: str
    date: Day
    version: Count
    stage: Stage
    status: Status
    holds: Rows[Hold]
    customer: str
    currency: str
    exchange_rate: Figure
    vat_included: Flag
    price_list: str | None
    project: str | None
    our_reference: str | None
    your_reference: str | None
    customer_order: CustomerOrder | None
    delivery_on: Day | None
    goods_ready_on: Day | None
    recipient: str | None
    destination: Destination | None
    carrier: str | None
    shipping: str | None
    language: str | None
    notes: str | None
    final_notes: str | None
    payments: Rows[Payment]
    discounts: Rows[Discount]
    final_discounts: Rows[Discount]
    expenses: Rows[Expense]
    agents: Rows[Agent]
    totals: Totals
    vat_summary: Rows[VatRow]
    due_dates: Rows[DueDate]
    origin: Rows[Origin]
    lines: Rows[OrderLine]
    warnings: Rows[Warned]
    authorised_total: Money | None
    extra: AnyObject | None
