"""`offer.accepted.v1`: the customer accepted these offers; make customer orders of them (contract 3, domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapter.domain.beside_form import OFFERS
from adapter.domain.business import Business
from adapter.domain.credit import use_of
from adapter.domain.decision import Decision
from adapter.domain.known import CreditUse, Known, Needs, Ref
from adapter.domain.offers.converting import Converting, key_of
from adapter.domain.offers.offer import AcceptedOffers, ExpenseGiven, Offer, OfferLine
from adapter.domain.order import Agent
from adapter.domain.price_book import want_prices
from adapter.domain.registry import Address, Customer, DiscountGiven, DiscountsGiven, Payment
from adapter.ids import new_id
from adapter.intake.handler import Handler
from schemas import offer_accepted as wire
from schemas import terms


def needs(source: str, message: wire.OfferAccepted, business: Business) -> Needs:
    return Needs(
        refs=list(_refs(message)),
        customer_orders=[
            (offer.customer, offer.customer_order.number)
            for offer in message.offers
            if offer.customer_order is not None
        ],
        offers=[key_of(source, offer.type, offer.number, business.parameters) for offer in message.offers],
    )


def _refs(message: wire.OfferAccepted) -> Iterator[Ref]:
    for offer in message.offers:
        yield "customer", offer.customer
        for line in offer.lines:
            if line.item is not None:
                yield "item", line.item
            if line.uom is not None:
                yield "uom", line.uom
            if line.vat_code is not None:
                yield "vat_code", line.vat_code


def accounts(message: wire.OfferAccepted, known: Known) -> Iterator[CreditUse]:
    for offer in message.offers:
        order_type = known.business.order_type_of_offer(offer.type)
        customer = known.registries.customer(offer.customer)
        if customer is not None and order_type is not None and order_type.credit:
            yield use_of(customer)


def prefetch(message: wire.OfferAccepted, known: Known) -> None:
    """Terms and prices of the customers that these offers are of."""
    for offer in message.offers:
        customer = known.registries.customer(offer.customer)
        if customer is None:
            continue
        known.registries.want(_terms_of(offer, customer))
        items = [line.item for line in offer.lines if line.unit_price is None and line.item is not None]
        if items:
            named = [name for name in (offer.price_list, *(line.price_list for line in offer.lines)) if name]
            want_prices(known.registries, customer, named, offer.currency or customer.currency, items)


def _terms_of(offer: wire.Offer, customer: Customer) -> Iterator[Ref]:
    currency = offer.currency or customer.currency
    yield "currency", currency
    if offer.exchange_rate is None:
        yield "exchange_rate@", currency
    for payment in customer.payments if offer.payments is None else offer.payments:
        yield "payment_type", payment.type
        yield "payment_solution", payment.solution
    if customer.vat_code is not None:
        yield "vat_code", customer.vat_code


def decide(source: str, message: wire.OfferAccepted, known: Known) -> Decision:
    return Converting(read(source, message), known, new_id).decide()


def read(source: str, message: wire.OfferAccepted) -> AcceptedOffers:
    """The message in the domain's words."""
    return AcceptedOffers(
        source=source,
        offers=[read_offer(offer) for offer in message.offers],
        conversion=message.conversion,
        orders_dated=message.orders_dated,
        order_number=message.order_number,
        by=message.by,
    )


def read_offer(offer: wire.Offer) -> Offer:
    return Offer(**read_header(offer) | {"lines": [read_line(line) for line in offer.lines]})


def read_header(given: wire.HeaderFields) -> dict[str, Any]:
    """Wire and domain name their fields alike; only what has parts is taken apart."""
    fields = dict(given.__dict__)
    customer_order = fields.pop("customer_order")
    return fields | {
        "customer_order_number": customer_order and customer_order.number,
        "customer_order_date": customer_order and customer_order.date,
        "payments": _all(Payment, given.payments),
        "discounts": read_discounts(given.discounts),
        "final_discounts": read_discounts(given.final_discounts),
        "expenses": _all(ExpenseGiven, given.expenses),
        "agents": read_agents(given.agents),
        "destination": _read_destination(given.destination),
    }


def read_line(line: wire.Line) -> OfferLine:
    fields = line.__dict__
    if line.discounts is None and line.agents is None:
        return OfferLine(**fields)
    return OfferLine(**fields | {"discounts": read_discounts(line.discounts), "agents": read_agents(line.agents)})


def read_discounts(given: terms.Discounts | None) -> DiscountsGiven | None:
    return given if given is None or isinstance(given, str) else _all(DiscountGiven, given)


def read_agents(given: Sequence[terms.Agent] | None) -> tuple[Agent, ...] | None:
    """A commission of null is none; one that is left out is resolved (contract 3)."""
    if given is None:
        return None
    return tuple(
        Agent(
            agent=one.agent,
            commission_percent=one.commission_percent,
            resolve="commission_percent" not in one.model_fields_set,
        )
        for one in given
    )


def _all(kind: type[Any], rows: Any) -> Any:
    return None if rows is None else tuple(kind(**row.__dict__) for row in rows)


def _read_destination(given: Any) -> str | Address | None:
    return given if given is None or isinstance(given, str) else Address(**given.__dict__)


HANDLER = Handler(
    "offer-accepted", "offer.accepted.v1", wire.OfferAccepted, needs, decide, accounts, prefetch, beside_form=OFFERS
)
