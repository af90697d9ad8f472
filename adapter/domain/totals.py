"""What an order comes to: the amounts of its lines, discounts, expenses and VAT, every one rounded once.

The rules are domain.md §1.5, §4.7, §5, §6.4 and the contract's *Money*. Callers compute inside `values.exact()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from adapter.domain.discounts import Applied, apply
from adapter.domain.order import Discount, Expense, Order, OrderLine, Totals
from adapter.domain.reasons import Reason
from adapter.domain.values import HUNDRED, ONE, ZERO, Rounding, plain, round_together, spread
from adapter.domain.vat import charge_vat

_GOODS: Final = frozenset({"item", "uncoded"})
_SOLD: Final = _GOODS | {"charge"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRules:
    """How amounts of one order are computed: its currency's rounding, two switches, VAT rates (percent) by code."""

    rounding: Rounding
    discounts_on_amount: bool = False
    discounts_on_giveaways: bool = False
    vat_rates: Mapping[str, Decimal]


def settle(order: Order, rules: MoneyRules, path: str = "") -> list[Reason]:
    """Fill every amount of an order whose lines have price, quantity, VAT and discounts in order of application.

    `path` points at what an order that cannot be settled is told of: `invalid` for a negative total or one too large.
    Expenses with a VAT code that neither `rules.vat_rates` nor the lines know raise KeyError.
    """
    try:
        _fill(order, rules)
    except InvalidOperation:
        return [
            Reason("invalid", path, "The amounts are too large to compute. Check prices, quantities and discounts.")
        ]
    if order.totals.total < ZERO:
        return [_negative(order, path)]
    return []


def _fill(order: Order, rules: MoneyRules) -> None:
    for line in order.lines:
        _settle_line(line, rules)
    totals = order.totals = _own_amounts(order.lines)
    totals.final_discounts = _final_discounts(order, rules)
    totals.expenses = _expenses(order.expenses, totals.goods - totals.discounts, rules.rounding)
    asked = totals.goods - totals.discounts - totals.final_discounts + totals.charges + totals.expenses
    vat = charge_vat(order, rules.vat_rates, rules.rounding)
    order.vat_summary = vat.rows
    totals.net = asked - vat.contained
    totals.vat = sum((row.vat for row in vat.rows), ZERO)
    totals.total = totals.net + totals.vat


def _settle_line(line: OrderLine, rules: MoneyRules) -> None:
    if line.kind == "note":
        line.gross = line.discount = line.final_discount = line.net = ZERO
        return
    quantity = priced_quantity(line)
    gross = (line.unit_price or ZERO) * quantity
    line.gross = rules.rounding(gross)
    line.discount = _line_discount(line, gross, quantity, rules)
    line.final_discount = ZERO
    line.net = line.gross - line.discount


def net_of_goods(lines: Iterable[OrderLine], rules: MoneyRules) -> Decimal:
    """Goods less their own discounts, of lines that are not settled yet."""
    lines = list(lines)
    for line in lines:
        _settle_line(line, rules)
    totals = _own_amounts(lines)
    return totals.goods - totals.discounts


def priced_quantity(line: OrderLine) -> Decimal:
    """What the unit price is multiplied by."""
    quantity = line.alternative_quantity if line.priced_by_alternative else line.quantity
    return ONE if quantity is None else quantity


def _line_discount(line: OrderLine, gross: Decimal, quantity: Decimal, rules: MoneyRules) -> Decimal:
    if not line.discounts:
        return ZERO
    if is_discounted(line, rules):
        applied = apply(line.discounts, gross, quantity, rules.discounts_on_amount)
    else:
        applied = Applied(ZERO, [ZERO] * len(line.discounts))
    total = rules.rounding(applied.total)
    effects = round_together(applied.effects, total, rules.rounding.step)
    for discount, effect in zip(line.discounts, effects, strict=True):
        discount.effect = effect
    return total


def is_discounted(line: OrderLine, rules: MoneyRules) -> bool:
    """Whether the line's discounts count at all: those of a giveaway only where that is switched on (§5.7)."""
    return line.kind != "giveaway" or rules.discounts_on_giveaways


def _own_amounts(lines: Iterable[OrderLine]) -> Totals:
    """The sums before anything at the foot of the order."""
    totals = Totals()
    for line in lines:
        if line.kind in _GOODS:
            totals.goods += line.gross
            totals.discounts += line.discount
        elif line.kind == "charge":
            totals.charges += line.net
        elif line.kind == "giveaway":
            totals.giveaways += line.net
    return totals


def _final_discounts(order: Order, rules: MoneyRules) -> Decimal:
    """Work out the final discounts and take each line's share off its net; what no line may bear is not given."""
    discounted = [line for line in order.lines if line.kind in _SOLD and not line.no_commercial_conditions]
    total = ZERO
    for reaches in dict.fromkeys(discount.reaches for discount in order.final_discounts):
        discounts = [discount for discount in order.final_discounts if discount.reaches == reaches]
        total += _final_discounts_of(
            discounts, [line for line in discounted if reaches is None or line.line in reaches], rules
        )
    return total


def _final_discounts_of(discounts: Sequence[Discount], reached: Sequence[OrderLine], rules: MoneyRules) -> Decimal:
    weights = [line.net for line in reached]
    applied = apply(discounts, sum(weights, ZERO), ONE, rules.discounts_on_amount)
    for discount, effect in zip(discounts, applied.effects, strict=True):
        discount.effect = rules.rounding(effect) if reached else ZERO
    total = sum((discount.effect or ZERO for discount in discounts), ZERO)
    _take_shares(reached, spread(total, weights, rules.rounding.step))
    return total


def _take_shares(lines: Iterable[OrderLine], shares: Iterable[Decimal]) -> None:
    for line, share in zip(lines, shares, strict=True):
        line.final_discount += share
        line.net -= share


def _expenses(expenses: Iterable[Expense], base: Decimal, rounding: Rounding) -> Decimal:
    total = ZERO
    for expense in expenses:
        expense.effect = rounding(_expense(expense, base))
        total += expense.effect
    return total


def _expense(expense: Expense, base: Decimal) -> Decimal:
    if expense.percent is None:
        return expense.amount or ZERO
    value = base * expense.percent / HUNDRED
    return value if expense.minimum is None else max(value, expense.minimum)


def _negative(order: Order, path: str) -> Reason:
    total = plain(order.totals.total)
    return Reason(
        "invalid",
        path,
        f"The order would total {total} {order.currency}: discounts and allowances exceed what is sold. Lower them.",
    )
