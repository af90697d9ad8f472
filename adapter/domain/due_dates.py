"""When an order is to be paid, and how much on each day (domain.md §6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from adapter.domain.due_day import due_day
from adapter.domain.order import DueDate, Totals
from adapter.domain.payment_split import Due, Row, Split, faults_of, split
from adapter.domain.reasons import Reason
from adapter.domain.registry import Instalment, Payment, PaymentSolution, PaymentType
from adapter.domain.values import Rounding


class PaymentTerms(NamedTuple):
    """The payment solutions and types that payments may name, by code."""

    solutions: Mapping[str, PaymentSolution]
    types: Mapping[str, PaymentType]


@dataclass(slots=True)
class DueDates:
    """The due dates, by payment and then by instalment; none where there are reasons."""

    rows: list[DueDate] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


def due_dates(
    totals: Totals | None,
    order_date: date,
    payments: Sequence[Payment],
    terms: PaymentTerms,
    rounding: Rounding,
    path: str = "",
) -> DueDates:
    """Split `totals.total` from the order date; without payments it is all due that day.

    Without totals there are no rows, only the faults that the payments have whatever the total.

    Reasons, every one: `payment_invalid`, and `unknown_code` (awaiting the registry) for a type or solution that
    `terms` lack. `path` points at the payments. A financial discount is announced on its rows, no amount changes.
    """
    if not payments:
        return DueDates([DueDate(date=order_date, amount=totals.total)] if totals else [])
    due = None if totals is None else Due(totals.total, totals.vat, totals.expenses)
    rows = [Row(percent=one.percent, amount=one.amount) for one in payments]
    shares = split(due, rows, rounding) if due else Split([], faults_of(rows))
    result = DueDates(reasons=[Reason("payment_invalid", path, fault) for fault in shares.faults])
    for i, payment in enumerate(payments):
        of_payment = due.scaled(shares.amounts[i]) if due and shares.amounts else None
        one = _Payment(payment, f"{path}/{i}", order_date, rounding).due_dates(of_payment, terms)
        result.rows.extend(one.rows)
        result.reasons.extend(one.reasons)
    return DueDates(reasons=result.reasons) if result.reasons else result


class _Payment(NamedTuple):
    payment: Payment
    path: str
    order_date: date
    rounding: Rounding

    def due_dates(self, due: Due | None, terms: PaymentTerms) -> DueDates:
        """`due` is None where the payments themselves are faulty: then only faults are looked for."""
        solution = terms.solutions.get(self.payment.solution)
        type_ = terms.types.get(self.payment.type)
        if solution is None or type_ is None:
            return DueDates(reasons=self._unknown(solution, type_))
        days = [due_day(self.order_date, instalment) for instalment in solution.instalments]
        amounts, faults = self._amounts(solution.instalments, due)
        faults += [f"Instalment {i}: {day}" for i, day in enumerate(days, 1) if isinstance(day, str)]
        if faults:
            return DueDates(reasons=[self._invalid(fault) for fault in faults])
        dated = zip((day for day in days if isinstance(day, date)), amounts, strict=False)
        return DueDates([self._row(day, amount, type_) for day, amount in dated])

    def _amounts(self, instalments: Sequence[Instalment], due: Due | None) -> tuple[list[Decimal], list[str]]:
        if not instalments:
            return [], ["It has no instalments. Give it at least one."]
        rows = [_row_of(instalment) for instalment in instalments]
        if due is None:
            return [], faults_of(rows)
        shares = split(due, rows, self.rounding)
        return shares.amounts, shares.faults

    def _row(self, day: date, amount: Decimal, type_: PaymentType) -> DueDate:
        return DueDate(
            date=day,
            amount=amount,
            type=self.payment.type,
            solution=self.payment.solution,
            financial_discount_percent=type_.financial_discount_percent,
        )

    def _invalid(self, fault: str) -> Reason:
        return Reason("payment_invalid", f"{self.path}/solution", f"Payment solution {self.payment.solution}: {fault}")

    def _unknown(self, solution: PaymentSolution | None, type_: PaymentType | None) -> list[Reason]:
        missing = []
        if type_ is None:
            missing.append(("payment_type", self.payment.type, f"{self.path}/type"))
        if solution is None:
            missing.append(("payment_solution", self.payment.solution, f"{self.path}/solution"))
        return [
            Reason(
                "unknown_code", path, f"No {kind} {code} is known. Import it or correct the code.", awaits=(kind, code)
            )
            for kind, code, path in missing
        ]


def _row_of(instalment: Instalment) -> Row:
    return Row(
        percent=instalment.percent,
        amount=instalment.amount,
        vat_percent=instalment.vat_percent,
        expenses_percent=instalment.expenses_percent,
    )
