"""What a supplier order becomes besides its price: type, date, header, origin, and everything that stops it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from supplier_orders_given import (
    DAY,
    STANDARD,
    a_customer,
    a_line,
    a_supplier_order,
    codes,
    decide,
    known,
    line_of,
    of_a_group_company,
    order_of,
)

from adapter.domain.known import CreditAccount
from adapter.domain.offers.offer import ExpenseGiven
from adapter.domain.order import Origin
from adapter.domain.order_types import OrderType
from adapter.domain.registry import Credit

DAILY = OrderType(code="STD", numbering="ORD", supplier_flows=("drop_ship",))


def test_the_type_that_claims_the_flow_counts() -> None:
    made = order_of(a_supplier_order())

    assert (made.type, made.lines[0].warehouse) == ("STD", "MAIN")


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (a_supplier_order(flow="on_demand"), "/supplier_order/flow"),
        (a_supplier_order(order_type="NONE"), "/supplier_order/order_type"),
    ],
)
def test_without_a_type_it_parks(order: Any, path: str) -> None:
    decision = decide(order, known(order_type=DAILY))

    assert [(reason.code, reason.path) for reason in decision.reasons] == [("order_type_unknown", path)]
    assert decision.outcome == "parked"


def test_the_type_that_the_message_names_beats_the_one_that_claims_the_flow() -> None:
    assert order_of(a_supplier_order(flow="on_demand", order_type="STD"), known(order_type=DAILY)).type == "STD"


@pytest.mark.parametrize(
    ("order_type", "orders_dated", "expected"),
    [
        (STANDARD, None, datetime.date(2026, 3, 1)),
        (DAILY, None, DAY),
        (STANDARD, datetime.date(2026, 2, 1), datetime.date(2026, 2, 1)),
    ],
)
def test_the_order_is_dated_as_told_else_by_the_supplier_order_or_today(
    order_type: OrderType, orders_dated: datetime.date | None, expected: datetime.date
) -> None:
    order = a_supplier_order(date=datetime.date(2026, 3, 1))

    assert order_of(order, known(order_type=order_type), orders_dated=orders_dated).date == expected


def test_order_and_lines_name_the_supplier_order_that_they_are_of() -> None:
    made = order_of(a_supplier_order(a_line("2.5")))
    origin = Origin(kind="supplier_order", source="purchasing", type=None, number="PO-1", version=None, date=DAY)

    assert made.origin == [origin]
    assert made.lines[0].origin == Origin(
        kind="supplier_order",
        source="purchasing",
        type=None,
        number="PO-1",
        version=None,
        date=DAY,
        line=Decimal("2.5"),
    )


def test_the_header_carries_over() -> None:
    given = {"our_reference": "O", "your_reference": "Y", "project": "P", "notes": "N", "carrier": "DHL"}
    made = order_of(a_supplier_order(**given, destination="HARBOUR"), known(a_customer(places=("HARBOUR",))))

    assert {name: getattr(made, name) for name in given} == given
    assert (made.recipient, made.destination) == ("R", "HARBOUR")


def test_the_line_carries_over() -> None:
    given: dict[str, Any] = {
        "variant": "RED",
        "description": "Red paint",
        "notes": "N",
        "project": "P",
        "extra": {"a": 1},
    }
    days: dict[str, Any] = {"goods_ready_on": datetime.date(2026, 4, 1), "delivery_on": datetime.date(2026, 4, 2)}
    line = line_of(a_supplier_order(a_line(uom="EA", **given, **days)))

    assert {name: getattr(line, name) for name in (*given, *days)} == given | days
    assert (line.quantity, line.uom) == (Decimal(10), "EA")


def test_a_group_companys_supplier_order_is_the_customers_own_order() -> None:
    ours, theirs = order_of(a_supplier_order()), order_of(of_a_group_company())

    assert (theirs.customer_order_number, theirs.customer_order_date) == ("PO-1", DAY)
    assert ours.customer_order_number is None


def test_a_destination_that_the_customer_does_not_have_parks() -> None:
    assert codes(decide(a_supplier_order(destination="MOON"))) == ["unknown_code"]


def test_every_fault_is_told_at_once() -> None:
    order = a_supplier_order(a_line(1, item="NONE"), a_line(2, "1.5"), destination="MOON")

    assert sorted(codes(decide(order))) == ["invalid", "unknown_code", "unknown_item"]


def test_an_allowance_is_not_judged_on_the_lines_that_an_unknown_item_leaves() -> None:
    allowance = ExpenseGiven(type="FREIGHT", amount=Decimal(-200))
    order = a_supplier_order(a_line(1, "100", item="NONE"), a_line(2, "1"), expenses=(allowance,))

    assert codes(decide(order)) == ["unknown_item"]


def test_an_operator_is_asked_for_where_one_is_required() -> None:
    assert codes(decide(a_supplier_order(), known(operator_required=True))) == ["invalid"]
    assert codes(decide(a_supplier_order(), known(operator_required=True), by="anna")) == []


def test_its_orders_count_towards_credit_together() -> None:
    limited = a_customer(credit=Credit(limit=Decimal(300), control="block"))
    state = known(limited, a_customer("C2", credit=Credit(limit=Decimal(300), control="block", group="C1")))
    state.credit["C1"] = CreditAccount(Decimal(0))
    first, second = decide(a_supplier_order(a_line(1), a_line(2, customer="C2")), state).new_orders

    assert [new.changes[-1].type for new in (first, second)] == ["order.entered", "order.blocked"]
    assert state.credit["C1"].added == Decimal("488.00")


def test_nothing_is_booked_of_a_supplier_order_that_is_refused() -> None:
    state = known()
    decide(a_supplier_order(a_line(item="NONE")), state)

    assert state.supplier_orders == {}
