"""`supplier-order.placed.v1`: this order was placed with a supplier (contract §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from schemas import rules
from schemas.message import Fault, Message, Shape
from schemas.terms import Destination, Discounts, Expense
from schemas.values import (
    LONG_AGO,
    NOBODYS,
    Code,
    Day,
    DocumentDay,
    Extra,
    Integer,
    Multiline,
    NotNegative,
    Positive,
    Rows,
    Text,
)

Flow = Literal["drop_ship", "on_demand", "intercompany"]


class SupplierOrderLine(Shape):
    """`unit_cost` is what we pay; `unit_price` a sales price that was agreed."""

    stand_in: ClassVar[Mapping[str, Any]] = {"line": 1, "item": NOBODYS, "quantity": 1}

    line: Positive
    item: Code | None = None
    supplier_item: Code | None = None
    variant: Code | None = None
    description: Multiline | None = None
    uom: Code | None = None
    quantity: Positive
    unit_cost: NotNegative | None = None
    discounts: Discounts | None = None
    delivery_on: Day | None = None
    goods_ready_on: Day | None = None
    customer: Code | None = None
    project: Code | None = None
    unit_price: NotNegative | None = None
    notes: Multiline | None = None
    extra: Extra | None = None


class SupplierOrder(Shape):
    """`issued_by` is the company of the group that placed it; `order_type` beats the one that claims the flow."""

    stand_in: ClassVar[Mapping[str, Any]] = {
        "number": NOBODYS,
        "date": LONG_AGO,
        "supplier": NOBODYS,
        "flow": "drop_ship",
        "currency": NOBODYS,
        "lines": [SupplierOrderLine.stand_in],
    }

    number: Code
    date: DocumentDay
    supplier: Code
    issued_by: Code | None = None
    flow: Flow
    customer: Code | None = None
    order_type: Code | None = None
    currency: Code
    exchange_rate: Positive | None = None
    project: Code | None = None
    our_reference: Text | None = None
    your_reference: Text | None = None
    destination: Destination | None = None
    carrier: Code | None = None
    delivery_on: Day | None = None
    expenses: Rows[Expense] | None = None
    final_discounts: Discounts | None = None
    notes: Multiline | None = None
    extra: Extra | None = None
    lines: Annotated[Rows[SupplierOrderLine], Field(min_length=1, json_schema_extra={"maxItems": 2_000})]


class SupplierOrderPlaced(Message):
    orders_dated: DocumentDay | None = None
    order_number: Integer | None = None
    supplier_order: SupplierOrder

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        order, path = data.get("supplier_order"), ("supplier_order",)
        yield from rules.terms(order, path)
        yield from rules.unique_lines(order, path)
        for where, line in rules.rows(order, "lines", path):
            yield from rules.one_of(line, ("item", "supplier_item"), where)
