"""The arithmetic behind an order's amounts, told to the trace once they are settled (§1.5, §4.7, §5.2, §6.1)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from adapter.domain.conditions.list_prices import written
from adapter.domain.discounts import effect_of
from adapter.domain.order import Discount, DueDate, Expense, Order, OrderLine, VatRow
from adapter.domain.registry import Instalment, PaymentSolution, VatCode
from adapter.domain.totals import MoneyRules, is_discounted, priced_quantity
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import ZERO, money, plain, unrounded

VatCodes = Callable[[str], VatCode | None]
"""The registered VAT code whose rate an order takes now."""

Steps = Iterator[tuple[str, str]]

_CASCADE: Final = Candidate("discounts", "order")
_SUM: Final = Candidate("sum", "order")


def tell_amounts(
    trace: Trace, order: Order, rules: MoneyRules, vat_codes: VatCodes | None = None, before: Container[Decimal] = ()
) -> None:
    """Tell the discount of each line that has one (or had, in `before`), and what the order totals.

    Amounts of a step are exact, the last one of each is rounded. Without `vat_codes` the rates are the order's own.
    """
    for line in order.lines:
        if line.kind != "note" and (line.discounts or line.line in before):
            steps = _discount_steps(line, rules)
            trace.tell(line.line, "discount", money(line.discount, order.currency_decimals), _CASCADE, (), steps)
    total = money(order.totals.total, order.currency_decimals)
    trace.tell(None, "total", total, _SUM, (), list(_total_steps(order, rules, vat_codes)))


def _discount_steps(line: OrderLine, rules: MoneyRules) -> list[tuple[str, str]]:
    price, quantity = line.unit_price or ZERO, priced_quantity(line)
    left = gross = price * quantity
    steps = [(f"{plain(price)} × {plain(quantity)}", unrounded(gross))]
    for discount in line.discounts if is_discounted(line, rules) else ():
        on_amount = rules.discounts_on_amount and discount.application == "on_amount"
        base = gross if on_amount else left
        effect = effect_of(discount, base, quantity)
        left -= effect
        steps.append((_said(discount, base), unrounded(effect)))
    steps.append((f"rounded, {rules.rounding.mode}", money(line.discount, rules.rounding.decimals)))
    return steps


def _said(discount: Discount, base: Decimal) -> str:
    if discount.percent is None:
        return f"{written([discount])} per {discount.per}"
    return f"{plain(discount.percent)} % of {unrounded(base)}"


def _total_steps(order: Order, rules: MoneyRules, vat_codes: VatCodes | None) -> Steps:
    totals, decimals = order.totals, rules.rounding.decimals
    yield "goods", money(totals.goods, decimals)
    yield from _unless_zero("less line discounts", totals.discounts, decimals)
    for discount in order.final_discounts:
        yield from _unless_zero(f"less final discount {_term(discount)}", discount.effect or ZERO, decimals)
    yield from _unless_zero("charges", totals.charges, decimals)
    for expense in order.expenses:
        yield _expense(expense, totals.goods - totals.discounts), money(expense.effect or ZERO, decimals)
    for row in order.vat_summary:
        yield _vat(row, order, vat_codes), money(row.vat, decimals)
    yield "total", money(totals.total, decimals)


def _unless_zero(operation: str, amount: Decimal, decimals: int) -> Steps:
    if amount:
        yield operation, money(amount, decimals)


def _term(discount: Discount) -> str:
    return written([discount]) if discount.percent is None else f"{plain(discount.percent)} %"


def _expense(expense: Expense, base: Decimal) -> str:
    if expense.percent is None:
        return f"expense {expense.type}"
    least = "" if expense.minimum is None else f", at least {plain(expense.minimum)}"
    return f"expense {expense.type}, {plain(expense.percent)} % of {plain(base)}{least}"


def _vat(row: VatRow, order: Order, vat_codes: VatCodes | None) -> str:
    code = vat_codes(row.vat_code) if vat_codes else None
    revision = f", revision {code.revision}" if code else ""
    return f"VAT {row.vat_code}{revision}, {plain(row.rate)} % {_base(row, order)}"


def _base(row: VatRow, order: Order) -> str:
    decimals = order.currency_decimals
    whole = money(row.taxable + row.vat if order.vat_included else row.taxable, decimals)
    given = sum((line.net for line in order.lines if _recourse(line, row)), ZERO)
    if not given:
        return f"within {whole}" if order.vat_included else f"of {whole}"
    shown = f"giveaways of {money(given, decimals)}"
    return f"within what is sold and {shown}" if order.vat_included else f"of {whole} and {shown}"


def _recourse(line: OrderLine, row: VatRow) -> bool:
    return line.kind == "giveaway" and line.vat_recourse and line.vat_code == row.vat_code


def tell_due_dates(trace: Trace, order: Order, solutions: Mapping[str, PaymentSolution]) -> None:
    """Tell which payment solution, in which revision, gave each due date and how its day was counted."""
    rows = iter(order.due_dates)
    steps = [
        (_instalment(solution, one), f"{row.date} {money(row.amount, order.currency_decimals)}")
        for payment in order.payments
        if (solution := solutions.get(payment.solution))
        for one, row in zip(solution.instalments, rows, strict=False)
    ]
    shown = ", ".join(_due(row, order) for row in order.due_dates)
    trace.tell(None, "due_dates", shown, _of_solution(order, solutions), (), steps)


def _due(row: DueDate, order: Order) -> str:
    return f"{row.date} {money(row.amount, order.currency_decimals)}"


def _of_solution(order: Order, solutions: Mapping[str, PaymentSolution]) -> Candidate:
    first = solutions.get(order.payments[0].solution) if order.payments else None
    if first is None:
        return Candidate("order_date", "order")
    return Candidate("payment_solution", "payment_solution", first.code, first.revision)


def _instalment(solution: PaymentSolution, one: Instalment) -> str:
    return f"{solution.code}, revision {solution.revision}: {_counted(one)}"


@lru_cache(maxsize=256)  # a company has few, and they stand on order after order
def _counted(one: Instalment) -> str:
    return ", ".join(_modifiers(one))


def _modifiers(one: Instalment) -> Iterator[str]:
    """In the order in which they move the day."""
    yield "the rest" if one.percent is None and one.amount is None else _part(one)
    yield f"{one.days} days" + (" as months" if one.commercial_months else "")
    if one.end_of_month or one.weekly:
        yield "end of month" if one.end_of_month else "Friday"
    if one.extra_days:
        yield f"{one.extra_days} more"
    if one.day is not None:
        yield f"on day {one.day}"
    for excluded in one.excluded_months:
        yield f"month {excluded.month} moves to {excluded.move_to}"


def _part(one: Instalment) -> str:
    return plain(one.amount or ZERO) if one.percent is None else f"{plain(one.percent)} %"
