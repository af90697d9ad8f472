"""How a numbering is configured, and which policy and period a date belongs to (§7.1, N2–N6, N14, N16)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

from adapter.domain.numbering.formula import Formula

Period = Literal["none", "yearly", "monthly", "daily"]
PERIODS: Final[tuple[str, ...]] = get_args(Period)

_MONTHS: Final = {"yearly": 12, "monthly": 1}
_FIRST_MONTH: Final = 12  # January of year 1, counted as _months counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Numbers `start` to `end` (none: open), both inclusive; `search_start` is the lowest that is ever drawn (N8).

    The numbers of an `external` range are supplied with the document, never drawn (N13).
    """

    start: int
    search_start: int | None = None
    end: int | None = None
    external: bool = False
    formula: str | None = None
    disabled: bool = False

    @property
    def lowest(self) -> int:
        """Where every search for a number begins."""
        return self.start if self.search_start is None else max(self.start, self.search_start)

    def holds(self, number: int) -> bool:
        return self.start <= number and self.reaches(number)

    def reaches(self, number: int) -> bool:
        return self.end is None or number <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules for documents dated `valid_from` to `valid_to` (none: open), both inclusive.

    `period` says when the ranges start again, the shifts move the first day of a period (N3–N5). `progressive`:
    number order follows date order (N10). `recovery`: holes are filled first (N9). Ranges are used in their order.
    """

    valid_from: date
    valid_to: date | None = None
    period: Period = "yearly"
    shift_months: int = 0
    shift_days: int = 0
    progressive: bool = False
    recovery: bool = False
    formula: str | None = None
    disabled: bool = False
    ranges: tuple[Range, ...] = ()

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """One way of numbering, which several order types may share: then they share one counter (§7.4.8)."""

    code: str
    description: str | None = None
    formula: str | None = None
    disabled: bool = False
    policies: tuple[Policy, ...] = ()


def policy_for(numbering: Numbering, day: date) -> Policy | None:
    """The first enabled policy that covers `day`; None (`no_policy_for_date`) also where the numbering is disabled."""
    if numbering.disabled:
        return None
    return next((policy for policy in numbering.policies if not policy.disabled and policy.covers(day)), None)


def period_start(policy: Policy, day: date) -> date:
    """First day of the period of a document dated `day`: what was used since then counts (N3–N6).

    Boundaries lie whole periods before and after `valid_from` + shifts, on its day of the month cut to the month's
    length; a period never begins before `valid_from`, so the first may be shorter.
    """
    if policy.period == "none":
        return policy.valid_from
    if policy.period == "daily":
        return max(day, policy.valid_from)
    return max(_latest_boundary(anchor(policy), day, _MONTHS[policy.period]), policy.valid_from)


def anchor(policy: Policy) -> date:
    """`valid_from` moved by the shifts; ValueError or OverflowError where that leaves the calendar."""
    return _add_months(policy.valid_from, policy.shift_months) + timedelta(days=policy.shift_days)


def formula_for(numbering: Numbering, policy: Policy, within: Range) -> Formula | None:
    """How a number of this range reads: the range's formula, else the policy's, else the numbering's (N14).

    None: the number is written as it is. ValueError for a formula that `faults` would have told.
    """
    text = within.formula or policy.formula or numbering.formula
    return _parsed(text) if text else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Formula:
    formula = Formula.parse(text)
    if isinstance(formula, str):
        raise ValueError(formula)
    return formula


def _latest_boundary(first: date, day: date, every: int) -> date:
    passed = (_months(day) - _months(first)) // every * every
    boundary = _add_months(first, passed)
    return boundary if boundary <= day else _add_months(first, passed - every)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _add_months(day: date, months: int) -> date:
    total = _months(day) + months
    if total < _FIRST_MONTH:
        return date.min
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
