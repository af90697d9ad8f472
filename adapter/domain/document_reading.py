"""An order read back from its document: the exact inverse of `document.order_document`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapter.domain.order import (
    Agent,
    Cost,
    Discount,
    DueDate,
    Expense,
    Hold,
    Order,
    OrderLine,
    OrderWarning,
    Origin,
    Totals,
    VatRow,
)
from adapter.domain.registry import Address, Payment
from adapter.domain.values import ZERO

_Node = Mapping[str, Any]

_AS_WRITTEN = (
    "number",
    "sequence_number",
    "numbering",
    "type",
    "version",
    "customer",
    "currency",
    "vat_included",
    "price_list",
    "project",
    "our_reference",
    "your_reference",
    "recipient",
    "carrier",
    "shipping",
    "language",
    "notes",
    "final_notes",
    "extra",
)
_LINE_AS_WRITTEN = (
    "kind",
    "item",
    "variant",
    "description",
    "uom",
    "alternative_uom",
    "priced_by_alternative",
    "price_list",
    "manual_price",
    "no_commercial_conditions",
    "vat_code",
    "vat_recourse",
    "warehouse",
    "warehouse_reason",
    "project",
    "notes",
    "extra",
)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def read_order(document: _Node) -> Order:
    """The order that a document tells of."""
    customer_order = document["customer_order"] or {}
    destination = document["destination"] or {}
    return Order(
        **{name: document[name] for name in _AS_WRITTEN},
        **document["status"],
        **_terms(document),
        date=datetime.date.fromisoformat(document["date"]),
        currency_decimals=_decimals(document["totals"]["total"]),
        exchange_rate=Decimal(document["exchange_rate"]),
        holds=[Hold(**hold) for hold in document["holds"]],
        customer_order_number=customer_order.get("number"),
        customer_order_date=_day(customer_order.get("date")),
        delivery_on=_day(document["delivery_on"]),
        goods_ready_on=_day(document["goods_ready_on"]),
        destination=destination.get("code"),
        destination_address=_address(destination.get("address")),
        origin=[_origin(one) for one in document["origin"]],
        lines=[_line(one) for one in document["lines"]],
        warnings=[_warning(one) for one in document["warnings"]],
        authorised_total=_number(document.get("authorised_total")),
    )


def _decimals(amount: str) -> int:
    """Money is written with exactly the currency's decimals."""
    return len(amount.partition(".")[2])


def _address(node: _Node | None) -> Address | None:
    return None if node is None else Address(**node)


def _terms(document: _Node) -> dict[str, Any]:
    return {
        "payments": [_payment(one) for one in document["payments"]],
        "discounts": [_discount(one) for one in document["discounts"]],
        "final_discounts": [_discount(one) for one in document["final_discounts"]],
        "expenses": [_expense(one) for one in document["expenses"]],
        "agents": [_agent(one) for one in document["agents"]],
        "totals": Totals(**{name: Decimal(amount) for name, amount in document["totals"].items()}),
        "vat_summary": [_vat_row(one) for one in document["vat_summary"]],
        "due_dates": [_due_date(one) for one in document["due_dates"]],
    }


def _payment(node: _Node) -> Payment:
    return Payment(
        type=node["type"],
        solution=node["solution"],
        percent=_number(node["percent"]),
        amount=_number(node["amount"]),
        bank=node["bank"],
    )


def _discount(node: _Node) -> Discount:
    percent, amount = _number(node["percent"]), _number(node["amount"])
    given = _number(node["given_amount"])
    reaches = node["lines"]
    return Discount(
        percent=percent,
        amount=given,
        per=node["per"],
        type=node["type"],
        application=node["application"],
        priority=node["priority"],
        origin=node["origin"],
        reaches=None if reaches is None else frozenset(Decimal(line) for line in reaches),
        effect=amount,
    )


def _expense(node: _Node) -> Expense:
    percent, amount = _number(node["percent"]), _number(node["amount"])
    return Expense(
        type=node["type"],
        percent=percent,
        amount=amount if percent is None else None,
        vat_code=node["vat_code"],
        origin=node["origin"],
        effect=amount,
    )


def _agent(node: _Node) -> Agent:
    return Agent(agent=node["agent"], commission_percent=_number(node["commission_percent"]))


def _vat_row(node: _Node) -> VatRow:
    return VatRow(
        vat_code=node["vat_code"],
        rate=Decimal(node["rate"]),
        taxable=Decimal(node["taxable"]),
        vat=Decimal(node["vat"]),
    )


def _due_date(node: _Node) -> DueDate:
    return DueDate(
        date=datetime.date.fromisoformat(node["date"]),
        amount=Decimal(node["amount"]),
        type=node["type"],
        solution=node["solution"],
        financial_discount_percent=_number(node["financial_discount_percent"]),
    )


def _origin(node: _Node) -> Origin:
    return Origin(
        kind=node["kind"],
        source=node["source"],
        type=node["type"],
        number=node["number"],
        version=node["version"],
        date=datetime.date.fromisoformat(node["date"]),
        line=_number(node["line"]),
    )


def _warning(node: _Node) -> OrderWarning:
    return OrderWarning(code=node["code"], message=node["message"], line=_number(node["line"]))


def _line(node: _Node) -> OrderLine:
    return OrderLine(
        **{name: node[name] for name in _LINE_AS_WRITTEN},
        line=Decimal(node["line"]),
        gross=Decimal(node["gross"]),
        discount=Decimal(node["discount"]),
        final_discount=Decimal(node["final_discount"]),
        net=Decimal(node["net"]),
        vat=Decimal(node["vat"]),
        quantity=_number(node["quantity"]),
        alternative_quantity=_number(node["alternative_quantity"]),
        fulfilled_quantity=_number(node["fulfilled_quantity"]) or ZERO,
        closed_quantity=_number(node["closed_quantity"]) or ZERO,
        unit_price=_number(node["unit_price"]),
        vat_rate=_number(node["vat_rate"]),
        delivery_on=_day(node["delivery_on"]),
        goods_ready_on=_day(node["goods_ready_on"]),
        discounts=[_discount(one) for one in node["discounts"]],
        agents=[_agent(one) for one in node["agents"]],
        origin=node["origin"] and _origin(node["origin"]),
        cost=node["cost"] and _cost(node["cost"]),
    )


def _cost(node: _Node) -> Cost:
    return Cost(
        supplier=node["supplier"],
        unit_cost=_number(node["unit_cost"]),
        total_cost=_number(node["total_cost"]),
        currency=node["currency"],
        origin=node["origin"],
        reference=node["reference"],
        markup_percent=_number(node["markup_percent"]),
        profit=_number(node["profit"]),
    )
