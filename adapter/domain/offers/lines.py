"""The lines of an order made of offers: what the offer promised is kept, the rest is resolved (§1.4, §2.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.conditions.agents import agents_as_text, line_agents
from adapter.domain.conditions.line_checks import (
    check_decimals,
    check_lot,
    check_packs,
    propose_alternative,
    resolve_quantity,
    resolve_uom,
    running_out,
)
from adapter.domain.conditions.units import default_alternative, factor_of
from adapter.domain.conditions.vat import resolve_vat_code
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.offers.offer import Offer, OfferLine
from adapter.domain.offers.pricing import Pricing, Setting
from adapter.domain.offers.wording import dates_out_of_order, late_delivery, unknown_code
from adapter.domain.order import OrderLine, OrderWarning
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.registry import Item
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import plain


@dataclass(slots=True)
class LineBuilding:
    """Builds order lines one by one; collects faults, warnings and whether a price is missing that only holds."""

    setting: Setting
    trace: Trace
    reasons: list[Reason] = field(default_factory=list)
    warnings: list[OrderWarning] = field(default_factory=list)
    unpriced: list[Decimal] = field(default_factory=list)
    _parameters: Parameters = field(init=False)
    _pricing: Pricing = field(init=False)

    def __post_init__(self) -> None:
        self._parameters = self.setting.known.business.parameters
        self._pricing = Pricing(self.setting, self.trace, self.reasons, self.warnings, self.unpriced)

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
        if line.uom is not None and (item is None or factor_of(item, line.uom) is not None):
            self._check_uom(line.uom, accepted)

    def _measure_item(self, line: OrderLine, item: Item, accepted: AcceptedLine) -> None:
        uom = resolve_uom(accepted.given.uom, item, accepted.path)
        line.uom = uom.tell(self.trace, line.line, "uom")
        self.reasons += uom.reasons
        if line.kind != "charge":
            self._check_lot(line, item, accepted)
        if accepted.given.quantity is None:
            self._tell_quantity(line, item)
        if default_alternative(item) is not None:
            self._propose_alternative(line, item, line.uom, accepted)

    def _propose_alternative(self, line: OrderLine, item: Item, uom: str, accepted: AcceptedLine) -> None:
        given = accepted.given.alternative_quantity
        shared = None if given is None else given * accepted.share
        alternative = propose_alternative(accepted.quantity, uom, shared, item, self._parameters)
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
        self.reasons += check_lot(accepted.quantity, uom, item, self.setting.customer, self._parameters, accepted.path)
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
        self._pricing.price(line, item, offer, offer_path, accepted)

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


def _description(item: Item, language: str | None) -> str | None:
    """In the customer's language where the item has it, else the first there is (§1.4)."""
    if isinstance(item.description, str):
        return item.description
    return item.description.get(language or "") or next(iter(item.description.values()), None)
