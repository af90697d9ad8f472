"""The lines of an order made of offers: what the offer promised is kept, the rest is resolved (§1.4, §2.3)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.conditions.agents import agents_as_text, line_agents
from adapter.domain.conditions.line_checks import (
    check_decimals,
    check_packs,
    propose_alternative,
    resolve_quantity,
    resolve_uom,
    running_out,
)
from adapter.domain.conditions.line_discounts import DiscountSources, Reader, assemble
from adapter.domain.conditions.policies import PolicyFound, find_policy
from adapter.domain.conditions.price_question import PriceFound, PriceQuestion, at_rate
from adapter.domain.conditions.prices import find_price
from adapter.domain.conditions.units import factor_of
from adapter.domain.conditions.vat import resolve_vat_code
from adapter.domain.known import Known
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.offers.offer import Offer, OfferLine
from adapter.domain.order import Agent, OrderLine, OrderWarning
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.price_book import RegistryPriceBook
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, Item, PaymentType
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import ZERO, plain

_GIVEN = Candidate("given", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
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
class LineBuilding:
    """Builds order lines one by one; collects faults, warnings and whether a price is missing that only holds."""

    setting: Setting
    trace: Trace
    reasons: list[Reason] = field(default_factory=list)
    warnings: list[OrderWarning] = field(default_factory=list)
    unpriced: list[Decimal] = field(default_factory=list)
    _parameters: Parameters = field(init=False)

    def __post_init__(self) -> None:
        self._parameters = self.setting.known.business.parameters

    def build(self, offer: Offer, offer_path: str, accepted: AcceptedLine, number: Decimal, source: str) -> OrderLine:
        """The order line of an accepted offer line, under its number in the order."""
        given = accepted.given
        line = self._carried(offer, given, number)
        line.origin = offer.origin(source, given.line)
        self._check_dates(line, given, accepted.path)
        if given.kind != "note":
            self._resolve(line, offer, offer_path, accepted)
        return line

    def _carried(self, offer: Offer, given: OfferLine, number: Decimal) -> OrderLine:
        return OrderLine(
            line=number,
            kind=given.kind,
            variant=given.variant,
            description=given.description,
            manual_price=given.manual_price,
            vat_recourse=bool(given.vat_recourse),
            delivery_on=given.delivery_on or offer.delivery_on,
            goods_ready_on=given.goods_ready_on or offer.goods_ready_on,
            project=given.project or offer.project,
            notes=given.notes,
            extra=given.extra,
        )

    def _resolve(self, line: OrderLine, offer: Offer, offer_path: str, accepted: AcceptedLine) -> None:
        item = self.setting.known.registries.item(accepted.item) if accepted.item else None
        if item is not None:
            self._describe(line, item)
            if accepted.given.item is None:
                self._tell_item(line, item, accepted.given)
        self._measure(line, item, accepted)
        self.price(line, item, offer, offer_path, accepted)
        self._tax(line, item, accepted)
        self._commission(line, accepted.given, item)

    def _describe(self, line: OrderLine, item: Item) -> None:
        line.item = item.code
        line.no_commercial_conditions = item.no_commercial_conditions
        line.description = line.description or _description(item, self.setting.customer.language)
        if line.kind in {"item", "giveaway"}:
            line.warehouse = self.setting.order_type.warehouse
            line.warehouse_reason = self.setting.order_type.warehouse_reason
        self.warnings += running_out(item, self.setting.day, line.line, self._parameters)

    def _measure(self, line: OrderLine, item: Item | None, accepted: AcceptedLine) -> None:
        line.quantity = accepted.quantity
        line.uom = accepted.given.uom
        if item is not None:
            self._measure_item(line, item, accepted)
        if line.uom is not None:
            self._check_uom(line.uom, accepted)

    def _measure_item(self, line: OrderLine, item: Item, accepted: AcceptedLine) -> None:
        uom = resolve_uom(accepted.given.uom, item, accepted.path)
        line.uom = uom.tell(self.trace, line.line, "uom")
        self.reasons += uom.reasons
        if line.kind != "charge":
            self._check_lot(line, item, accepted)
        if accepted.given.quantity is None:
            self._tell_quantity(line, item)
        given = accepted.given.alternative_quantity
        shared = None if given is None else given * accepted.share
        alternative = propose_alternative(accepted.quantity, line.uom, shared, item, self._parameters)
        if alternative.value is not None:
            line.alternative_uom, line.alternative_quantity = alternative.value
            alternative.tell(self.trace, line.line, "alternative_quantity", plain(alternative.value[1]))

    def _tell_item(self, line: OrderLine, item: Item, given: OfferLine) -> None:
        """Explain the item where the message names it by another code."""
        if given.barcode is not None:
            won = Candidate("barcode", "item", item.code, item.revision)
            self.trace.tell(line.line, "item", item.code, won, (), (("barcode", given.barcode),))
        elif given.customer_item is not None:
            customer = self.setting.customer
            won = Candidate("customer_item", "customer", customer.code, customer.revision)
            self.trace.tell(line.line, "item", item.code, won, (), (("customer item", given.customer_item),))

    def _tell_quantity(self, line: OrderLine, item: Item) -> None:
        """Explain a quantity that the message leaves out."""
        found = resolve_quantity(None, line.uom or item.uom, item, self.setting.customer, self._parameters)
        found.tell(self.trace, line.line, "quantity", plain(found.value))

    def _check_lot(self, line: OrderLine, item: Item, accepted: AcceptedLine) -> None:
        uom = line.uom or item.uom
        quantity = resolve_quantity(
            accepted.quantity, uom, item, self.setting.customer, self._parameters, accepted.path
        )
        self.reasons += quantity.reasons
        self.reasons += check_packs(accepted.quantity, uom, item, self._parameters, accepted.path)

    def _check_uom(self, code: str, accepted: AcceptedLine) -> None:
        uom = self.setting.known.registries.uom(code)
        if uom is None:
            self.reasons.append(unknown_code("uom", code, f"{accepted.path}/uom"))
            return
        found = check_decimals(accepted.offered, uom, accepted.path)
        self.reasons += found or check_decimals(accepted.quantity, uom, accepted.path)

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
        question = PriceQuestion(
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
        book = RegistryPriceBook(setting.known.registries)
        convert = at_rate(setting.exchange_rate)
        reader = setting.reader
        return find_price(question, book, self._parameters, convert, reader.types, reader.notation_type)

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
            self.reasons.append(_price_missing(line, path))
            return
        line.unit_price = ZERO
        if policy == "hold" and line.kind != "giveaway":
            self.unpriced.append(line.line)
            self.warnings.append(_no_price_yet(line))

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

    def _tax(self, line: OrderLine, item: Item | None, accepted: AcceptedLine) -> None:
        found = resolve_vat_code(
            accepted.given.vat_code, self.setting.customer, item, self.setting.order_type, accepted.path
        )
        self.reasons += found.reasons
        line.vat_code = found.tell(self.trace, line.line, "vat_code")
        if line.vat_code is None:
            return
        known = self.setting.known.registries.vat_code(line.vat_code)
        if known is None:
            self.reasons.append(unknown_code("vat_code", line.vat_code, f"{accepted.path}/vat_code"))
        else:
            line.vat_rate = known.rate

    def _commission(self, line: OrderLine, given: OfferLine, item: Item | None) -> None:
        barred = item is not None and item.no_commercial_conditions
        agents = line_agents(
            given.agents,
            self.setting.agents,
            line.kind,
            self._parameters,
            barred,
            customer=self.setting.customer,
            day=self.setting.day,
        )
        if agents.value or given.agents is not None:
            agents.tell(self.trace, line.line, "agents", agents_as_text(agents.value))
        line.agents = list(agents.value)

    def _check_dates(self, line: OrderLine, given: OfferLine, path: str) -> None:
        named = given.goods_ready_on is not None or given.delivery_on is not None
        if named and line.goods_ready_on and line.delivery_on and line.goods_ready_on > line.delivery_on:
            self.reasons.append(dates_out_of_order(f"{path}/goods_ready_on", line.goods_ready_on, line.delivery_on))
        if given.delivery_on is not None and given.delivery_on < self.setting.day:
            self.warnings.append(late_delivery(given.delivery_on, self.setting.day, line.line))


def _unit_unknown(line: OrderLine, item: Item | None) -> bool:
    """Then there can be no price yet, and the unit is what has to be told of."""
    return item is not None and line.uom is not None and factor_of(item, line.uom) is None


def _description(item: Item, language: str | None) -> str | None:
    """In the customer's language where the item has it, else the first there is (§1.4)."""
    if isinstance(item.description, str):
        return item.description
    return item.description.get(language or "") or next(iter(item.description.values()), None)


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


def _no_price_yet(line: OrderLine) -> OrderWarning:
    told = f"Line {plain(line.line)} has no price yet. Give it one by order.change-requested, or release the order."
    return OrderWarning(code="price_missing", message=told, line=line.line)


def _price_missing(line: OrderLine, path: str) -> Reason:
    what = f"item {line.item}" if line.item else "the line"
    return Reason(
        "price_missing",
        f"{path}/unit_price",
        f"There is no price for {what}: none is given, in no price list, and the item has no selling price. "
        "Send unit_price, or register a price and send the message again under a new id.",
        {"item": line.item},
    )
