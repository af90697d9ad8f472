"""Entries that are little more than their code (contract 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adapter.domain.values import ONE


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
    """A unit; `step` is its smallest quantity."""

    code: str
    revision: int = 1
    decimals: int
    step: Decimal = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", ONE.scaleb(-self.decimals))


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
