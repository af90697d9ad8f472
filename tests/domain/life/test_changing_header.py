"""New values of an order's header: what follows them, and what stands (§1.2, §5.1, §6.4)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from life_given import (
    DAY,
    Life,
    a_customer,
    asking,
    confirmed,
    day,
    fields_of,
    freight,
    knowing,
    offered,
    registries,
    told_of,
)

from adapter.domain.order import Agent
from adapter.domain.registry import Address, CustomerAgent, CustomerExpense, Payment, VatCode

CASH = Payment(type="CASH", solution="AT_ONCE", percent=Decimal(100))
LATER = Payment(type="TRANSFER", solution="30DAYS", percent=Decimal(100))


def changed(life: Life, **fields: Any) -> Any:
    decision = life.change(set=fields)
    assert decision.outcome == "applied", decision.reasons
    return life.order


def warned(life: Life) -> list[str]:
    return [warning.code for warning in life.order.warnings]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("our_reference", "OR-1"),
        ("your_reference", "YR-1"),
        ("project", "P1"),
        ("price_list", "RETAIL"),
        ("shipping", "AIR"),
        ("carrier", "GLS"),
        ("language", "da"),
        ("notes", "Ring twice"),
        ("final_notes", "Thank you"),
        ("exchange_rate", Decimal("1.1")),
        ("delivery_on", day("2026-04-01")),
        ("goods_ready_on", day("2026-04-01")),
        ("customer_order_number", "PO-7"),
        ("extra", {"opportunity": "X"}),
    ],
)
def test_a_header_field_takes_its_new_value(name: str, value: object) -> None:
    assert getattr(changed(Life(), **{name: value}), name) == value


def test_a_new_number_of_the_customer_brings_its_own_date_or_none() -> None:
    life = Life(customer_order_number="PO-1", customer_order_date=DAY)

    assert changed(life, customer_order_number="PO-2").customer_order_date is None


def test_lines_that_had_the_headers_date_follow_it_and_those_with_their_own_do_not() -> None:
    life = Life(offered(), offered(2, "5", delivery_on=day("2026-05-01")), delivery_on=day("2026-04-01"))

    order = changed(life, delivery_on=day("2026-04-08"))

    assert [line.delivery_on for line in order.lines] == [day("2026-04-08"), day("2026-05-01")]


def test_a_line_that_is_delivered_keeps_the_date_it_was_to_be_delivered_on() -> None:
    life = confirmed(offered(), offered(2, "5"), delivery_on=day("2026-04-01"))
    life.report("D1", (1, 10))

    order = changed(life, delivery_on=day("2026-04-08"))

    assert [line.delivery_on for line in order.lines] == [day("2026-04-01"), day("2026-04-08")]


def test_a_date_that_a_line_contradicts_is_told_once_at_the_date() -> None:
    life = Life(offered(goods_ready_on=day("2026-03-28")), offered(2, goods_ready_on=day("2026-03-28")))

    decision = life.change(set={"delivery_on": day("2026-03-20")})

    assert told_of(decision) == [("dates_out_of_order", "/set/delivery_on")]


def test_a_delivery_date_before_the_orders_own_only_warns() -> None:
    life = Life()

    changed(life, delivery_on=DAY - datetime.timedelta(days=1))
    then = warned(life)
    changed(life, delivery_on=DAY)

    assert (then, warned(life)) == (["delivery_in_past"], [])


def test_a_destination_brings_its_address_and_its_carrier() -> None:
    order = changed(Life(), destination="MILL")

    assert (order.recipient, order.destination, order.carrier) == ("STORE", "MILL", "TRUCK")
    assert order.destination_address == Address(city="Hellerup")


def test_a_destination_of_another_recipient_brings_that_recipient() -> None:
    order = changed(Life(), destination="COUNTER")

    assert (order.recipient, order.destination, order.carrier) == ("SHOP", "COUNTER", None)


def test_a_recipient_brings_his_default_destination() -> None:
    order = changed(Life(), recipient="SHOP")

    assert (order.recipient, order.destination) == ("SHOP", "COUNTER")


def test_a_carrier_that_was_chosen_for_the_order_stays_when_it_goes_elsewhere() -> None:
    assert changed(Life(carrier="GLS"), destination="MILL").carrier == "GLS"


def test_an_address_takes_the_place_of_a_destination() -> None:
    order = changed(Life(), destination=Address(city="Kobe"))

    assert (order.recipient, order.destination, order.destination_address) == ("STORE", None, Address(city="Kobe"))


@pytest.mark.parametrize("name", ["recipient", "destination"])
def test_a_place_that_the_customer_does_not_have_is_parked(name: str) -> None:
    decision = Life().change(set={name: "NOWHERE"})

    assert (decision.outcome, told_of(decision)) == ("parked", [("unknown_code", f"/set/{name}")])


def test_payments_decide_the_due_dates_anew() -> None:
    order = changed(Life(payments=(CASH,)), payments=(LATER,))

    assert [(due.date, due.amount) for due in order.due_dates] == [(day("2026-04-09"), Decimal("122.00"))]


@pytest.mark.parametrize(
    ("payment", "reason"),
    [
        (Payment(type="CASH", solution="AT_ONCE", percent=Decimal(90)), ("payment_invalid", "/set/payments")),
        (Payment(type="CASH", solution="AT_ONCE", amount=Decimal(500)), ("payment_invalid", "/set/payments")),
        (Payment(type="BARTER", solution="AT_ONCE"), ("unknown_code", "/set/payments/0/type")),
        (Payment(type="CASH", solution="NEVER"), ("unknown_code", "/set/payments/0/solution")),
    ],
)
def test_payments_that_cannot_be_are_refused_where_they_stand(payment: Payment, reason: tuple[str, str]) -> None:
    assert told_of(Life().change(set={"payments": (payment,)})) == [reason]


def test_amounts_to_be_paid_must_still_fit_a_total_that_falls() -> None:
    life = Life(payments=(Payment(type="CASH", solution="AT_ONCE", amount=Decimal(100)), LATER))

    assert told_of(life.change(asking(quantity="5"))) == [("payment_invalid", "")]


def test_discounts_of_the_payment_type_before_stay_and_are_warned_about() -> None:
    life = Life(offered(price=None, item="A2"), payments=(CASH,))
    before = life.order.totals.total

    order = changed(life, payments=(LATER,))

    assert (order.totals.total, warned(life)) == (before, ["payment_discounts_kept"])


def test_header_discounts_serve_new_lines_and_leave_the_old_ones_alone() -> None:
    life = Life(known=knowing(registries(customer=a_customer(discounts="4"))))

    decision = life.change(set={"discounts": "10"}, add=[offered(2, "1", None, item="A2")])

    assert decision.outcome == "applied"
    assert [line.discount for line in life.order.lines] == [0, Decimal("0.75")]


def test_a_new_line_copies_the_headers_discounts_even_if_the_registry_has_others_by_now() -> None:
    known = knowing(registries(customer=a_customer(discounts="4")))
    life = Life(known=known)
    known.registries = registries(customer=a_customer(discounts="50"))

    life.change(add=[offered(2, "1", None, item="A2")])

    assert life.line(2).discount == Decimal("0.30")


def test_no_header_discounts_at_all_is_a_choice_too() -> None:
    life = Life(known=knowing(registries(customer=a_customer(discounts="4"))))

    life.change(set={"discounts": ()}, add=[offered(2, "1", None, item="A2")])

    assert (life.order.discounts, life.line(2).discounts) == ([], [])


def test_final_discounts_are_complete_as_given_and_reach_every_line() -> None:
    order = changed(Life(offered(), offered(2, "5"), final_discounts="50"), final_discounts="10")

    assert (order.totals.final_discounts, [line.final_discount for line in order.lines]) == (15, [10, 5])


def test_discounts_that_cannot_be_read_are_refused_where_they_stand() -> None:
    decision = Life().change(set={"discounts": "ten", "final_discounts": "150"})

    assert told_of(decision) == [("ambiguous_discount", "/set/discounts"), ("invalid", "/set/final_discounts")]


def test_expenses_are_not_computed_again_and_the_order_says_so() -> None:
    life = Life(expenses=(freight(percent="10"),))

    life.change(asking(quantity="20"))

    assert (life.order.totals.expenses, warned(life)) == (10, ["expenses_not_recomputed"])


def test_a_change_that_leaves_the_lines_value_does_not_warn_of_expenses() -> None:
    life = Life(expenses=(freight(percent="10"),))

    changed(life, notes="x")

    assert warned(life) == []


def test_expenses_that_are_given_are_complete_and_of_the_order_as_changed() -> None:
    own = CustomerExpense(type="TOLL", amount=Decimal(7), from_="order")
    life = Life(known=knowing(registries(customer=a_customer(expenses=(own,)))), expenses=(freight("5"),))

    order = changed(life, expenses=(freight(percent="10"), freight("3", type_="TOLL")))

    assert [(one.type, one.amount, one.vat_code) for one in order.expenses] == [
        ("FREIGHT", Decimal("10.00"), "S22"),
        ("TOLL", Decimal("3.00"), "S10"),
    ]
    assert (order.totals.expenses, order.totals.vat) == (13, Decimal("24.50"))


def test_an_unknown_expense_is_parked() -> None:
    assert told_of(Life().change(set={"expenses": (freight("1", type_="BRIBE"),)})) == [
        ("unknown_code", "/set/expenses/0/type")
    ]


def test_an_order_keeps_the_vat_rate_that_it_was_settled_with() -> None:
    known = knowing()
    life = Life(expenses=(freight("10", type_="TOLL"),), known=known)
    known.registries = registries(VatCode(code="S10", rate=Decimal(99)), VatCode(code="S22", rate=Decimal(99)))

    order = changed(life, final_discounts="10")

    assert [(row.vat_code, row.rate) for row in order.vat_summary] == [("S10", 10), ("S22", 22)]


def test_agents_are_the_headers_and_those_of_lines_to_come() -> None:
    agent = CustomerAgent(agent="ANNA", commission_percent=Decimal(3))
    life = Life(known=knowing(registries(customer=a_customer(agents=(agent,)))))

    life.change(set={"agents": (Agent(agent="ANNA", resolve=True), Agent(agent="BO"))}, add=[offered(2, "1")])

    anna, bo = Agent(agent="ANNA", commission_percent=Decimal(3)), Agent(agent="BO")
    assert (life.order.agents, life.line(2).agents, life.line(1).agents) == ([anna, bo], [anna, bo], [anna])


def test_another_currency_is_refused_by_name_and_the_same_one_is_no_change() -> None:
    life = Life()

    refused, same = life.change(set={"currency": "DKK"}), life.change(set={"currency": "EUR", "notes": "x"})

    assert told_of(refused) == [("currency_mismatch", "/set/currency")]
    assert fields_of(same) == {"/notes": (None, "x")}
