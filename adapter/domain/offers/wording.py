"""Faults and warnings that several steps of building an order tell in the same words."""

from __future__ import annotations

import datetime
from decimal import Decimal

from adapter.domain.order import OrderLine, OrderWarning
from adapter.domain.reasons import Reason
from adapter.domain.values import plain


def unknown_code(kind: str, code: str, path: str) -> Reason:
    return Reason(
        "unknown_code",
        path,
        f"The {kind.replace('_', ' ')} {code} is not known. Correct the code, or register it.",
        {"kind": kind, "value": code},
        (kind, code),
    )


def dates_out_of_order(path: str, ready: datetime.date, delivery: datetime.date) -> Reason:
    return Reason(
        "dates_out_of_order",
        path,
        f"The goods would be ready on {ready}, after their delivery on {delivery}. Correct one of the dates.",
        {"goods_ready_on": ready.isoformat(), "delivery_on": delivery.isoformat()},
    )


def late_delivery(delivery: datetime.date, day: datetime.date, line: Decimal | None = None) -> OrderWarning:
    return OrderWarning(
        code="delivery_in_past", message=f"The delivery date {delivery} is before the order date {day}.", line=line
    )


def no_price_yet(line: OrderLine) -> OrderWarning:
    told = f"Line {plain(line.line)} has no price yet. Give it one by order.change-requested, or release the order."
    return OrderWarning(code="price_missing", message=told, line=line.line)


def price_missing(line: OrderLine, path: str) -> Reason:
    what = f"item {line.item}" if line.item else "the line"
    return Reason(
        "price_missing",
        f"{path}/unit_price",
        f"There is no price for {what}: none is given, in no price list, and the item has no selling price. "
        "Send unit_price, or register a price and send the message again under a new id.",
        {"item": line.item},
    )
