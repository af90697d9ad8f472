"""`offer.accepted.v1`: these offers were accepted by the customer (contract §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from schemas import rules
from schemas.message import Fault, Message, Shape
from schemas.terms import Agent, Destination, Discounts, Expense, Payment
from schemas.values import (
    LONG_AGO,
    NOBODYS,
    Code,
    Day,
    DocumentDay,
    Extra,
    Flag,
    Integer,
    Multiline,
    Name,
    NotNegative,
    Number,
    Positive,
    Rows,
    Text,
    or_else,
)

Kind = Literal["item", "uncoded", "charge", "note", "giveaway"]
Conversion = Literal["remaining", "all"]


class CustomerOrder(Shape):
    """The customer's own order, as they numbered it."""

    stand_in: ClassVar[Mapping[str, Any]] = {"number": NOBODYS}

    number: Code
    date: Day | None = None


class Line(Shape):
    """`line` may have decimals; `quantity` is what was offered, `accepted_quantity` what of it is accepted now."""

    stand_in: ClassVar[Mapping[str, Any]] = {"line": 1, "kind": "note", "notes": "?"}

    line: Positive
    kind: Annotated[Kind, or_else("item", Kind)] = "item"
    item: Code | None = None
    barcode: Code | None = None
    customer_item: Code | None = None
    variant: Code | None = None
    description: Multiline | None = None
    uom: Code | None = None
    quantity: Positive | None = None
    alternative_quantity: Positive | None = None
    unit_price: Number | None = None
    discounts: Discounts | None = None
    manual_price: Annotated[Flag, or_else(False, bool)] = False
    price_list: Name | None = None
    vat_code: Code | None = None
    vat_recourse: Flag | None = None
    delivery_on: Day | None = None
    goods_ready_on: Day | None = None
    project: Code | None = None
    agents: Rows[Agent] | None = None
    notes: Multiline | None = None
    accepted_quantity: NotNegative | None = None
    extra: Extra | None = None


class HeaderFields(Shape):
    """What an offer says about the whole, and what may be changed of an order."""

    currency: Code | None = None
    exchange_rate: Positive | None = None
    price_list: Name | None = None
    project: Code | None = None
    our_reference: Text | None = None
    your_reference: Text | None = None
    customer_order: CustomerOrder | None = None
    delivery_on: Day | None = None
    goods_ready_on: Day | None = None
    payments: Rows[Payment] | None = None
    discounts: Discounts | None = None
    final_discounts: Discounts | None = None
    expenses: Rows[Expense] | None = None
    agents: Rows[Agent] | None = None
    recipient: Code | None = None
    destination: Destination | None = None
    carrier: Code | None = None
    shipping: Code | None = None
    language: Code | None = None
    notes: Multiline | None = None
    final_notes: Multiline | None = None
    extra: Extra | None = None


class Offer(HeaderFields):
    stand_in: ClassVar[Mapping[str, Any]] = {
        "type": NOBODYS,
        "number": NOBODYS,
        "date": LONG_AGO,
        "customer": NOBODYS,
        "lines": [Line.stand_in],
    }

    type: Code
    number: Code
    version: Annotated[Integer, or_else(1, Integer)] = 1
    date: DocumentDay
    confirmed_on: DocumentDay | None = None
    customer: Code
    valid_until: Day | None = None
    closed_on: Day | None = None
    cancelled_on: Day | None = None
    lines: Annotated[Rows[Line], Field(min_length=1, json_schema_extra={"maxItems": 2_000})]


class OfferAccepted(Message):
    """`order_number` is for a range whose numbers come from outside."""

    offers: Annotated[Rows[Offer], Field(min_length=1, max_length=200)]
    conversion: Annotated[Conversion, or_else("remaining", Conversion)] = "remaining"
    orders_dated: DocumentDay | None = None
    order_number: Integer | None = None

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        for path, offer in rules.rows(data, "offers"):
            yield from rules.terms(offer, path)
            yield from rules.offer_lines(offer, path)
