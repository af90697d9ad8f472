"""The order as the outside sees it (contract 4, *order* and *line*): every field present, decimals as text."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
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
from adapter.domain.values import money, plain

Document = dict[str, Any]
_Money = Callable[[Decimal], str]


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _day(value: datetime.date | None) -> str | None:
    return None if value is None else value.isoformat()


def order_document(order: Order) -> Document:
    """The whole state of an order, ready to be written as JSON."""
    decimals = order.currency_decimals

    def amount(value: Decimal) -> str:
        return money(value, decimals)

    return _header(order) | _terms(order, amount) | _content(order, amount)


def _header(order: Order) -> Document:
    return {
        "number": order.number,
        "sequence_number": order.sequence_number,
        "numbering": order.numbering,
        "type": order.type,
        "date": order.date.isoformat(),
        "version": order.version,
        "stage": order.stage,
        "status": status_document(order),
        "holds": [hold_document(hold) for hold in order.holds],
        "customer": order.customer,
        "currency": order.currency,
        "exchange_rate": plain(order.exchange_rate),
        "vat_included": order.vat_included,
        "price_list": order.price_list,
        "project": order.project,
        "our_reference": order.our_reference,
        "your_reference": order.your_reference,
        "customer_order": _customer_order(order),
        "delivery_on": _day(order.delivery_on),
        "goods_ready_on": _day(order.goods_ready_on),
        "recipient": order.recipient,
        "destination": _destination(order),
        "carrier": order.carrier,
        "shipping": order.shipping,
        "language": order.language,
        "notes": order.notes,
        "final_notes": order.final_notes,
    }


def status_document(order: Order) -> Document:
    return {
        "confirmation": order.confirmation,
        "fulfilment": order.fulfilment,
        "hold": order.hold,
        "acknowledgement": order.acknowledgement,
        "workflow": order.workflow,
    }


def hold_document(hold: Hold) -> Document:
    return {"kind": hold.kind, "since": hold.since, "details": hold.details}


def _customer_order(order: Order) -> Document | None:
    if order.customer_order_number is None:
        return None
    return {"number": order.customer_order_number, "date": _day(order.customer_order_date)}


def _destination(order: Order) -> Document | None:
    if order.destination is None and order.destination_address is None:
        return None
    address = order.destination_address
    return {"code": order.destination, "address": address and _address(address)}


def _address(address: Address) -> Document:
    return {
        "name": address.name,
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country": address.country,
    }


def _terms(order: Order, amount: _Money) -> Document:
    return {
        "payments": [_payment(payment) for payment in order.payments],
        "discounts": _discounts(order.discounts, amount),
        "final_discounts": _discounts(order.final_discounts, amount),
        "expenses": [_expense(expense, amount) for expense in order.expenses],
        "agents": _agents(order.agents),
    }


def _payment(payment: Payment) -> Document:
    return {
        "type": payment.type,
        "solution": payment.solution,
        "percent": _plain(payment.percent),
        "amount": _plain(payment.amount),
        "bank": payment.bank,
    }


def _discounts(discounts: Sequence[Discount], amount: _Money) -> list[Document]:
    return [
        {
            "percent": _plain(discount.percent),
            "amount": _resolved(discount.effect, discount.amount, amount),
            "given_amount": _plain(discount.amount),
            "per": discount.per,
            "type": discount.type,
            "application": discount.application,
            "priority": discount.priority,
            "origin": discount.origin,
            "lines": None if discount.reaches is None else [plain(line) for line in sorted(discount.reaches)],
        }
        for discount in discounts
    ]


def _resolved(effect: Decimal | None, given: Decimal | None, amount: _Money) -> str | None:
    known = given if effect is None else effect
    return None if known is None else amount(known)


def _expense(expense: Expense, amount: _Money) -> Document:
    return {
        "type": expense.type,
        "percent": _plain(expense.percent),
        "amount": _resolved(expense.effect, expense.amount, amount),
        "vat_code": expense.vat_code,
        "origin": expense.origin,
    }


def _agents(agents: Sequence[Agent]) -> list[Document]:
    return [{"agent": agent.agent, "commission_percent": _plain(agent.commission_percent)} for agent in agents]


def _content(order: Order, amount: _Money) -> Document:
    return {
        "totals": _totals(order.totals, amount),
        "vat_summary": [_vat_row(row, amount) for row in order.vat_summary],
        "due_dates": [_due_date(due, amount) for due in order.due_dates],
        "origin": [_origin(origin) for origin in order.origin],
        "lines": [line_document(line, amount) for line in order.lines],
        "warnings": [_warning(warning) for warning in order.warnings],
        "authorised_total": None if order.authorised_total is None else amount(order.authorised_total),
        "extra": order.extra,
    }


def _totals(totals: Totals, amount: _Money) -> Document:
    return {
        "goods": amount(totals.goods),
        "discounts": amount(totals.discounts),
        "final_discounts": amount(totals.final_discounts),
        "charges": amount(totals.charges),
        "expenses": amount(totals.expenses),
        "giveaways": amount(totals.giveaways),
        "net": amount(totals.net),
        "vat": amount(totals.vat),
        "total": amount(totals.total),
    }


def _vat_row(row: VatRow, amount: _Money) -> Document:
    return {
        "vat_code": row.vat_code,
        "rate": plain(row.rate),
        "taxable": amount(row.taxable),
        "vat": amount(row.vat),
    }


def _due_date(due: DueDate, amount: _Money) -> Document:
    return {
        "date": due.date.isoformat(),
        "amount": amount(due.amount),
        "type": due.type,
        "solution": due.solution,
        "financial_discount_percent": _plain(due.financial_discount_percent),
    }


def _origin(origin: Origin) -> Document:
    return {
        "kind": origin.kind,
        "source": origin.source,
        "type": origin.type,
        "number": origin.number,
        "version": origin.version,
        "date": origin.date.isoformat(),
        "line": _plain(origin.line),
    }


def _warning(warning: OrderWarning) -> Document:
    return {"code": warning.code, "line": _plain(warning.line), "message": warning.message}


def line_document(line: OrderLine, amount: _Money) -> Document:
    """One line; a note has neither price nor amounts that mean anything, yet every field is there."""
    return {
        "line": plain(line.line),
        "kind": line.kind,
        "item": line.item,
        "variant": line.variant,
        "description": line.description,
        "uom": line.uom,
        **_quantities(line),
        "unit_price": _plain(line.unit_price),
        "price_list": line.price_list,
        "manual_price": line.manual_price,
        "priced_by_alternative": line.priced_by_alternative,
        "no_commercial_conditions": line.no_commercial_conditions,
        "discounts": _discounts(line.discounts, amount),
        "gross": amount(line.gross),
        "discount": amount(line.discount),
        "final_discount": amount(line.final_discount),
        "net": amount(line.net),
        "vat_code": line.vat_code,
        "vat_rate": _plain(line.vat_rate),
        "vat": amount(line.vat),
        "vat_recourse": line.vat_recourse,
        "warehouse": line.warehouse,
        "warehouse_reason": line.warehouse_reason,
        "delivery_on": _day(line.delivery_on),
        "goods_ready_on": _day(line.goods_ready_on),
        "project": line.project,
        "agents": _agents(line.agents),
        "notes": line.notes,
        "origin": line.origin and _origin(line.origin),
        "cost": line.cost and _cost(line.cost, amount),
        "extra": line.extra,
    }


def _quantities(line: OrderLine) -> Document:
    return {
        "quantity": _plain(line.quantity),
        "alternative_uom": line.alternative_uom,
        "alternative_quantity": _plain(line.alternative_quantity),
        "fulfilled_quantity": plain(line.fulfilled_quantity),
        "remaining_quantity": _plain(line.remaining_quantity),
        "closed_quantity": plain(line.closed_quantity),
    }


def _cost(cost: Cost, amount: _Money) -> Document:
    return {
        "supplier": cost.supplier,
        "unit_cost": _plain(cost.unit_cost),
        "total_cost": None if cost.total_cost is None else amount(cost.total_cost),
        "currency": cost.currency,
        "origin": cost.origin,
        "reference": cost.reference,
        "markup_percent": _plain(cost.markup_percent),
        "profit": None if cost.profit is None else amount(cost.profit),
    }
