"""The purchase price is never the sales price, except where a group company agreed it (§3.4 S3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supplier_orders_given import (
    a_customer,
    a_line,
    a_list,
    a_supplier_order,
    an_item,
    codes,
    decide,
    known,
    line_of,
    of_a_group_company,
    order_of,
)

from adapter.domain.registry import Item
from adapter.domain.supplier_orders.agreement import within


@pytest.mark.parametrize("flow", ["drop_ship", "on_demand"])
def test_what_we_buy_is_sold_at_our_own_price(flow: str) -> None:
    line = line_of(a_supplier_order(flow=flow))

    assert (line.unit_price, line.price_list, line.manual_price) == (Decimal(20), "TRADE/*/EUR/2026-01-01", False)


def test_what_we_buy_without_a_price_of_ours_has_no_price() -> None:
    decision = decide(a_supplier_order(), known(a_list("EUR", A2="5")))

    assert (decision.outcome, codes(decision)) == ("refused", ["price_missing"])


def test_an_agreed_sales_price_is_kept_and_the_purchases_discounts_are_not_its() -> None:
    line = line_of(a_supplier_order(a_line(unit_price=Decimal("18.50"), discounts="50")))

    assert (line.unit_price, line.net, line.discounts, line.manual_price) == (Decimal("18.5"), Decimal(185), [], True)


def test_an_agreed_sales_price_of_zero_is_a_price() -> None:
    assert line_of(a_supplier_order(a_line(unit_price=Decimal(0)))).net == 0


def test_an_agreed_sales_price_is_converted_into_the_customers_currency() -> None:
    order = a_supplier_order(a_line(unit_price=Decimal(30)), currency="DKK")

    assert line_of(order).unit_price == Decimal(4)


def test_what_a_group_company_pays_with_its_discounts_is_the_price() -> None:
    line = line_of(of_a_group_company(a_line(cost="25", discounts="10")))

    assert (line.unit_price, line.net, line.manual_price) == (Decimal(25), Decimal(225), True)


def test_by_price_list_a_group_company_pays_our_price() -> None:
    line = line_of(of_a_group_company(a_line(cost="25")), known(supplier_price="price_list"))

    assert (line.unit_price, line.manual_price) == (Decimal(20), False)


def test_by_price_list_an_agreed_sales_price_still_counts() -> None:
    order = of_a_group_company(a_line(cost="25", unit_price=Decimal(19)))

    assert line_of(order, known(supplier_price="price_list")).unit_price == Decimal(19)


def test_a_group_company_that_names_no_price_pays_ours() -> None:
    assert line_of(of_a_group_company(a_line(cost=None))).unit_price == Decimal(20)


@pytest.mark.parametrize("by", ["agreed", "price_list"])
def test_prices_that_disagree_are_announced_per_line(by: str) -> None:
    order = of_a_group_company(a_line(1, cost="19"), a_line(2, item="A2", cost="5"))
    made = order_of(order, known(supplier_price=by))

    [warning] = made.warnings
    assert (warning.code, warning.line) == ("price_disagreement", Decimal(1))
    assert "19" in warning.message
    assert "TRADE/*/EUR/2026-01-01 gives 20" in warning.message


def test_what_is_left_after_discounts_is_compared() -> None:
    state = known(a_list("EUR", discounts="10", A1="20"))

    assert order_of(of_a_group_company(a_line(cost="18")), state).warnings == []


def test_a_price_within_the_tolerance_agrees() -> None:
    state = known(agreement_tolerance_percent=Decimal(5))

    assert order_of(of_a_group_company(a_line(cost="19")), state).warnings == []


@given(st.decimals(0, 1000, places=4), st.decimals(0, 1000, places=4), st.decimals(0, 100, places=2))
def test_a_wider_tolerance_never_disagrees_where_a_narrower_one_agrees(
    agreed: Decimal, ours: Decimal, tolerance: Decimal
) -> None:
    assert within(agreed, ours, tolerance + 1) >= within(agreed, ours, tolerance)
    assert within(ours, ours, tolerance)


def test_nothing_is_compared_where_we_have_no_price() -> None:
    assert order_of(of_a_group_company(), known(a_list("EUR", A2="5"))).warnings == []


def test_nothing_is_compared_where_the_item_has_no_conditions() -> None:
    bare = Item(code="A1", description="A1", uom="EA", no_commercial_conditions=True)

    assert order_of(of_a_group_company(), known(bare)).warnings == []


def test_what_we_bought_ourselves_is_not_compared() -> None:
    assert order_of(a_supplier_order(a_line(unit_price=Decimal(1)))).warnings == []


def test_a_disagreement_holds_the_order_where_that_is_the_rule() -> None:
    [new] = decide(of_a_group_company(a_line(1, cost="19"), a_line(2, cost="18")), known(agreement="hold")).new_orders

    [hold] = new.changes[-1].holds or ()
    assert (new.changes[-1].type, hold.kind, hold.since) == ("order.blocked", "agreement", "2026-03-12T08:00:00+00:00")
    assert hold.details == "The agreed price differs from ours on line 1, 2."


def test_an_order_whose_prices_agree_is_not_held() -> None:
    [new] = decide(of_a_group_company(a_line(cost="20")), known(agreement="hold")).new_orders

    assert [change.type for change in new.changes] == ["order.entered"]


@pytest.mark.parametrize(
    ("order", "currency"),
    [
        (a_supplier_order(customer="SE", currency="DKK"), "SEK"),
        (of_a_group_company(customer="SE", currency="DKK"), "DKK"),
    ],
)
def test_a_customer_pays_in_his_currency_and_a_group_company_in_the_one_it_ordered_in(
    order: Any, currency: str
) -> None:
    made = order_of(order, known(a_customer("SE", "SEK")))

    assert (made.currency, made.exchange_rate) == (currency, {"SEK": 10, "DKK": Decimal("7.5")}[currency])


def test_the_messages_rate_is_that_of_its_currency_only() -> None:
    given_rate = {"currency": "DKK", "exchange_rate": Decimal(8)}

    assert order_of(of_a_group_company(**given_rate)).exchange_rate == 8
    assert order_of(a_supplier_order(**given_rate)).exchange_rate == 1


def test_an_item_that_only_a_box_is_sold_of_is_priced_by_the_box() -> None:
    line = line_of(a_supplier_order(a_line(quantity="2", uom="BOX")), known(an_item("A1")))

    assert (line.uom, line.net) == ("BOX", Decimal(200))
