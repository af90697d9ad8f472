"""What a line costs us, where that is known from, and what is earned on it (§3.4 S3, S4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supplier_orders_given import (
    STANDARD,
    a_customer,
    a_line,
    a_supplier_order,
    codes,
    decide,
    known,
    line_of,
    of_a_group_company,
)

from adapter.domain.order import Cost
from adapter.domain.order_types import OrderType
from adapter.domain.profit import recost
from adapter.domain.values import Rounding, exact


def cost(order: Any, state: Any = None) -> Cost:
    found = line_of(order, state).cost
    assert found is not None
    return found


def test_the_block_says_what_it_cost_of_whom_and_what_is_earned() -> None:
    assert cost(a_supplier_order()) == Cost(
        supplier="S1",
        unit_cost=Decimal(12),
        total_cost=Decimal("120.00"),
        currency="EUR",
        origin="supplier_order",
        reference="PO-1",
        markup_percent=Decimal("66.67"),
        profit=Decimal("80.00"),
    )


def test_discounts_of_the_purchase_lower_the_cost() -> None:
    found = cost(a_supplier_order(a_line(cost="15", discounts="10+5#")))

    assert (found.unit_cost, found.total_cost) == (Decimal("13"), Decimal("130.00"))


@pytest.mark.parametrize(("origin", "unit"), [("standard", 11), ("average", 12), ("last", 13)])
def test_the_company_may_count_with_the_costs_of_the_item(origin: str, unit: int) -> None:
    found = cost(a_supplier_order(a_line(cost="99")), known(cost_origin=origin))

    assert (found.origin, found.unit_cost, found.supplier) == (origin, Decimal(unit), "S1")


def test_an_item_without_the_chosen_cost_falls_back_to_the_supplier_order() -> None:
    found = cost(a_supplier_order(a_line(item="A2", cost="3")), known(cost_origin="last"))

    assert (found.origin, found.unit_cost) == ("supplier_order", Decimal(3))


def test_a_supplier_order_without_costs_falls_back_to_the_standard_cost() -> None:
    assert cost(a_supplier_order(a_line(cost=None))).origin == "standard"


def test_where_nothing_is_known_the_block_says_only_where_it_was_bought() -> None:
    found = cost(a_supplier_order(a_line(item="A2", cost=None)))

    assert found == Cost(supplier="S1", currency="EUR", reference="PO-1")


def test_what_a_group_company_pays_is_not_our_cost() -> None:
    found = cost(of_a_group_company(a_line(cost="20")))

    assert (found.origin, found.unit_cost, found.profit) == ("standard", Decimal(11), Decimal("90.00"))


def test_costs_of_an_item_count_for_the_unit_that_is_sold() -> None:
    assert cost(a_supplier_order(a_line(cost=None, quantity="2", uom="BOX"))).unit_cost == 55


def test_the_cost_is_converted_at_the_rates_of_the_orders_date() -> None:
    found = cost(a_supplier_order(a_line(cost="75"), customer="SE", currency="DKK"), known(a_customer("SE", "SEK")))

    assert (found.currency, found.unit_cost, found.total_cost) == ("SEK", Decimal(100), Decimal("1000.00"))


def test_the_messages_own_rate_converts_its_currency() -> None:
    found = cost(a_supplier_order(a_line(cost="80"), currency="DKK", exchange_rate=Decimal(8)))

    assert found.unit_cost == 10


def test_costs_of_an_item_are_converted_from_company_currency() -> None:
    found = cost(a_supplier_order(a_line(cost=None), customer="SE"), known(a_customer("SE", "SEK")))

    assert found.unit_cost == 110


def test_a_purchase_in_a_currency_without_rate_parks() -> None:
    [reason] = decide(a_supplier_order(currency="USD")).reasons

    assert (reason.code, reason.path) == ("exchange_rate_missing", "/supplier_order/exchange_rate")


def test_a_purchase_without_amounts_needs_no_rate() -> None:
    assert codes(decide(a_supplier_order(a_line(cost=None), currency="USD"))) == []


def test_profit_is_before_vat_where_prices_include_it() -> None:
    retail = OrderType(code="STD", numbering="ORD", supplier_flows=STANDARD.supplier_flows, vat_included=True)
    found = cost(a_supplier_order(a_line(unit_price=Decimal("24.40"))), known(order_type=retail))

    assert found.profit == Decimal("80.00")


def test_goods_that_cost_nothing_have_no_mark_up() -> None:
    found = cost(a_supplier_order(a_line(cost="0")))

    assert (found.profit, found.markup_percent) == (Decimal("200.00"), None)


@given(
    st.decimals("0.01", 10_000, places=2),
    st.decimals("0.01", 10_000, places=4),
    st.integers(1, 1000),
    st.sampled_from([None, "10", "33.33+5", "2#"]),
)
def test_cost_and_profit_are_what_the_line_earns(
    price: Decimal, paid: Decimal, quantity: int, discounts: str | None
) -> None:
    line = line_of(a_supplier_order(a_line(1, str(quantity), str(paid), unit_price=price, discounts=discounts)))

    assert line.cost is not None
    assert line.cost.total_cost is not None
    assert line.cost.profit is not None
    assert line.cost.total_cost + line.cost.profit == line.net


def test_a_changed_quantity_costs_as_much_a_unit_as_before() -> None:
    made = decide(a_supplier_order()).new_orders[0].order
    [line] = made.lines
    line.quantity, line.net = Decimal(4), Decimal(80)
    with exact():
        recost(made, line, Decimal(10), Rounding(2))

    assert line.cost is not None
    assert (line.cost.unit_cost, line.cost.total_cost, line.cost.profit) == (
        Decimal(12),
        Decimal("48.00"),
        Decimal("32.00"),
    )
