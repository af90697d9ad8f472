"""One supplier order may become several customer orders: nothing of it is lost and nothing counted twice (§3.4 S2)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supplier_orders_given import (
    a_customer,
    a_line,
    a_supplier_order,
    codes,
    decide,
    known,
    orders_of,
    parted_by_project,
)

from adapter.domain.offers.offer import ExpenseGiven
from adapter.domain.registry import CustomerGrouping, GroupingRow

BY_PROJECT = GroupingRow(summary=True, project=True)
TWO = (a_line(1, customer="C1"), a_line(2, customer="C2"), a_line(3, customer="C1"))


def lines_of(orders: Any) -> list[list[int]]:
    return [[int(line.line) for line in order.lines] for order in orders]


def test_every_customer_gets_an_order_with_his_lines_under_their_own_numbers() -> None:
    orders = orders_of(a_supplier_order(*TWO), known(a_customer("C2")))

    assert [order.customer for order in orders] == ["C1", "C2"]
    assert lines_of(orders) == [[1, 3], [2]]


PROJECTS = (a_line(1, project="P1"), a_line(2, project="P2"), a_line(3), a_line(4, project="P1"))


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        (GroupingRow(), [[1, 2, 3, 4]]),
        (GroupingRow(project=True), [[1, 2, 3, 4]]),
        (GroupingRow(summary=True), [[1, 2, 3, 4]]),
        (BY_PROJECT, [[1, 4], [2], [3]]),
    ],
)
def test_lines_are_parted_by_project_where_summary_and_project_are_on(row: GroupingRow, parts: list[list[int]]) -> None:
    assert lines_of(orders_of(a_supplier_order(*PROJECTS), known(grouping=row))) == parts


def test_the_customers_own_row_counts_whole() -> None:
    unparted = CustomerGrouping(supplier_orders=GroupingRow(summary=True))
    state = known(a_customer(grouping=unparted), grouping=BY_PROJECT)

    assert lines_of(orders_of(a_supplier_order(*PROJECTS), state)) == [[1, 2, 3, 4]]
    assert len(orders_of(a_supplier_order(*PROJECTS), known(a_customer(grouping=parted_by_project())))) == 3


def test_only_a_project_of_the_header_becomes_the_orders() -> None:
    orders = orders_of(a_supplier_order(*PROJECTS, project="P1"), known(grouping=BY_PROJECT))

    assert [(order.project, len(order.lines)) for order in orders] == [("P1", 3), (None, 1)]
    assert [line.project for order in orders for line in order.lines] == ["P1", "P1", "P1", "P2"]


def test_a_given_number_is_for_one_order() -> None:
    decision = decide(a_supplier_order(*TWO), known(a_customer("C2")), order_number=7)

    assert (decision.outcome, codes(decision)) == ("refused", ["invalid"])


def test_a_fixed_expense_is_shared_by_what_was_bought() -> None:
    freight = (ExpenseGiven(type="FREIGHT", amount=Decimal("90.00")),)
    orders = orders_of(a_supplier_order(*TWO, expenses=freight), known(a_customer("C2")))

    assert [order.totals.expenses for order in orders] == [Decimal("60.00"), Decimal("30.00")]


def test_a_percent_expense_is_of_each_order() -> None:
    freight = (ExpenseGiven(type="FREIGHT", percent=Decimal(10)),)
    orders = orders_of(a_supplier_order(*TWO, expenses=freight), known(a_customer("C2")))

    assert [order.totals.expenses for order in orders] == [Decimal("40.00"), Decimal("20.00")]


@pytest.mark.parametrize("final", ["30#", "30#+10"])
def test_a_fixed_final_discount_is_shared_too(final: str) -> None:
    orders = orders_of(a_supplier_order(*TWO, final_discounts=final), known(a_customer("C2")))

    assert [order.final_discounts[0].amount for order in orders] == [Decimal("20.00"), Decimal("10.00")]


def test_a_fixed_expense_is_converted_into_the_customers_currency() -> None:
    freight = (ExpenseGiven(type="FREIGHT", amount=Decimal("75.00")),)
    [order] = orders_of(a_supplier_order(expenses=freight, currency="DKK"))

    assert order.totals.expenses == Decimal("10.00")


def test_final_discounts_that_cannot_be_read_are_told() -> None:
    decision = decide(a_supplier_order(*TWO, final_discounts="ten"), known(a_customer("C2")))

    assert codes(decision) == ["ambiguous_discount"]


@given(
    st.lists(st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.integers(1, 50)), min_size=1, max_size=12),
    st.decimals("-500", 500, places=2),
)
def test_shares_of_a_fixed_amount_make_the_whole(bought: list[tuple[str, int]], amount: Decimal) -> None:
    lines = [a_line(place, str(quantity), customer=owner) for place, (owner, quantity) in enumerate(bought, 1)]
    charge = (ExpenseGiven(type="FREIGHT", amount=abs(amount)),)
    orders = orders_of(a_supplier_order(*lines, expenses=charge), known(a_customer("C2"), a_customer("C3")))

    assert sum(order.totals.expenses for order in orders) == abs(amount)


@given(st.lists(st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from([None, "P1", "P2"])), min_size=1, max_size=12))
def test_every_line_is_linked_once_with_all_that_was_bought(bought: list[tuple[str, str | None]]) -> None:
    lines = [a_line(n, str(n), customer=owner, project=project) for n, (owner, project) in enumerate(bought, 1)]
    [record] = decide(a_supplier_order(*lines), known(a_customer("C2"), grouping=BY_PROJECT)).supplier_orders

    assert Counter(link.line for link in record.links) == Counter(record.bought.keys())
    assert record.linked() == record.bought
