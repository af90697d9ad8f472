from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from settling import expense, figures, line, of_lines, orders, rules, settled, summary, total_of

from adapter.domain import values
from adapter.domain.order import Order
from adapter.domain.totals import MoneyRules, settle
from adapter.domain.values import Rounding


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield


def test_vat_is_taken_once_per_code_and_ordered_by_code() -> None:
    sold = [line("1", "0.03", vat="S22"), line("1", "10", vat="S10"), line("1", "0.03", vat="S22")]
    made = settled(*sold, expenses=(expense("5", vat="S10"),))
    assert summary(made) == [("S10", "15.00", "1.50"), ("S22", "0.06", "0.01")]
    assert of_lines(made, "vat") == ["0.01", "1.00", "0.00"]


def test_vat_follows_amounts_that_cancel_out() -> None:
    made = settled(line("1", "100"), expenses=(expense("-100"),))
    assert (*of_lines(made, "vat"), *figures(made, "vat")) == ("22.00", "0.00")


@pytest.mark.parametrize(("recourse", "vat"), [(True, "24.20"), (False, "22.00")])
def test_the_customer_owes_the_vat_of_a_giveaway_only_with_recourse(recourse: bool, vat: str) -> None:
    made = settled(line("1", "100"), line("1", "10", kind="giveaway", vat_recourse=recourse))
    assert figures(made, "net", "vat", "giveaways") == ["100.00", vat, "10.00"]
    assert summary(made) == [("S22", "100.00", vat)]


def test_vat_is_extracted_from_the_gross_of_its_code() -> None:
    made = settled(line("3", "9.99"), vat_included=True)
    assert figures(made, "goods", "vat", "net", "total") == ["29.97", "5.40", "24.57", "29.97"]
    assert summary(made) == [("S22", "24.57", "5.40")]


def test_a_giveaway_with_recourse_adds_its_contained_vat_to_what_an_inclusive_order_asks() -> None:
    made = settled(line("1", "122"), line("1", "12.20", kind="giveaway", vat_recourse=True), vat_included=True)
    assert figures(made, "goods", "net", "vat", "total") == ["122.00", "100.00", "24.20", "124.20"]


def test_an_expense_keeps_the_rate_that_the_order_was_settled_with() -> None:
    made = settled(line("1", "100"), expenses=(expense("10"),))
    made.lines.clear()
    assert settle(made, MoneyRules(rounding=Rounding(), vat_rates={})) == []
    assert figures(made, "vat", "total") == ["2.20", "12.20"]


@given(orders)
def test_the_vat_of_the_lines_sums_to_the_vat_of_the_order(made: Order) -> None:
    made.expenses.clear()
    settle(made, rules())
    assert total_of(one.vat for one in made.lines) == made.totals.vat
