"""What must hold before an offer can become an order (§2.1, O1–O5)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from adapter.domain.known import Known
from adapter.domain.offers.offer import AcceptedOffers, Offer
from adapter.domain.order_types import OrderType
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer


@dataclass(slots=True)
class Admitted:
    """An offer whose order type and customer are known."""

    offer: Offer
    path: str
    order_type: OrderType
    customer: Customer


def admit(offer: Offer, path: str, known: Known, reasons: list[Reason]) -> Admitted | None:
    """The offer with its order type and its customer, where both are known; `reasons` gets what is wrong (O1–O4)."""
    if offer.confirmed_on is None:
        reasons.append(_not_confirmed(offer, path))
    order_type = known.business.order_type_of_offer(offer.type)
    if order_type is None:
        reasons.append(_unmapped(offer, path))
    customer = known.registries.customer(offer.customer)
    fault = why_not(offer.customer, customer, order_type, f"{path}/customer")
    if fault is not None:
        reasons.append(fault)
    if order_type is None or customer is None:
        return None
    return Admitted(offer, path, order_type, customer)


def why_not(code: str, customer: Customer | None, order_type: OrderType | None, path: str) -> Reason | None:
    """Why there can be no order of this customer (O2–O4); `path` points at what names him."""
    if customer is None:
        return _unknown_customer(code, path)
    return None if _may_order(customer, order_type) else _not_a_customer(customer, path)


def _may_order(customer: Customer, order_type: OrderType | None) -> bool:
    """A contact never; a supplier's account only where the order type does not ask for a customer's (O4)."""
    if customer.account == "customer":
        return True
    return customer.account == "supplier" and order_type is not None and not order_type.customer_control


def order_date(offers: list[Offer], order_type: OrderType, message: AcceptedOffers, known: Known) -> datetime.date:
    """The date of an order made of these offers (contract 3, *Order date*)."""
    confirmed = [offer.confirmed_on for offer in offers if offer.confirmed_on]
    return dated(confirmed, order_type, message.orders_dated, known)


def dated(
    documents: Sequence[datetime.date], order_type: OrderType, orders_dated: datetime.date | None, known: Known
) -> datetime.date:
    """The date of an order made of documents of these dates: as told, else theirs or today as its type wants it."""
    if orders_dated is not None:
        return orders_dated
    return max(documents, default=known.today) if order_type.order_date == "message" else known.today


def dated_by_clock(order_type: OrderType, message: AcceptedOffers) -> bool:
    return message.orders_dated is None and order_type.order_date != "message"


def check_on(day: datetime.date, admitted: Admitted) -> list[Reason]:
    """What holds on the order's date only: the customer is not blocked (O5), the offer is not cancelled (O9)."""
    reasons = []
    if is_blocked(admitted.customer, day):
        reasons.append(_blocked(admitted.customer, admitted.path, day))
    cancelled = admitted.offer.cancelled_on
    if cancelled is not None and cancelled <= day:
        reasons.append(_cancelled(admitted, cancelled, day))
    return reasons


def is_blocked(customer: Customer, day: datetime.date) -> bool:
    blocked = customer.blocked
    if blocked is None:
        return False
    return (blocked.from_ or day) <= day <= (blocked.to or day)


def _not_confirmed(offer: Offer, path: str) -> Reason:
    return Reason(
        "offer_not_confirmed",
        f"{path}/confirmed_on",
        f"Offer {offer.number} has no confirmed_on. Send the date on which the customer accepted it.",
    )


def _unmapped(offer: Offer, path: str) -> Reason:
    return Reason(
        "offer_type_unmapped",
        f"{path}/type",
        f"No order type takes offers of type {offer.type}. Name it in offer_types of an order type (order_types.toml), "
        "then replay the message.",
        {"offer_type": offer.type},
    )


def _unknown_customer(code: str, path: str) -> Reason:
    return Reason(
        "unknown_customer",
        path,
        f"Customer {code} is not known. Correct the code, or register the customer.",
        {"customer": code},
        ("customer", code),
    )


def _not_a_customer(customer: Customer, path: str) -> Reason:
    return Reason(
        "not_a_customer",
        path,
        f"{customer.code} is a {customer.account}, not a customer. Make it one in the registry.",
        {"customer": customer.code, "account": customer.account},
        ("customer", customer.code),
    )


def _blocked(customer: Customer, path: str, day: datetime.date) -> Reason:
    return Reason(
        "customer_blocked",
        f"{path}/customer",
        f"Customer {customer.code} is blocked for orders dated {day}. Lift the block in the registry.",
        {"customer": customer.code},
        ("customer", customer.code),
    )


def _cancelled(admitted: Admitted, cancelled: datetime.date, day: datetime.date) -> Reason:
    return Reason(
        "offer_cancelled",
        f"{admitted.path}/cancelled_on",
        f"Offer {admitted.offer.number} was cancelled on {cancelled}, on or before the order date {day}.",
        {"cancelled_on": cancelled.isoformat(), "order_date": day.isoformat()},
    )
