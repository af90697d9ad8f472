"""The header of an order made of offers: of one offer its own, of several the registry's (§1.2, §2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapter.domain.conditions.terms import SourceTerms
from adapter.domain.offers.offer import Offer
from adapter.domain.order import Order
from adapter.domain.registry import GroupingRow, Payment


def source_terms(offers: Sequence[Offer], row: GroupingRow, path: str) -> SourceTerms:
    """What the offers say of the header; several of them only what they were grouped by."""
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
    return SourceTerms(
        currency=first.currency,
        exchange_rate=first.exchange_rate if row.exchange else None,
        carrier=first.carrier if row.destination else None,
        recipient=first.recipient if row.destination else None,
        destination=first.destination if row.destination else None,
        payments=_joined_payments(offers) if row.payment else None,
        path=path,
    )


def _joined_payments(offers: Sequence[Offer]) -> Sequence[Payment] | None:
    """Equal payment conditions of several offers: percents stay, fixed amounts are due for each of them."""
    if offers[0].payments is None:
        return None
    return [row if row.amount is None else replace(row, amount=row.amount * len(offers)) for row in offers[0].payments]


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
