"""What lines that are added or priced anew have in common with their order (§1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapter.domain.known import Known
from adapter.domain.life.changing_draft import Draft
from adapter.domain.offers.offer import Offer
from adapter.domain.offers.pricing import Setting
from adapter.domain.order import Discount
from adapter.domain.price_book import want_prices
from adapter.domain.registry import Customer, DiscountGiven


def setting_of(draft: Draft, price_date: str | None = None) -> Setting:
    """The order as it stands, header changes included; `price_date` is the day that prices are resolved for."""
    order = draft.order
    types = (draft.registries.payment_type(payment.type) for payment in order.payments)
    return Setting(
        known=_for_day(draft.known, price_date),
        order_type=replace(draft.order_type, vat_included=order.vat_included),
        customer=_with_grid(draft),
        day=order.date,
        currency=order.currency,
        exchange_rate=order.exchange_rate,
        destination=order.destination,
        payment_types=[type_ for type_ in types if type_ is not None],
        agents=tuple(order.agents),
        reader=draft.reader,
    )


def _for_day(known: Known, price_date: str | None) -> Known:
    """What is known, as if the parameter `price_date` were this."""
    if price_date is None:
        return known
    parameters = replace(known.business.parameters, price_date=price_date)
    return replace(known, business=replace(known.business, parameters=parameters))


def _with_grid(draft: Draft) -> Customer:
    """The customer with the discounts that the order's header took from him: new lines copy those (§5.1)."""
    own = [discount for discount in draft.order.discounts if discount.origin == "customer"]
    return replace(draft.customer, discounts=_as_given(own) or None)


def _as_given(discounts: Sequence[Discount]) -> tuple[DiscountGiven, ...]:
    return tuple(
        DiscountGiven(
            percent=one.percent,
            amount=one.amount,
            per=one.per,
            type=one.type,
            application=one.application,
            priority=one.priority,
        )
        for one in discounts
    )


def header_of(draft: Draft) -> Offer:
    """The header as lines see it: its list where it was chosen, its discounts where they were given."""
    order, asked = draft.order, draft.asked.header
    given = [discount for discount in order.discounts if discount.origin == "message"]
    return Offer(
        type=order.type,
        number=order.number,
        date=order.date,
        customer=order.customer,
        price_list=chosen_list(draft),
        discounts=_as_given(given) if given or asked.discounts is not None else None,
        delivery_on=order.delivery_on,
        goods_ready_on=order.goods_ready_on,
        project=order.project,
    )


def chosen_list(draft: Draft) -> str | None:
    """The header's list; None where it is only the customer's default, which the search finds in its own order."""
    default = next((row.type for row in draft.customer.price_lists if row.default), None)
    named = draft.order.price_list
    return named if draft.asked.header.price_list is not None or named != default else None


def load_prices(draft: Draft, items: Sequence[str], price_list: str | None = None) -> None:
    """Have everything that a price search for these items may look at in memory."""
    named = [name for name in (price_list, chosen_list(draft)) if name is not None]
    if items:
        want_prices(draft.registries, draft.customer, named, draft.order.currency, items)
