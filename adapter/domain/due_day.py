"""The day an instalment falls due (domain.md §6.1)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from adapter.domain.registry import ExcludedMonth, Instalment

_FRIDAY: Final = 4
_COMMERCIAL_MONTH: Final = 30


def due_day(start: date, instalment: Instalment) -> date | str:
    """The day counted from `start`, or what is wrong with the instalment and how to cure it, as a sentence.

    Days (or commercial months), then end of month or the Friday, extra days, day of the month, excluded months.
    """
    if instalment.commercial_months and instalment.days % _COMMERCIAL_MONTH:
        return f"{instalment.days} days are no whole commercial months. Give a multiple of 30."
    try:
        return _due_day(start, instalment)
    except (ValueError, OverflowError):
        return "No date can be computed. Check its days, its day of the month and the MM-DD of its excluded months."


def _due_day(start: date, instalment: Instalment) -> date:
    day = _settlement(_counted(start, instalment), instalment) + timedelta(days=instalment.extra_days)
    if instalment.day is not None:
        day = _next_on(day, instalment.day)
    return _outside(day, instalment.excluded_months)


def _counted(start: date, instalment: Instalment) -> date:
    if instalment.commercial_months:
        return _months_later(start, instalment.days // _COMMERCIAL_MONTH, start.day)
    return start + timedelta(days=instalment.days)


def _settlement(day: date, instalment: Instalment) -> date:
    if instalment.end_of_month:
        return _cut(day.year, day.month, 31)
    if instalment.weekly:
        return day + timedelta(days=(_FRIDAY - day.weekday()) % 7)
    return day


def _next_on(earliest: date, day_of_month: int) -> date:
    this_month = _cut(earliest.year, earliest.month, day_of_month)
    return this_month if this_month >= earliest else _months_later(earliest, 1, day_of_month)


def _outside(day: date, excluded: Sequence[ExcludedMonth]) -> date:
    for one in excluded:
        if one.month == day.month:
            month, day_of_month = map(int, one.move_to.split("-"))
            moved = _cut(day.year, month, day_of_month)
            return moved if moved >= day else _cut(day.year + 1, month, day_of_month)
    return day


def _months_later(day: date, months: int, day_of_month: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return _cut(year, month + 1, day_of_month)


def _cut(year: int, month: int, day_of_month: int) -> date:
    """That day, or the last one of a shorter month."""
    return date(year, month, min(day_of_month, monthrange(year, month)[1]))
