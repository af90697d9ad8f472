"""Customers with the conditions agreed with them (contract 7, *customer*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.domain.registry.terms import Address, DiscountsGiven, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    code: str
    address: Address | None = None
    default: bool = False
    carrier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    code: str
    default: bool = False
    destinations: tuple[Destination, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPriceList:
    type: str
    default: bool = False
    priority: int | None = None
    valid_from: date | None = None
    price_management: bool = False
    bracket: str | None = None
    discounts: DiscountsGiven | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerExpense:
    """A charge of the customer registry; `from_` says which document computes it (domain.md §6.4)."""

    type: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    minimum: Decimal | None = None
    from_: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAgent:
    agent: str
    commission_percent: Decimal | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerItem:
    item: str
    customer_item: str | None = None
    economic_lot: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    limit: Decimal | None = None
    control: str = "none"
    group: str | None = None
    exposure: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    from_: date | None = None
    to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingRow:
    """When offers (or supplier orders) may share one customer order (domain.md §2.5); `summary` is the master."""

    summary: bool = False
    document_type: bool = False
    year: bool = False
    month: bool = False
    exchange: bool = False
    project: bool = False
    payment: bool = False
    destination: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerGrouping:
    offers: GroupingRow | None = None
    supplier_orders: GroupingRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    code: str
    revision: int = 1
    name: str
    account: str
    currency: str
    country: str | None = None
    language: str | None = None
    zone: str | None = None
    vat_code: str | None = None
    price_search: str = "priority"
    price_lists: tuple[CustomerPriceList, ...] = ()
    discounts: DiscountsGiven | None = None
    final_discounts: DiscountsGiven | None = None
    payments: tuple[Payment, ...] = ()
    expenses: tuple[CustomerExpense, ...] = ()
    agents: tuple[CustomerAgent, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    carrier: str | None = None
    shipping: str | None = None
    emails: dict[str, str] | None = None
    credit: Credit | None = None
    blocked: Blocked | None = None
    grouping: CustomerGrouping | None = None
    items: tuple[CustomerItem, ...] = ()
    companies: tuple[str, ...] = ()
    commercial_category: str | None = None
