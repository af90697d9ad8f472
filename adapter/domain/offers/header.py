"""The header of an order made of offers: of one offer its own, of several the registry's (§1.2, §2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from adapter.domain.conditions.terms import SourceTerms
from adapter.domain.offers.offer import Offer
from adapter.domain.order import Order
from adapter.domain.parameters import Parameters
from adapter.domain.registry import GroupingRow, Payment
from adapter.domain.values import ZERO, Rounding


def source_terms(offers: Sequence[Offer], row: GroupingRow, parameters: Parameters, path: str) -> SourceTerms:
    """What the offers say of the header; several of them only what they were grouped by, or what the first decides."""
    first = offers[0]
    if len(offers) == 1:
        return SourceTerms(
            currency=first.currency,
            exchange_rate=first.exchange_rate,
            price_list=first.price_list,
            language=first.language,
            shipping=first.shipping,
            carrier=first.carrier,
            recipient=first.recipient,
            destination=first.destination,
            payments=first.payments,
            agents=first.agents,
            path=path,
        )
    place = row.destination or parameters.recipient_from == "first"
    return SourceTerms(
        currency=first.currency,
        exchange_rate=first.exchange_rate if row.exchange else None,
        carrier=first.carrier if place else None,
        recipient=first.recipient if place else None,
        destination=first.destination if place else None,
        payments=first.payments if takes_payments(row, parameters) else None,
        path=path,
    )


def takes_payments(row: GroupingRow, parameters: Parameters) -> bool:
    """Whether several offers bring their payments along: grouped by them, or the first one's (§2.5)."""
    return row.payment or parameters.payment_from == "first"


def joined_payments(
    terms: Sequence[Payment], shares: Sequence[Decimal], offers: Sequence[Offer], rounding: Rounding
) -> list[Payment]:
    """Payments that the offers gave: percents stay, fixed amounts are due for the converted part of each of them."""
    given = [offer.payments or () for offer in offers]
    return [
        row if row.amount is None else replace(row, amount=_sum_of(place, given, shares, rounding))
        for place, row in enumerate(terms)
    ]


def _sum_of(place: int, given: Sequence[Sequence[Payment]], shares: Sequence[Decimal], rounding: Rounding) -> Decimal:
    amounts = (
        (rows[place].amount or ZERO) * share for rows, share in zip(given, shares, strict=True) if place < len(rows)
    )
    return rounding(sum(amounts, ZERO))


def carry(order: Order, offers: Sequence[Offer], row: GroupingRow) -> None:
    """Fill what has no source but the offers: references, dates and notes of a single one, a project grouped by."""
    first = offers[0]
    if len(offers) > 1:
        order.project = first.project if row.project else None
        order.extra = _extras(offers)
        return
    order.project = first.project
    order.our_reference, order.your_reference = first.our_reference, first.your_reference
    order.customer_order_number, order.customer_order_date = first.customer_order_number, first.customer_order_date
    order.delivery_on, order.goods_ready_on = first.delivery_on, first.goods_ready_on
    order.notes, order.final_notes = first.notes, first.final_notes
    order.extra = first.extra


def _extras(offers: Sequence[Offer]) -> dict[str, Any] | None:
    """What several offers carry along travels under each one's number."""
    return {offer.number: offer.extra for offer in offers if offer.extra is not None} or None
