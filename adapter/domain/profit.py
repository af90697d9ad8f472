"""What is earned on a line that was bought: the figures of its cost block that depend on what it is sold for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from adapter.domain.order import Cost, Order, OrderLine
from adapter.domain.values import HUNDRED, ZERO, Rounding


def worth_of(order: Order, line: OrderLine) -> Decimal:
    """What a settled line earns before costs: its net, without the VAT where prices include it."""
    return line.net - line.vat if order.vat_included else line.net


def with_profit(cost: Cost, worth: Decimal, rounding: Rounding) -> Cost:
    """The block with what is left of `worth` and that in percent of the cost; neither where the cost is not known."""
    if cost.total_cost is None:
        return cost
    profit = worth - cost.total_cost
    markup = Rounding(2, rounding.mode)(profit / cost.total_cost * HUNDRED) if cost.total_cost > ZERO else None
    return replace(cost, profit=profit, markup_percent=markup)


def recost(order: Order, line: OrderLine, before: Decimal | None, rounding: Rounding) -> None:
    """Follow a change of the line, whose quantity was `before`: what a unit costs stays, the rest is worked out."""
    cost = line.cost
    if cost is None or cost.unit_cost is None or line.quantity is None:
        return
    if line.quantity != before:
        cost = replace(cost, total_cost=rounding(cost.unit_cost * line.quantity))
    line.cost = with_profit(cost, worth_of(order, line), rounding)
