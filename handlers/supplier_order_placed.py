"""`supplier-order.placed.v1`: this was ordered from a supplier; make the customer orders that belong to it (§3)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.domain.beside_form import SUPPLIER_ORDERS
from adapter.domain.business import Business
from adapter.domain.decision import Decision, SupplierOrderKey
from adapter.domain.known import CreditUse, Known, Needs, Ref, supplier_item
from adapter.domain.offers.offer import ExpenseGiven
from adapter.domain.registry import Address
from adapter.domain.supplier_orders.linking import name_of
from adapter.domain.supplier_orders.placing import Placing, credit_accounts
from adapter.domain.supplier_orders.supplier_order import PlacedSupplierOrder, SupplierOrder, SupplierOrderLine
from adapter.ids import new_id
from adapter.intake.handler import Handler
from handlers.offer_accepted import read_discounts
from schemas import supplier_order_placed as wire
from schemas import terms


def needs(source: str, message: wire.SupplierOrderPlaced, business: Business) -> Needs:
    order = message.supplier_order
    key = SupplierOrderKey(source, order.number)
    return Needs(
        refs=[*_refs_of_customers(order), *_refs_of_lines(order)],
        supplier_orders=[key],
        orders=[name_of(key)] if business.orders_follow else [],
    )


def _refs_of_customers(order: wire.SupplierOrder) -> Iterator[Ref]:
    """What says whose the lines are, as far as it may be asked."""
    yield from (("customer", line.customer) for line in order.lines if line.customer is not None)
    if order.customer is not None:
        yield "customer", order.customer
        return
    projects = {line.project or order.project for line in order.lines}
    yield from (("project", project) for project in projects if project is not None)
    if order.issued_by is not None:
        yield "customer_company@", order.issued_by


def _refs_of_lines(order: wire.SupplierOrder) -> Iterator[Ref]:
    for line in order.lines:
        if line.item is not None:
            yield "item", line.item
        if line.supplier_item is not None:
            yield supplier_item(order.supplier, line.supplier_item)
        if line.uom is not None:
            yield "uom", line.uom


def accounts(message: wire.SupplierOrderPlaced, known: Known) -> Iterator[CreditUse]:
    return credit_accounts(read_order(message.supplier_order), known)


def decide(source: str, message: wire.SupplierOrderPlaced, known: Known) -> Decision:
    return Placing(read(source, message), known, new_id).decide()


def read(source: str, message: wire.SupplierOrderPlaced) -> PlacedSupplierOrder:
    """The message in the domain's words."""
    return PlacedSupplierOrder(
        source=source,
        order=read_order(message.supplier_order),
        orders_dated=message.orders_dated,
        order_number=message.order_number,
        by=message.by,
    )


def read_order(order: wire.SupplierOrder) -> SupplierOrder:
    """Wire and domain name their fields alike; only what has parts is taken apart."""
    expenses = order.expenses
    parts = {
        "expenses": None if expenses is None else tuple(ExpenseGiven(**row.__dict__) for row in expenses),
        "final_discounts": read_discounts(order.final_discounts),
        "destination": _read_destination(order.destination),
        "lines": tuple(_read_line(line) for line in order.lines),
    }
    return SupplierOrder(**order.__dict__ | parts)


def _read_line(line: wire.SupplierOrderLine) -> SupplierOrderLine:
    return SupplierOrderLine(**line.__dict__ | {"discounts": read_discounts(line.discounts)})


def _read_destination(given: terms.Destination | None) -> str | Address | None:
    return given if given is None or isinstance(given, str) else Address(**given.__dict__)


HANDLER = Handler(
    "supplier-order-placed",
    "supplier-order.placed.v1",
    wire.SupplierOrderPlaced,
    needs,
    decide,
    accounts,
    beside_form=SUPPLIER_ORDERS,
)
