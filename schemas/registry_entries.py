"""What the company knows, kind by kind: entries of the registries (contract §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.message import Shape
from schemas.registry_customer import Customer, Off
from schemas.registry_item import Item, Price, PriceList
from schemas.terms import Application, Discounts
from schemas.values import Code, Day, MonthDay, NotNegative, Number, Positive, Rows, Small, or_else

Decimals = Annotated[int, Field(strict=True, ge=0, le=8)]
Days = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Month = Annotated[int, Field(strict=True, ge=1, le=12)]
DayOfMonth = Annotated[int, Field(strict=True, ge=1, le=31)]
Dimension = Literal["customer", "commercial_category", "item_class", "discount_category", "detail_category", "item"]


class PaymentType(Shape):
    discount_percent: Number | None = None
    final: Off = False
    financial_discount_percent: Number | None = None


class ExcludedMonth(Shape):
    month: Month
    move_to: MonthDay


class Instalment(Shape):
    """A part of the total, and when it is due; `day` is of the month and cut to its length."""

    percent: Number | None = None
    amount: Number | None = None
    days: Annotated[Days, or_else(0, Days)] = 0
    end_of_month: Off = False
    day: DayOfMonth | None = None
    weekly: Off = False
    extra_days: Annotated[Days, or_else(0, Days)] = 0
    commercial_months: Off = False
    excluded_months: Rows[ExcludedMonth] | None = None
    vat_percent: Number | None = None
    expenses_percent: Number | None = None


class PaymentSolution(Shape):
    instalments: Annotated[Rows[Instalment], Field(min_length=1)]


class DiscountType(Shape):
    priority: Small | None = None
    application: Application | None = None


class ExpenseType(Shape):
    vat_code: Code | None = None


class DiscountPolicy(Shape):
    """Discounts for what `combination` names; the values of those follow under their own names."""

    combination: Annotated[Rows[Dimension], Field(min_length=1)]
    discounts: Discounts
    priority: Small | None = None
    customer: Code | None = None
    commercial_category: Code | None = None
    item_class: Code | None = None
    discount_category: Code | None = None
    detail_category: Code | None = None
    item: Code | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class VatCode(Shape):
    """`rate` in percent."""

    rate: NotNegative


class Currency(Shape):
    decimals: Decimals


class Uom(Shape):
    decimals: Decimals


class ExchangeRate(Shape):
    """Units of the currency for one of the company's."""

    rate: Positive


class Project(Shape):
    customer: Code | None = None


ENTRIES: Final[Mapping[str, type[Shape]]] = {
    "customer": Customer,
    "item": Item,
    "price_list": PriceList,
    "price": Price,
    "payment_type": PaymentType,
    "payment_solution": PaymentSolution,
    "discount_type": DiscountType,
    "expense_type": ExpenseType,
    "discount_policy": DiscountPolicy,
    "vat_code": VatCode,
    "currency": Currency,
    "uom": Uom,
    "exchange_rate": ExchangeRate,
    "project": Project,
}
"""The form of an entry by its kind."""
