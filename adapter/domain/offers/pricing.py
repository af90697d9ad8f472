"""The price and the discounts of an order line: what the offer promised is kept, the rest is resolved (§1.4, §4–5)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.conditions.line_discounts import DiscountSources, Reader, assemble
from adapter.domain.conditions.policies import PolicyFound, find_policy
from adapter.domain.conditions.price_question import PriceFound, PriceQuestion, at_rate
from adapter.domain.conditions.prices import PriceSearch
from adapter.domain.conditions.units import factor_of
from adapter.domain.known import Known
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.offers.offer import Offer
from adapter.domain.offers.wording import no_price_yet, price_missing
from adapter.domain.order import Agent, OrderLine, OrderWarning
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.price_book import RegistryPriceBook
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, Item, PaymentType
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import ZERO, plain

_GIVEN = Candidate("given", "message")


@dataclass(slots=True, kw_only=True)
class Setting:
    """What the lines of one order have in common."""

    known: Known
    order_type: OrderType
    customer: Customer
    day: datetime.date
    currency: str
    exchange_rate: Decimal
    destination: str | None
    payment_types: list[PaymentType]
    agents: tuple[Agent, ...]
    reader: Reader


@dataclass(slots=True)
class Pricing:
    """Prices lines one by one; faults, warnings and lines that only wait for a price go to its caller's lists."""

    setting: Setting
    trace: Trace
    reasons: list[Reason]
    warnings: list[OrderWarning]
    unpriced: list[Decimal]
    _parameters: Parameters = field(init=False)
    _search: PriceSearch = field(init=False)

    def __post_init__(self) -> None:
        setting = self.setting
        self._parameters = setting.known.business.parameters
        book, convert = RegistryPriceBook(setting.known.registries), at_rate(setting.exchange_rate)
        reader = setting.reader
        self._search = PriceSearch(book, self._parameters, convert, reader.types, reader.notation_type)

    def price(self, line: OrderLine, item: Item | None, offer: Offer, offer_path: str, accepted: AcceptedLine) -> None:
        """Give a line, whose unit and quantity are known, its price and its discounts."""
        given = accepted.given
        found = policy = None
        if given.unit_price is not None:
            line.unit_price, line.price_list = given.unit_price, given.price_list
            self.trace.tell(line.line, "unit_price", plain(given.unit_price), _GIVEN)
        elif item is not None:
            found = self._find(line, item, offer, accepted)
            policy = self._policy(item, found, accepted.path)
            self._take(line, found)
        if line.unit_price is None and not _unit_unknown(line, item):
            self._without_price(line, accepted.path)
        self._discount(line, offer, offer_path, accepted, found, policy)

    def _find(self, line: OrderLine, item: Item, offer: Offer, accepted: AcceptedLine) -> PriceFound:
        setting = self.setting
        by_delivery = self._parameters.price_date == "delivery_date" and line.delivery_on
        return self._search.find(
            PriceQuestion(
                customer=setting.customer,
                item=item,
                variant=line.variant,
                uom=line.uom or item.uom,
                quantity=accepted.quantity,
                day=by_delivery or setting.day,
                currency=setting.currency,
                vat_included=setting.order_type.vat_included,
                destination=setting.destination,
                header_list=offer.price_list,
                line_list=accepted.given.price_list,
                alternative_uom=line.alternative_uom,
                alternative_quantity=line.alternative_quantity,
                path=accepted.path,
            )
        )

    def _policy(self, item: Item, found: PriceFound, path: str) -> PolicyFound | None:
        if found.row is None or not found.row.price_management:
            return None
        policies = self.setting.known.registries.discount_policies()
        return find_policy(self.setting.customer, item, self.setting.day, found.row, policies, path)

    def _take(self, line: OrderLine, found: PriceFound) -> None:
        line.unit_price, line.price_list = found.unit_price, found.price_list
        line.priced_by_alternative = found.priced_by_alternative
        if found.alternative_uom is not None:
            line.alternative_uom, line.alternative_quantity = found.alternative_uom, found.alternative_quantity
        found.tell(self.trace, line.line)

    def _without_price(self, line: OrderLine, path: str) -> None:
        policy = self._parameters.missing_price
        if policy == "refuse" and line.kind != "giveaway":
            self.reasons.append(price_missing(line, path))
            return
        line.unit_price = ZERO
        if policy == "hold" and line.kind != "giveaway":
            self.unpriced.append(line.line)
            self.warnings.append(no_price_yet(line))

    def _discount(
        self,
        line: OrderLine,
        offer: Offer,
        offer_path: str,
        accepted: AcceptedLine,
        found: PriceFound | None,
        policy: PolicyFound | None,
    ) -> None:
        given = accepted.given
        sources = DiscountSources(
            customer=self.setting.customer,
            kind=line.kind,
            no_commercial_conditions=line.no_commercial_conditions,
            priced_by_message=given.unit_price is not None,
            line=given.discounts,
            header=offer.discounts,
            payment_types=self.setting.payment_types,
            price=found,
            policy=policy,
            share=accepted.share,
            line_path=accepted.path,
            header_path=offer_path,
        )
        assembled = assemble(sources, self._parameters, self.setting.reader)
        assembled.tell(self.trace, line.line)
        line.discounts = assembled.discounts
        self.reasons += (reason for reason in assembled.reasons if reason not in self.reasons)


def _unit_unknown(line: OrderLine, item: Item | None) -> bool:
    """Then there can be no price yet, and the unit is what has to be told of."""
    return item is not None and line.uom is not None and factor_of(item, line.uom) is None
