"""What the company knows: customers, items, lists, terms (contract 7). Entries carry their revision."""

from __future__ import annotations

from adapter.domain.registry.codes import Currency, DiscountType, ExchangeRate, ExpenseType, Project, Uom, VatCode
from adapter.domain.registry.customers import (
    Blocked,
    Credit,
    Customer,
    CustomerAgent,
    CustomerExpense,
    CustomerGrouping,
    CustomerItem,
    CustomerPriceList,
    Destination,
    GroupingRow,
    Recipient,
)
from adapter.domain.registry.items import Item, ItemCosts, ItemSupplier, ItemUom
from adapter.domain.registry.payments import ExcludedMonth, Instalment, PaymentSolution, PaymentType
from adapter.domain.registry.price_lists import (
    DestinationPrice,
    DiscountBracket,
    DiscountPolicy,
    PriceLine,
    PriceList,
    QuantityPrice,
)
from adapter.domain.registry.terms import Address, DiscountGiven, DiscountsGiven, Payment

__all__ = [
    "Address",
    "Blocked",
    "Credit",
    "Currency",
    "Customer",
    "CustomerAgent",
    "CustomerExpense",
    "CustomerGrouping",
    "CustomerItem",
    "CustomerPriceList",
    "Destination",
    "DestinationPrice",
    "DiscountBracket",
    "DiscountGiven",
    "DiscountPolicy",
    "DiscountType",
    "DiscountsGiven",
    "Entry",
    "ExchangeRate",
    "ExcludedMonth",
    "ExpenseType",
    "GroupingRow",
    "Instalment",
    "Item",
    "ItemCosts",
    "ItemSupplier",
    "ItemUom",
    "Payment",
    "PaymentSolution",
    "PaymentType",
    "PriceLine",
    "PriceList",
    "Project",
    "QuantityPrice",
    "Recipient",
    "Uom",
    "VatCode",
]

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
