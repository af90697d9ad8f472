"""Orders that are ready to be settled, and their figures as the contract writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from adapter.domain import values
from adapter.domain.discounts import parse_discounts
from adapter.domain.order import Discount, Expense, Order, OrderLine
from adapter.domain.totals import MoneyRules, settle
from adapter.domain.values import Rounding

RATES = {"S22": Decimal(22), "S25": Decimal(25), "S10": Decimal(10), "Z0": Decimal(0)}


def discounts(notation: str | None) -> list[Discount]:
    return parse_discounts(notation, "").discounts


def line(quantity: str, price: str, off: str | None = None, vat: str = "S22", **fields: Any) -> OrderLine:
    return OrderLine(
        line=Decimal(1),
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discounts=discounts(off),
        vat_code=vat,
        vat_rate=RATES[vat],
        **fields,
    )


def expense(
    amount: str | None = None, percent: str | None = None, minimum: str | None = None, vat: str = "S22"
) -> Expense:
    of = [None if text is None else Decimal(text) for text in (amount, percent, minimum)]
    return Expense(type="TRANSPORT", amount=of[0], percent=of[1], minimum=of[2], vat_code=vat)


def rules(decimals: int = 2, **switches: bool) -> MoneyRules:
    return MoneyRules(rounding=Rounding(decimals), vat_rates=RATES, **switches)


def order(*lines: OrderLine, final: str | None = None, expenses: tuple[Expense, ...] = (), **fields: Any) -> Order:
    return Order(
        type="STD",
        date=date(2025, 1, 31),
        customer="C1",
        currency="EUR",
        exchange_rate=Decimal(1),
        lines=list(lines),
        final_discounts=discounts(final),
        expenses=list(expenses),
        **fields,
    )


def settled(*lines: OrderLine, by: MoneyRules | None = None, **fields: Any) -> Order:
    made = order(*lines, **fields)
    assert settle(made, by or rules()) == []
    return made


def figures(made: Order, *names: str) -> list[str]:
    return [values.money(getattr(made.totals, name), 2) for name in names]


def of_lines(made: Order, name: str) -> list[str]:
    return [values.money(getattr(one, name), 2) for one in made.lines]


def effects(given: list[Discount]) -> list[str]:
    return [values.money(one.effect or Decimal(0), 2) for one in given]


def summary(made: Order) -> list[tuple[str, str, str]]:
    return [(row.vat_code, values.money(row.taxable, 2), values.money(row.vat, 2)) for row in made.vat_summary]


_amounts = st.decimals(0, 10**6, places=4).map(str)
_notations = st.sampled_from([None, "10", "33.33+5", "10-5", "1#", "-2.345#+0.5"])
_lines = st.builds(
    line,
    _amounts,
    _amounts,
    _notations,
    st.sampled_from(sorted(RATES)),
    kind=st.sampled_from(["item", "uncoded", "charge", "giveaway"]),
    vat_recourse=st.booleans(),
    no_commercial_conditions=st.booleans(),
)
_expenses = st.builds(expense, percent=st.decimals(0, 20, places=2).map(str), vat=st.sampled_from(sorted(RATES)))
orders = st.builds(
    lambda sold, asked, final, included: order(*sold, final=final, expenses=tuple(asked), vat_included=included),
    st.lists(_lines, max_size=8),
    st.lists(_expenses, max_size=3),
    _notations,
    st.booleans(),
)


def total_of(parts: Any) -> Decimal:
    return sum(parts, Decimal(0))
