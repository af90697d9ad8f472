"""Terms that several kinds of entries share: discounts as written, payments, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


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
