"""The lines of an order as the outside sees them, and the parts that header and lines share (contract 4, *line*)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from adapter.domain.order import Agent, Cost, Discount, OrderLine, Origin
from adapter.domain.values import plain

Document = dict[str, Any]
Money = Callable[[Decimal], str]


def figure(value: Decimal | None) -> str | None:
    """A price, percent, quantity, rate or line number, where there is one."""
    return None if value is None else plain(value)


def written_day(value: datetime.date | None) -> str | None:
    return None if value is None else value.isoformat()


def discount_documents(discounts: Sequence[Discount], amount: Money) -> list[Document]:
    return [
        {
            "percent": figure(discount.percent),
            "amount": resolved(discount.effect, discount.amount, amount),
            "given_amount": figure(discount.amount),
            "per": discount.per,
            "type": discount.type,
            "application": discount.application,
            "priority": discount.priority,
            "origin": discount.origin,
            "lines": None if discount.reaches is None else [figure(line) for line in sorted(discount.reaches)],
        }
        for discount in discounts
    ]


def resolved(effect: Decimal | None, given: Decimal | None, amount: Money) -> str | None:
    known = given if effect is None else effect
    return None if known is None else amount(known)


def agent_documents(agents: Sequence[Agent]) -> list[Document]:
    return [{"agent": agent.agent, "commission_percent": figure(agent.commission_percent)} for agent in agents]


def origin_document(origin: Origin) -> Document:
    return {
        "kind": origin.kind,
        "source": origin.source,
        "type": origin.type,
        "number": origin.number,
        "version": origin.version,
        "date": origin.date.isoformat(),
        "line": figure(origin.line),
    }


def line_document(line: OrderLine, amount: Money) -> Document:
    """One line; a note has neither price nor amounts that mean anything, yet every field is there."""
    return {
        "line": figure(line.line),
        "kind": line.kind,
        "item": line.item,
        "variant": line.variant,
        "description": line.description,
        "uom": line.uom,
        "quantity": figure(line.quantity),
        "alternative_uom": line.alternative_uom,
        "alternative_quantity": figure(line.alternative_quantity),
        "fulfilled_quantity": figure(line.fulfilled_quantity),
        "remaining_quantity": figure(line.remaining_quantity),
        "closed_quantity": figure(line.closed_quantity),
        "unit_price": figure(line.unit_price),
        "price_list": line.price_list,
        "manual_price": line.manual_price,
        "priced_by_alternative": line.priced_by_alternative,
        "no_commercial_conditions": line.no_commercial_conditions,
        "discounts": discount_documents(line.discounts, amount),
        "gross": amount(line.gross),
        "discount": amount(line.discount),
        "final_discount": amount(line.final_discount),
        "net": amount(line.net),
        "vat_code": line.vat_code,
        "vat_rate": figure(line.vat_rate),
        "vat": amount(line.vat),
        "vat_recourse": line.vat_recourse,
        "warehouse": line.warehouse,
        "warehouse_reason": line.warehouse_reason,
        "delivery_on": written_day(line.delivery_on),
        "goods_ready_on": written_day(line.goods_ready_on),
        "project": line.project,
        "agents": agent_documents(line.agents),
        "notes": line.notes,
        "origin": line.origin and origin_document(line.origin),
        "cost": line.cost and _cost(line.cost, amount),
        "extra": line.extra,
    }


def _cost(cost: Cost, amount: Money) -> Document:
    return {
        "supplier": cost.supplier,
        "unit_cost": figure(cost.unit_cost),
        "total_cost": None if cost.total_cost is None else amount(cost.total_cost),
        "currency": cost.currency,
        "origin": cost.origin,
        "reference": cost.reference,
        "markup_percent": figure(cost.markup_percent),
        "profit": None if cost.profit is None else amount(cost.profit),
    }
