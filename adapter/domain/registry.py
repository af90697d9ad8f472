"""What the company knows: customers, items, lists, terms (contract 7). Entries carry their revision."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from adapter.domain.values import ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountGiven:
    """A discount as somebody wrote it, long form (contract 3, *discounts*). Exactly one of percent and amount.

    `application` and `priority` left out are those of its discount type.
    """

    percent: Decimal | None = None
    amount: Decimal | None = None
    per: str = "line"
    type: str | None = None
    application: str | None = None
    priority: int | None = None


DiscountsGiven = str | tuple[DiscountGiven, ...]
"""Discounts in the short notation (`"50+10"`) or the long form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    type: str
    solution: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    bank: str | None = None
    order_types: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    name: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUom:
    uom: str
    factor: Decimal = ONE
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCosts:
    standard: Decimal | None = None
    average: Decimal | None = None
    last: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSupplier:
    supplier: str
    supplier_item: str | None = None
    preferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item; `uoms.factor` is main units in one of that unit (a box of 5 → 5)."""

    code: str
    revision: int = 1
    description: str | dict[str, str]
    uom: str
    class_: str | None = None
    uoms: tuple[ItemUom, ...] = ()
    selling_price: Decimal | None = None
    vat_code: str | None = None
    agricultural_vat_code: str | None = None
    barcodes: tuple[str, ...] = ()
    pack_quantity: Decimal | None = None
    running_out_on: date | None = None
    no_commercial_conditions: bool = False
    discount_category: str | None = None
    detail_category: str | None = None
    turnover: str | None = None
    costs: ItemCosts | None = None
    suppliers: tuple[ItemSupplier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityPrice:
    from_: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountBracket:
    from_: Decimal
    discounts: DiscountsGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationPrice:
    destination: str
    price: Decimal
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line of a price list, written in the list itself or as an entry of kind `price` (contract 7)."""

    item: str
    uom: str
    price: Decimal
    variant: str | None = None
    reference_quantity: Decimal = ONE
    bracket: str | None = None
    discounts: DiscountsGiven | None = None
    quantity_prices: tuple[QuantityPrice, ...] = ()
    quantity_discounts: tuple[DiscountBracket, ...] = ()
    value_discounts: tuple[DiscountBracket, ...] = ()
    destinations: tuple[DestinationPrice, ...] = ()
    key: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """A list instance, keyed `type/customer-or-*/currency/valid_from`."""

    key: str
    revision: int = 1
    type: str
    customer: str | None
    currency: str
    valid_from: date
    valid_to: date | None = None
    vat_included: bool = False
    lines: tuple[PriceLine, ...] = ()
    by_item: dict[str, list[PriceLine]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            self.by_item.setdefault(line.item, []).append(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentType:
    code: str
    revision: int = 1
    discount_percent: Decimal | None = None
    final: bool = False
    financial_discount_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedMonth:
    month: int
    move_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    percent: Decimal | None = None
    amount: Decimal | None = None
    days: int = 0
    end_of_month: bool = False
    day: int | None = None
    weekly: bool = False
    extra_days: int = 0
    commercial_months: bool = False
    excluded_months: tuple[ExcludedMonth, ...] = ()
    vat_percent: Decimal | None = None
    expenses_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSolution:
    code: str
    revision: int = 1
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountType:
    code: str
    revision: int = 1
    priority: int | None = None
    application: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseType:
    code: str
    revision: int = 1
    vat_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountPolicy:
    """A price-control row (domain.md §4.9): `combination` names the dimensions; values follow by name."""

    code: str
    revision: int = 1
    combination: tuple[str, ...]
    discounts: DiscountsGiven
    priority: int | None = None
    customer: str | None = None
    commercial_category: str | None = None
    item_class: str | None = None
    discount_category: str | None = None
    detail_category: str | None = None
    item: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VatCode:
    code: str
    revision: int = 1
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    code: str
    revision: int = 1
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Uom:
    code: str
    revision: int = 1
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """Units of `currency` for one of the company's, from `valid_from` on."""

    currency: str
    valid_from: date
    revision: int = 1
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    code: str
    revision: int = 1
    customer: str | None = None


Entry = (
    Customer
    | Item
    | PriceList
    | PriceLine
    | PaymentType
    | PaymentSolution
    | DiscountType
    | ExpenseType
    | DiscountPolicy
    | VatCode
    | Currency
    | Uom
    | ExchangeRate
    | Project
)

Extra = dict[str, Any]
