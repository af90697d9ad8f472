"""How an amount is split over rows of fixed amounts and percents: payments of an order, instalments of a payment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from adapter.domain.values import HUNDRED, ZERO, Rounding, plain, round_together


class Due(NamedTuple):
    """An amount to be paid, with the VAT and the expenses that are part of it."""

    amount: Decimal
    vat: Decimal = ZERO
    expenses: Decimal = ZERO

    def scaled(self, amount: Decimal) -> Due:
        """`amount` of it, with VAT and expenses in proportion."""
        if amount == self.amount:
            return self
        return Due(amount, self.vat * amount / self.amount, self.expenses * amount / self.amount)


class Row(NamedTuple):
    """One row: a fixed amount, a percent of what amounts leave, or neither: what the other percents leave.

    `vat_percent` and `expenses_percent` split those parts in another way; zero on every row: as `percent` does.
    """

    percent: Decimal | None = None
    amount: Decimal | None = None
    vat_percent: Decimal | None = None
    expenses_percent: Decimal | None = None


_WHOLE: Final = Row(percent=HUNDRED)


class Split(NamedTuple):
    """The money of every row, in their order; or none, and every fault as a sentence with its cure."""

    amounts: list[Decimal]
    faults: list[str]


def split(due: Due, rows: Sequence[Row], rounding: Rounding) -> Split:
    """Amounts first, percents share the rest, the last percent takes what rounding left (§6.1)."""
    if rows == [_WHOLE]:  # nearly every order: spares it the checks
        return Split([due.amount], [])
    fixed = [None if row.amount is None else rounding(row.amount) for row in rows]
    rest = due.amount - sum((amount for amount in fixed if amount is not None), ZERO)
    sharing = [row for row in rows if row.amount is None]
    faults = faults_of(rows) + _faults_of_amounts(rest, rows)
    if faults:
        return Split([], faults)
    shares = iter(_rounded(_exact_shares(due.scaled(rest), sharing), rest, rounding))
    return Split([next(shares) if amount is None else amount for amount in fixed], [])


def faults_of(rows: Sequence[Row]) -> list[str]:
    """What is wrong with rows, whatever the amount that they split."""
    sharing = [row for row in rows if row.amount is None]
    faults = [fault for row in rows if (fault := _fault_of(row))]
    if sum(row.percent is None for row in sharing) > 1:
        faults.append("More than one row has neither percent nor amount. Give all of them one.")
    elif sharing:
        faults += _not_hundred("percents", _percents(sharing))
    faults += _not_hundred("VAT percents", _others([row.vat_percent for row in sharing]))
    faults += _not_hundred("expenses percents", _others([row.expenses_percent for row in sharing]))
    return faults


def _fault_of(row: Row) -> str | None:
    given = (row.percent, row.amount, row.vat_percent, row.expenses_percent)
    if any(value is not None and value < ZERO for value in given):
        return "A percent or amount is negative. Give 0 or more."
    if row.amount is not None and any((row.percent is not None, row.vat_percent, row.expenses_percent)):
        return "A row has both an amount and a percent. Give one of them."
    return None


def _not_hundred(what: str, percents: Sequence[Decimal] | None) -> list[str]:
    total = HUNDRED if percents is None else sum(percents, ZERO)
    return [] if total == HUNDRED else [f"The {what} make {plain(total)}, not 100. Correct them."]


def _faults_of_amounts(rest: Decimal, rows: Sequence[Row]) -> list[str]:
    any_percent = any(row.percent is not None or row.amount is None for row in rows)
    if rest < ZERO and any(row.amount is not None for row in rows):
        return [f"The amounts exceed what is to be paid by {plain(-rest)}. Lower them."]
    if not any_percent and rest:
        return [f"The amounts leave {plain(rest)} unpaid. Add a row with a percent for the rest."]
    return []


def _percents(sharing: Sequence[Row]) -> list[Decimal]:
    given = sum((row.percent for row in sharing if row.percent is not None), ZERO)
    return [max(HUNDRED - given, ZERO) if row.percent is None else row.percent for row in sharing]


def _others(percents: Sequence[Decimal | None]) -> list[Decimal] | None:
    """Percents of a part that is split in its own way; None where it is not."""
    return [percent or ZERO for percent in percents] if any(percents) else None


def _exact_shares(due: Due, sharing: Sequence[Row]) -> list[Decimal]:
    percents = _percents(sharing)
    of_vat = _others([row.vat_percent for row in sharing])
    of_expenses = _others([row.expenses_percent for row in sharing])
    # Only what is split in its own way is taken out: parts of a part are inexact, and half a cent would be lost.
    vat = due.vat if of_vat else ZERO
    expenses = due.expenses if of_expenses else ZERO
    return [
        ((due.amount - vat - expenses) * percent + vat * vat_percent + expenses * expenses_percent) / HUNDRED
        for percent, vat_percent, expenses_percent in zip(
            percents, of_vat or percents, of_expenses or percents, strict=True
        )
    ]


def _rounded(shares: Sequence[Decimal], total: Decimal, rounding: Rounding) -> Iterable[Decimal]:
    if not shares:
        return shares
    parts = [rounding(share) for share in shares]
    last = max((i for i, share in enumerate(shares) if share), default=len(shares) - 1)
    parts[last] += total - sum(parts, ZERO)
    if parts[last] * shares[last] < ZERO:
        # So little money that the others' rounding took more than the last had: the largest remainders get it.
        return round_together(shares, total, rounding.step)
    return parts
