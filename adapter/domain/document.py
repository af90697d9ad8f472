"""The order as the outside sees it (contract 4, *order* and *line*): every field present, decimals as text."""

from __future__ import annotations

from decimal import Decimal

from adapter.domain.document_lines import (
    Document,
    Money,
    agent_documents,
    discount_documents,
    figure,
    line_document,
    origin_document,
    resolved,
    written_day,
)
from adapter.domain.order import DueDate, Expense, Hold, Order, OrderWarning, Totals, VatRow
from adapter.domain.registry import Address, Payment
from adapter.domain.values import money


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
        "exchange_rate": figure(order.exchange_rate),
        "vat_included": order.vat_included,
        "price_list": order.price_list,
        "project": order.project,
        "our_reference": order.our_reference,
        "your_reference": order.your_reference,
        "customer_order": _customer_order(order),
        "delivery_on": written_day(order.delivery_on),
        "goods_ready_on": written_day(order.goods_ready_on),
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
    return {"number": order.customer_order_number, "date": written_day(order.customer_order_date)}


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


def _terms(order: Order, amount: Money) -> Document:
    return {
        "payments": [_payment(payment, amount) for payment in order.payments],
        "discounts": discount_documents(order.discounts, amount),
        "final_discounts": discount_documents(order.final_discounts, amount),
        "expenses": [_expense(expense, amount) for expense in order.expenses],
        "agents": agent_documents(order.agents),
    }


def _payment(payment: Payment, amount: Money) -> Document:
    return {
        "type": payment.type,
        "solution": payment.solution,
        "percent": figure(payment.percent),
        "amount": None if payment.amount is None else amount(payment.amount),
        "bank": payment.bank,
    }


def _expense(expense: Expense, amount: Money) -> Document:
    return {
        "type": expense.type,
        "percent": figure(expense.percent),
        "amount": resolved(expense.effect, expense.amount, amount),
        "vat_code": expense.vat_code,
        "origin": expense.origin,
    }


def _content(order: Order, amount: Money) -> Document:
    return {
        "totals": _totals(order.totals, amount),
        "vat_summary": [_vat_row(row, amount) for row in order.vat_summary],
        "due_dates": [_due_date(due, amount) for due in order.due_dates],
        "origin": [origin_document(origin) for origin in order.origin],
        "lines": [line_document(line, amount) for line in order.lines],
        "warnings": [_warning(warning) for warning in order.warnings],
        "authorised_total": None if order.authorised_total is None else amount(order.authorised_total),
        "extra": order.extra,
    }


def _totals(totals: Totals, amount: Money) -> Document:
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


def _vat_row(row: VatRow, amount: Money) -> Document:
    return {
        "vat_code": row.vat_code,
        "rate": figure(row.rate),
        "taxable": amount(row.taxable),
        "vat": amount(row.vat),
    }


def _due_date(due: DueDate, amount: Money) -> Document:
    return {
        "date": due.date.isoformat(),
        "amount": amount(due.amount),
        "type": due.type,
        "solution": due.solution,
        "financial_discount_percent": figure(due.financial_discount_percent),
    }


def _warning(warning: OrderWarning) -> Document:
    return {"code": warning.code, "line": figure(warning.line), "message": warning.message}
