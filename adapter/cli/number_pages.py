"""The numbers of a numbering as a page for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from adapter.cli.frame import print_rows

if TYPE_CHECKING:
    from adapter.intake.number_periods import NumberPeriod, Span

_COLUMNS = ("period", "used", "first", "last", "taken over", "free", "holes")
_NUMBERS = ("sequence_number", "number", "order", "date")
_HOLES_SHOWN = 20
_NUMBERS_SHOWN = 20


def print_periods(periods: Sequence[NumberPeriod], short: bool) -> None:
    """One row a period, then its numbers; `short` shows only the last ones of the last period."""
    if not periods:
        typer.echo("No number is used yet.")
        return
    print_rows(_COLUMNS, [_row(period) for period in periods], False)
    shown = periods[-1:] if short else periods
    for period in shown:
        numbers = period.document["numbers"]
        print_rows(_NUMBERS, numbers[-_NUMBERS_SHOWN:] if short else numbers, False)


def _row(period: NumberPeriod) -> dict[str, Any]:
    numbers = period.numbers
    return {
        "period": period.start.isoformat(),
        "used": len(numbers),
        "first": numbers[0].sequence_number,
        "last": numbers[-1].sequence_number,
        "taken over": sum(1 for one in numbers if one.order is None),
        "free": period.free,
        "holes": _spans(period.holes),
    }


def _spans(holes: Sequence[Span]) -> str:
    told = [str(first) if first == last else f"{first}–{last}" for first, last in holes[:_HOLES_SHOWN]]
    more = len(holes) - _HOLES_SHOWN
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
