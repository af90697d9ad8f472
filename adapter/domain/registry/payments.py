"""Types of payment and the instalments of their solutions (contract 7)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


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
