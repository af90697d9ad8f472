"""The arithmetic that an explanation tells of settled amounts (§1.5, §4.7, §5.2, §6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from settling import expense, line, order, rules

from adapter.domain import values
from adapter.domain.order import Discount, DueDate, Order
from adapter.domain.reckoning import tell_amounts, tell_due_dates
from adapter.domain.registry import ExcludedMonth, Instalment, Payment, PaymentSolution, VatCode
from adapter.domain.totals import MoneyRules, settle
from adapter.domain.trace import Explained, Trace


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield


def told(made: Order, by: MoneyRules) -> dict[tuple[Decimal | None, str], Explained]:
    assert settle(made, by) == []
    trace = Trace()
    tell_amounts(trace, made, by, lambda code: VatCode(code=code, revision=7, rate=Decimal(22)))
    return {(one.line, one.field): one for one in trace.entries}


def test_each_step_of_the_published_cascade_is_told_with_its_base_and_rounded_once() -> None:
    """Fluentis, discount widget: 50+10+5 on 100 leaves 42.75 (§5.2)."""
    by = rules()
    explained = told(order(line("1", "100", off="50+10+5")), by)[Decimal(1), "discount"]
    assert explained.value == "57.25"
    assert list(explained.steps) == [
        ("100 × 1", "100"),
        ("50 % of 100", "50"),
        ("10 % of 50", "5"),
        ("5 % of 45", "2.25"),
        ("rounded, half_up", "57.25"),
    ]


def test_a_discount_on_amount_names_the_whole_amount_as_its_base() -> None:
    """§5.2: 1000 with cascade 10, then 3 on the amount: 870 where the parameter is on."""
    one = line("1", "1000")
    one.discounts = [Discount(percent=Decimal(10)), Discount(percent=Decimal(3), application="on_amount")]
    explained = told(order(one), rules(discounts_on_amount=True))[Decimal(1), "discount"]
    assert list(explained.steps)[1:3] == [("10 % of 1000", "100"), ("3 % of 1000", "30")]


def test_a_line_without_discounts_is_not_told() -> None:
    assert set(told(order(line("1", "100")), rules())) == {(None, "total")}


def test_a_line_that_lost_its_discounts_is_told_anew() -> None:
    made, by, trace = order(line("1", "100")), rules(), Trace()
    settle(made, by)
    tell_amounts(trace, made, by, before={Decimal(1)})
    assert [(one.field, one.value) for one in trace.entries] == [("discount", "0.00"), ("total", "122.00")]


def test_the_total_is_told_from_the_goods_to_the_vat_with_its_registered_revision() -> None:
    made = order(line("1", "1000"), expenses=(expense(percent="2", minimum="30"),), final="10")
    assert list(told(made, rules())[None, "total"].steps) == [
        ("goods", "1000.00"),
        ("less final discount 10 %", "100.00"),
        ("expense TRANSPORT, 2 % of 1000, at least 30", "30.00"),
        ("VAT S22, revision 7, 22 % of 930.00", "204.60"),
        ("total", "1134.60"),
    ]


def test_vat_within_an_amount_is_told_as_that() -> None:
    """§4.7: 9.99 × 3 at 22 % included is 29.97 with 5.40 of VAT."""
    made = order(line("3", "9.99"), vat_included=True)
    steps = list(told(made, rules())[None, "total"].steps)
    assert ("VAT S22, revision 7, 22 % within 29.97", "5.40") in steps


def test_a_due_date_names_its_solution_its_revision_and_how_the_day_was_counted() -> None:
    made = order(line("1", "100"))
    made.payments = [Payment(type="BT", solution="30EOM", percent=Decimal(100))]
    made.due_dates = [DueDate(date=date(2025, 9, 5), amount=Decimal(100), type="BT", solution="30EOM")]
    moved = (ExcludedMonth(month=8, move_to="09-05"),)
    one = Instalment(percent=Decimal(100), days=30, end_of_month=True, extra_days=10, excluded_months=moved)
    trace = Trace()
    tell_due_dates(trace, made, {"30EOM": PaymentSolution(code="30EOM", revision=4, instalments=(one,))})
    [explained] = trace.entries
    assert (explained.won.key, explained.won.revision) == ("30EOM", 4)
    counted = "30EOM, revision 4: 100 %, 30 days, end of month, 10 more, month 8 moves to 09-05"
    assert list(explained.steps) == [(counted, "2025-09-05 100.00")]
