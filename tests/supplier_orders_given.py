"""Supplier orders and what the company knows, all in memory."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from adapter.domain.business import Business
from adapter.domain.decision import Decision
from adapter.domain.known import Known, Ref, Registries, supplier_item
from adapter.domain.order import Order, OrderLine
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import (
    Currency,
    Customer,
    CustomerGrouping,
    CustomerPriceList,
    Destination,
    ExchangeRate,
    ExpenseType,
    GroupingRow,
    Item,
    ItemCosts,
    ItemSupplier,
    ItemUom,
    PriceLine,
    PriceList,
    Project,
    Recipient,
    Uom,
    VatCode,
)
from adapter.domain.supplier_orders.placing import Placing
from adapter.domain.supplier_orders.supplier_order import PlacedSupplierOrder, SupplierOrder, SupplierOrderLine
from adapter.domain.values import exact

DAY = datetime.date(2026, 3, 10)
NOW = datetime.datetime(2026, 3, 12, 8, tzinfo=datetime.UTC)
FLOWS = ("drop_ship", "on_demand", "intercompany")
STANDARD = OrderType(code="STD", numbering="ORD", supplier_flows=FLOWS, order_date="message", warehouse="MAIN")


class Everything(dict[Ref, Any]):
    """Registries of which all is in memory: what is not there does not exist."""

    def __contains__(self, ref: object) -> bool:
        return True

    def __missing__(self, ref: Ref) -> Any:
        return [] if ref[0].endswith("@") else None


def a_customer(code: str = "C1", currency: str = "EUR", places: Iterable[str] = (), **fields: Any) -> Customer:
    """A customer of list TRADE, with 22 % VAT and destinations of these codes."""
    destinations = tuple(Destination(code=place) for place in places)
    fixed: dict[str, Any] = {
        "name": code,
        "account": "customer",
        "vat_code": "S22",
        "price_lists": (CustomerPriceList(type="TRADE", default=True),),
        "recipients": (Recipient(code="R", default=True, destinations=destinations),),
    }
    return Customer(code=code, currency=currency, **fixed | fields)


def parted_by_project() -> CustomerGrouping:
    return CustomerGrouping(supplier_orders=GroupingRow(summary=True, project=True))


def an_item(code: str = "A1", supplier_code: str | None = None, costs: dict[str, str] | None = None) -> Item:
    """Sold by the piece or by the box of five; supplier ACME-S knows it under a code of his own."""
    suppliers = () if supplier_code is None else (ItemSupplier(supplier="S1", supplier_item=supplier_code),)
    known = ItemCosts(**{name: Decimal(cost) for name, cost in (costs or {}).items()})
    boxes = (ItemUom(uom="BOX", factor=Decimal(5)),)
    return Item(code=code, description=code, uom="EA", uoms=boxes, suppliers=suppliers, costs=known)


def a_list(currency: str = "EUR", discounts: str | None = None, **prices: str) -> PriceList:
    lines = tuple(
        PriceLine(item=item, uom="EA", price=Decimal(price), discounts=discounts) for item, price in prices.items()
    )
    return PriceList(
        key=f"TRADE/*/{currency}/2026-01-01",
        type="TRADE",
        customer=None,
        currency=currency,
        valid_from=datetime.date(2026, 1, 1),
        lines=lines,
    )


def known(
    *entries: Any,
    order_type: OrderType | None = STANDARD,
    grouping: GroupingRow | None = None,
    follow: bool = False,
    **set_: Any,
) -> Known:
    """Customer C1, items A1 and A2 at 20 and 5, and what is given besides; `set_` are parameters."""
    business = Business(
        Parameters(**{"company": "ACME", "company_currency": "EUR"} | set_),
        {order_type.code: order_type} if order_type else {},
        supplier_order_grouping=grouping or GroupingRow(),
        orders_follow=follow,
    )
    return Known(business, registries(*entries), DAY, NOW)


def registries(*entries: Any) -> Registries:
    standard = (
        *(Currency(code=code, decimals=2) for code in ("EUR", "SEK", "DKK")),
        *(Uom(code=code, decimals=0) for code in ("EA", "BOX")),
        VatCode(code="S22", rate=Decimal(22)),
        ExpenseType(code="FREIGHT", vat_code="S22"),
        *(rate(code, amount) for code, amount in (("SEK", "10"), ("DKK", "7.5"))),
        a_customer(),
        an_item("A1", "X-1", {"standard": "11", "average": "12", "last": "13"}),
        an_item("A2"),
        a_list("EUR", A1="20", A2="5"),
        a_list("SEK", A1="220", A2="50"),
    )
    entries_by_ref = Everything()
    for entry in (*standard, *entries):
        _enter(entries_by_ref, entry)
    return Registries(entries_by_ref)


def rate(currency: str, amount: str) -> ExchangeRate:
    return ExchangeRate(currency=currency, valid_from=datetime.date(2026, 1, 1), rate=Decimal(amount))


def _enter(entries: Everything, entry: Any) -> None:
    if isinstance(entry, ExchangeRate):
        entries["exchange_rate@", entry.currency] = [entry]
        return
    if isinstance(entry, PriceList):
        entries["price_list@", f"TRADE/*/{entry.currency}"] = [entry]
        return
    entries[_kind(entry), entry.code] = entry
    for ref in _inside(entry):
        others = [one for one in entries.get(ref, []) if one.code != entry.code]
        entries[ref] = [*others, entry]


def _inside(entry: Any) -> list[Ref]:
    if isinstance(entry, Item):
        return [supplier_item(row.supplier, row.supplier_item or "") for row in entry.suppliers]
    if isinstance(entry, Customer):
        places = [place.code for owner in entry.recipients for place in owner.destinations]
        return [
            *(("customer_company@", company) for company in entry.companies),
            *(("customer_destination@", place) for place in places),
        ]
    return []


def _kind(entry: Any) -> str:
    kinds = {ExpenseType: "expense_type", VatCode: "vat_code"}
    return kinds.get(type(entry), type(entry).__name__.lower())


def a_project(code: str, customer: str | None = "C1") -> Project:
    return Project(code=code, customer=customer)


def a_line(line: Any = 1, quantity: str = "10", cost: str | None = "12", **fields: Any) -> SupplierOrderLine:
    """Ten A1 at a cost of 12."""
    named = {} if "supplier_item" in fields else {"item": "A1"}
    return SupplierOrderLine(
        line=Decimal(str(line)),
        quantity=Decimal(quantity),
        unit_cost=None if cost is None else Decimal(cost),
        **named | fields,
    )


def a_supplier_order(*lines: SupplierOrderLine, **fields: Any) -> SupplierOrder:
    """Ten A1 bought of S1 in euro for customer C1, sent straight to him."""
    fixed: dict[str, Any] = {
        "number": "PO-1",
        "date": DAY,
        "supplier": "S1",
        "flow": "drop_ship",
        "customer": "C1",
        "currency": "EUR",
    }
    return SupplierOrder(lines=lines or (a_line(),), **fixed | fields)


def of_a_group_company(*lines: SupplierOrderLine, **fields: Any) -> SupplierOrder:
    return a_supplier_order(*lines, **{"flow": "intercompany", "supplier": "ACME"} | fields)


def decide(order: SupplierOrder, state: Known | None = None, **fields: Any) -> Decision:
    """What becomes of a message with this supplier order."""
    given: dict[str, Any] = {"source": "purchasing", "order": order} | fields
    message = PlacedSupplierOrder(**given)
    with exact():
        return Placing(message, state or known(), uuid.uuid4).decide()


def orders_of(order: SupplierOrder, state: Known | None = None, **fields: Any) -> list[Order]:
    decision = decide(order, state, **fields)
    assert decision.outcome == "created", decision.reasons
    return [new.order for new in decision.new_orders]


def order_of(order: SupplierOrder, state: Known | None = None, **fields: Any) -> Order:
    [made] = orders_of(order, state, **fields)
    return made


def line_of(order: SupplierOrder, state: Known | None = None) -> OrderLine:
    [line] = order_of(order, state).lines
    return line


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def told(decision: Decision, field: str) -> Any:
    """The explanation of a header field of the one order that was made."""
    [new] = decision.new_orders
    return next(entry for entry in new.trace.entries if entry.field == field and entry.line is None)
