"""A message of a supplier order becomes customer orders, or is refused or parked for every reason there is (§3.4)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from adapter.domain.credit import use_of
from adapter.domain.decision import Decision, NewOrder, SupplierOrderRecord
from adapter.domain.known import CreditUse, Known
from adapter.domain.offers.building import OrderBuilding
from adapter.domain.offers.checks import Admitted, dated
from adapter.domain.offers.offer import AcceptedOffers
from adapter.domain.offers.source import Source
from adapter.domain.order_types import OrderType
from adapter.domain.reasons import Reason
from adapter.domain.registry import GroupingRow
from adapter.domain.supplier_orders.bought_lines import bought_lines, owners_of
from adapter.domain.supplier_orders.completing import Completing
from adapter.domain.supplier_orders.customers import Owner
from adapter.domain.supplier_orders.diverging import content_of
from adapter.domain.supplier_orders.linking import bought_quantities, links_of
from adapter.domain.supplier_orders.portions import BoughtLine, Portion, part
from adapter.domain.supplier_orders.repeating import come_again
from adapter.domain.supplier_orders.supplier_order import PATH, PlacedSupplierOrder, SupplierOrder
from adapter.domain.supplier_orders.translating import translate


def order_type_of(order: SupplierOrder, known: Known) -> OrderType | None:
    """The one that the message names, else the one that claims the flow (§3.4 S7)."""
    if order.order_type is not None:
        return known.business.order_types.get(order.order_type)
    return known.business.order_type_of_flow(order.flow)


def credit_accounts(order: SupplierOrder, known: Known) -> Iterator[CreditUse]:
    """The accounts that the customer orders of it count for."""
    order_type = order_type_of(order, known)
    if order_type is None or not order_type.credit:
        return
    for owner in owners_of(order, known):
        customer = known.registries.customer(owner.code) if isinstance(owner, Owner) else None
        if customer is not None:
            yield use_of(customer)


@dataclass(slots=True)
class Placing:
    """Decides one message. `new_id` makes the ids of the rows to come.

    Where it `lacks_lines`, because an item or a customer is not known, nothing can be said of totals.
    """

    message: PlacedSupplierOrder
    known: Known
    new_id: Callable[[], UUID]
    reasons: list[Reason] = field(default_factory=list)
    told: set[tuple[str, str, str]] = field(default_factory=set)
    pending: dict[str, Decimal] = field(default_factory=dict)
    lacks_lines: bool = False

    def decide(self) -> Decision:
        """Everything or nothing. A supplier order that was placed before is never placed again (§3.4 S10)."""
        record = self.known.supplier_orders.get(self.message.key)
        if record is not None:
            return come_again(self.message, record, self.known)
        self._check_message()
        order_type = self._order_type()
        lines = self._lines(order_type)
        self.lacks_lines = self.known.partial or len(lines) < len(self._order.lines)
        portions = part(self._order, lines, self.known.business.supplier_order_grouping)
        orders = [] if order_type is None else self._orders(portions, order_type)
        if self.reasons:
            return Decision.because(self.reasons)
        self.known.reserve(self.pending)
        return Decision("created", new_orders=orders, supplier_orders=[self._book(orders)], by=self.message.by)

    @property
    def _order(self) -> SupplierOrder:
        return self.message.order

    def _add(self, reasons: Sequence[Reason]) -> None:
        """A fault that several lines or orders share is told once."""
        for reason in reasons:
            told = reason.code, reason.path, reason.message
            if told not in self.told:
                self.told.add(told)
                self.reasons.append(reason)

    def _check_message(self) -> None:
        if self.known.business.parameters.operator_required and not self.message.by:
            self.reasons.append(Reason("invalid", "/by", "Orders need an operator here: send by, who placed it."))

    def _order_type(self) -> OrderType | None:
        order_type = order_type_of(self._order, self.known)
        if order_type is None:
            self.reasons.append(_no_order_type(self._order))
        return order_type

    def _lines(self, order_type: OrderType | None) -> list[BoughtLine]:
        """The lines of which item and customer are known; what is wrong with the others goes to the reasons."""
        lines, reasons = bought_lines(self._order, order_type, self.known)
        self._add(reasons)
        return lines

    def _orders(self, portions: Sequence[Portion], order_type: OrderType) -> list[NewOrder]:
        if self.message.order_number is not None and len(portions) > 1:
            told = f"One order_number was sent, but this supplier order becomes {len(portions)} orders. Leave it out."
            self.reasons.append(Reason("invalid", "/order_number", told))
        orders = (self._build(portion, order_type) for portion in portions)
        return [order for order in orders if order is not None]

    def _build(self, portion: Portion, order_type: OrderType) -> NewOrder | None:
        accepted, exchange = translate(self.message, portion, order_type, self._day(order_type), self.known)
        source = Source(Admitted(accepted.offer, PATH, order_type, portion.customer), accepted, faulty=self.lacks_lines)
        completing = Completing(self._order, portion, exchange, accepted, self.known)
        building = OrderBuilding(
            self._as_offers, self.known, [source], GroupingRow(), self.new_id(), self.pending, completing
        )
        _tell_owners(building, portion)
        order = building.build()
        self._add([*exchange.reasons, *building.reasons])
        return order

    @property
    def _as_offers(self) -> AcceptedOffers:
        message = self.message
        return AcceptedOffers(
            source=message.source,
            offers=[],
            orders_dated=message.orders_dated,
            order_number=message.order_number,
            by=message.by,
        )

    def _day(self, order_type: OrderType) -> datetime.date:
        return dated([self._order.date], order_type, self.message.orders_dated, self.known)

    def _book(self, orders: Sequence[NewOrder]) -> SupplierOrderRecord:
        bought = bought_quantities(self._order)
        record = SupplierOrderRecord(
            self.new_id(),
            self.message.key,
            content_of(self._order),
            bought,
            links_of(((new.id, new.order) for new in orders), bought),
            list(orders),
            stored=False,
            sent_at=self.known.sent_at,
        )
        self.known.supplier_orders[record.key] = record
        return record


def _tell_owners(building: OrderBuilding, portion: Portion) -> None:
    """Whose the order is, by the source of its first line; of lines that have another source, theirs too."""
    first = portion.lines[0].owner
    building.trace.tell(None, "customer", first.code, first.won, first.lost)
    for line in portion.lines[1:]:
        if line.owner.won != first.won:
            building.trace.tell(line.given.line, "customer", line.owner.code, line.owner.won, line.owner.lost)


def _no_order_type(order: SupplierOrder) -> Reason:
    if order.order_type is not None:
        told = f"There is no order type {order.order_type}. Correct the code, or add it to order_types.toml"
        return Reason("order_type_unknown", f"{PATH}/order_type", f"{told}, then replay the message.")
    told = f"No order type takes supplier orders of flow {order.flow}. Name it in supplier_flows of one"
    return Reason("order_type_unknown", f"{PATH}/flow", f"{told} (order_types.toml), then replay the message.")
