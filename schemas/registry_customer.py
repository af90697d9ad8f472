"""The entry of a customer: who they are and on what terms they buy (contract §7)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.message import Shape
from schemas.terms import Discounts, Expense, Payment
from schemas.values import EMAIL, Code, Country, Day, Flag, Name, NotNegative, Number, Positive, Rows, Small, or_else

PriceSearch = Literal["priority", "best"]
Bracket = Literal["none", "price", "quantity_discount", "value_discount"]
Control = Literal["none", "monitor", "block"]
Email = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=320, pattern=EMAIL)]
Off = Annotated[Flag, or_else(False, bool)]
"""A switch that is off unless set."""


class KnownAddress(Shape):
    """An address as far as the registry knows it."""

    name: Name | None = None
    street: Name | None = None
    postal_code: Name | None = None
    city: Name | None = None
    region: Name | None = None
    country: Country | None = None


class KnownDestination(Shape):
    code: Code
    address: KnownAddress | None = None
    default: Off = False
    carrier: Code | None = None


class Recipient(Shape):
    code: Code
    default: Off = False
    destinations: Rows[KnownDestination] | None = None


class CustomerPriceList(Shape):
    type: Code
    default: Off = False
    priority: Small | None = None
    valid_from: Day | None = None
    price_management: Off = False
    bracket: Bracket | None = None
    discounts: Discounts | None = None


class CustomerPayment(Payment):
    """Terms for orders of these types, or of all."""

    order_types: Rows[Code] | None = None


class CustomerExpense(Expense):
    """`from` says which document computes it; `minimum` is the least that is charged."""

    minimum: NotNegative | None = None
    from_: Annotated[Literal["offer", "order"] | None, Field(alias="from")] = None


class CustomerAgent(Shape):
    """`commission_percent` null says that none is linked, which is not 0."""

    agent: Code
    commission_percent: Number | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class Credit(Shape):
    """Without `limit` nothing is checked; a limit of 0 is no credit. Amounts in the company's currency."""

    limit: NotNegative | None = None
    control: Annotated[Control, or_else("none", Control)] = "none"
    group: Code | None = None
    exposure: Number | None = None


class Blocked(Shape):
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


class GroupingRow(Shape):
    """When offers, or supplier orders, may share one customer order."""

    summary: Off = False
    document_type: Off = False
    year: Off = False
    month: Off = False
    exchange: Off = False
    project: Off = False
    payment: Off = False
    destination: Off = False


class Grouping(Shape):
    offers: GroupingRow | None = None
    supplier_orders: GroupingRow | None = None


class CustomerItem(Shape):
    item: Code
    customer_item: Code | None = None
    economic_lot: Positive | None = None


class Customer(Shape):
    name: Name
    account: Literal["customer", "supplier", "contact"]
    currency: Code
    country: Country | None = None
    language: Code | None = None
    zone: Code | None = None
    vat_code: Code | None = None
    price_search: Annotated[PriceSearch, or_else("priority", PriceSearch)] = "priority"
    price_lists: Rows[CustomerPriceList] | None = None
    discounts: Discounts | None = None
    final_discounts: Discounts | None = None
    payments: Rows[CustomerPayment] | None = None
    expenses: Rows[CustomerExpense] | None = None
    agents: Rows[CustomerAgent] | None = None
    recipients: Rows[Recipient] | None = None
    carrier: Code | None = None
    shipping: Code | None = None
    emails: Annotated[dict[Code, Email], Field(strict=True)] | None = None
    credit: Credit | None = None
    blocked: Blocked | None = None
    grouping: Grouping | None = None
    items: Rows[CustomerItem] | None = None
    companies: Rows[Code] | None = None
    commercial_category: Code | None = None
