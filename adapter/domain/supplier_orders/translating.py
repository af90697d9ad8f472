"""A portion of a supplier order in the words of an offer, so that both become orders in the same way (§3.4 S3–S6)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from adapter.domain.decision import OfferKey
from adapter.domain.discounts import parse_discounts
from adapter.domain.known import Known
from adapter.domain.offers.acceptance import AcceptedLine, AcceptedOffer
from adapter.domain.offers.offer import ExpenseGiven, Offer, OfferLine
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import DiscountGiven, DiscountsGiven
from adapter.domain.supplier_orders.exchange import Exchange, exchange_for
from adapter.domain.supplier_orders.portions import BoughtLine, Portion
from adapter.domain.supplier_orders.supplier_order import (
    PATH,
    PlacedSupplierOrder,
    SupplierOrder,
    SupplierOrderLine,
)


class Agreed(NamedTuple):
    """A price that somebody says was agreed, in the supplier order's currency, with the discounts that belong to it."""

    unit_price: Decimal
    discounts: DiscountsGiven | None


def agreed_price(line: SupplierOrderLine, order: SupplierOrder) -> Agreed | None:
    """An agreed sales price; what a group company pays is one too. What we pay never is (§3.4 S3)."""
    if line.unit_price is not None:
        return Agreed(line.unit_price, None)
    if order.is_intercompany and line.unit_cost is not None:
        return Agreed(line.unit_cost, line.discounts)
    return None


def sales_price(line: SupplierOrderLine, order: SupplierOrder, parameters: Parameters) -> Agreed | None:
    """The agreed price where it is the sales price: an explicit one always, a cost by parameter `supplier_price`."""
    counts = line.unit_price is not None or parameters.supplier_price == "agreed"
    return agreed_price(line, order) if counts else None


class Translated(NamedTuple):
    """A portion as an offer, and how its amounts were converted."""

    accepted: AcceptedOffer
    exchange: Exchange


def translate(
    message: PlacedSupplierOrder, portion: Portion, order_type: OrderType, day: datetime.date, known: Known
) -> Translated:
    """The portion as an offer that was accepted whole, for an order of that day."""
    order = message.order
    exchange = exchange_for(order, portion.customer, day, known)
    currency = known.registries.currency(order.currency)
    decimals = currency.decimals if currency else 2
    translating = Translating(order, portion, exchange, order_type, known.business.parameters, decimals)
    return Translated(translating.accepted(message.source), exchange)


@dataclass(frozen=True, slots=True)
class Translating:
    """`decimals` are those of the supplier order's currency."""

    order: SupplierOrder
    portion: Portion
    exchange: Exchange
    order_type: OrderType
    parameters: Parameters
    decimals: int

    def accepted(self, source: str) -> AcceptedOffer:
        """The portion as an offer that was accepted whole."""
        lines = [self._line(line) for line in self.portion.lines]
        offer = self._offer([line.given for line in lines])
        return AcceptedOffer(offer, PATH, OfferKey(source, offer.type, offer.number), None, lines=lines)

    def _offer(self, lines: list[OfferLine]) -> Offer:
        order, intercompany = self.order, self.order.is_intercompany
        return Offer(
            kind="supplier_order",
            type=order.flow,
            number=order.number,
            date=order.date,
            confirmed_on=order.date,
            customer=self.portion.customer.code,
            currency=order.currency if intercompany else None,
            exchange_rate=None if self.exchange.changes else order.exchange_rate,
            project=self.portion.project,
            our_reference=order.our_reference,
            your_reference=order.your_reference,
            customer_order_number=order.number if intercompany else None,
            customer_order_date=order.date if intercompany else None,
            delivery_on=order.delivery_on,
            final_discounts=self._final_discounts(),
            expenses=self._expenses(),
            destination=order.destination,
            carrier=order.carrier,
            notes=order.notes,
            extra=order.extra,
            lines=lines,
        )

    def _line(self, bought: BoughtLine) -> AcceptedLine:
        given, price = bought.given, sales_price(bought.given, self.order, self.parameters)
        line = OfferLine(
            line=given.line,
            item=bought.item.code,
            variant=given.variant,
            description=given.description,
            uom=given.uom,
            quantity=given.quantity,
            unit_price=price and self.exchange(price.unit_price),
            discounts=price and price.discounts,
            manual_price=price is not None,
            delivery_on=given.delivery_on,
            goods_ready_on=given.goods_ready_on,
            project=given.project,
            notes=given.notes,
            extra=given.extra,
        )
        return AcceptedLine(line, bought.path, bought.item.code, given.quantity, given.quantity)

    def _fixed(self, amount: Decimal) -> Decimal:
        """This portion's part of a fixed amount of the supplier order, in the customer order's currency."""
        whole = len(self.portion.weights) == 1
        return self.exchange(amount if whole else self.portion.part_of(amount, self.decimals))

    def _expenses(self) -> tuple[ExpenseGiven, ...] | None:
        if self.order.expenses is None:
            return None
        return tuple(
            given if given.amount is None else replace(given, amount=self._fixed(given.amount))
            for given in self.order.expenses
        )

    def _final_discounts(self) -> DiscountsGiven | None:
        given = self.order.final_discounts
        if given is None or (len(self.portion.weights) == 1 and not self.exchange.changes):
            return given
        return self._shared(given)

    def _shared(self, given: DiscountsGiven) -> DiscountsGiven:
        """With this portion's part of fixed amounts; what cannot be read stays, to be told of as it is."""
        if isinstance(given, str):
            parsed = parse_discounts(given, PATH)
            if parsed.reasons:
                return given
            type_ = self.order_type.discount_type
            given = tuple(DiscountGiven(percent=one.percent, amount=one.amount, type=type_) for one in parsed.discounts)
        return tuple(
            one if one.amount is None else replace(one, amount=self._fixed(one.amount), per="line") for one in given
        )
