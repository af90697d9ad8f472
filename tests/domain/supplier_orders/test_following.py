"""Open orders follow a supplier order that comes again with other content, where the setting says so (§3.4 S10)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from following_given import Bought, events_of, fields_of, following
from supplier_orders_given import (
    a_customer,
    a_line,
    a_list,
    a_supplier_order,
    decide,
    parted_by_project,
)

from adapter.domain.decision import OrderRef
from adapter.domain.known import EnteredJustNow
from adapter.domain.life.changing_asked import LineAsked
from adapter.domain.offers.offer import ExpenseGiven
from adapter.domain.order import Origin
from adapter.domain.registry import Address, Credit
from adapter.domain.supplier_orders.diverging import content_of

APRIL = datetime.date(2026, 4, 1)
MAY = datetime.date(2026, 5, 1)


def freight(amount: str) -> tuple[ExpenseGiven, ...]:
    return (ExpenseGiven(type="FREIGHT", amount=Decimal(amount)),)


def test_the_order_becomes_a_new_version_that_tells_before_and_after_and_why() -> None:
    bought = Bought()

    decision = bought.again(a_line(1, "12"), by="paula")

    [changed] = decision.changed
    assert (decision.outcome, events_of(decision), bought.now().version) == ("applied", ["order.changed"], 2)
    assert fields_of(decision)["/lines/1/quantity"] == ("10", "12")
    assert fields_of(decision)["/totals/net"] == ("200.00", "240.00")
    assert {name: changed.changes[0].details[name] for name in ("by", "reason")} == {
        "by": "paula",
        "reason": "Supplier order PO-1 of S1 came again with other content.",
    }


def test_the_answer_tells_each_difference_and_nothing_is_announced() -> None:
    decision = Bought().again(a_line(1, "12"), notes="Ring twice")

    told = [(reason.code, reason.path, reason.data["ordered"], reason.data["now"]) for reason in decision.reasons]
    assert decision.diverged is None
    assert told == [
        ("followed", "/supplier_order/notes", None, "Ring twice"),
        ("followed", "/supplier_order/lines/0/quantity", "10", "12"),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"our_reference": "O"}, {"our_reference": "O"}),
        ({"your_reference": "Y"}, {"your_reference": "Y"}),
        ({"notes": "N"}, {"notes": "N"}),
        ({"extra": {"a": 1}}, {"extra": {"a": 1}}),
        ({"carrier": "DHL"}, {"carrier": "DHL"}),
        ({"delivery_on": APRIL}, {"delivery_on": APRIL}),
        ({"destination": "HARBOUR"}, {"destination": "HARBOUR", "recipient": "R"}),
        (
            {"destination": Address(name="Site", city="Lund", country="SE")},
            {"destination": None, "destination_address": Address(name="Site", city="Lund", country="SE")},
        ),
    ],
)
def test_the_header_follows(given: dict[str, Any], expected: dict[str, Any]) -> None:
    bought = Bought(known=following(a_customer(places=("HARBOUR",))))

    assert bought.again(**given).outcome == "applied"
    assert {name: getattr(bought.now(), name) for name in expected} == expected


def test_expenses_and_discounts_at_the_foot_follow() -> None:
    bought = Bought(expenses=freight("10"), final_discounts="5")

    bought.again(expenses=freight("30"), final_discounts="10")

    totals = bought.now().totals
    assert (totals.expenses, totals.final_discounts) == (Decimal("30.00"), Decimal("20.00"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"quantity": "12"}, {"quantity": Decimal(12), "unit_price": Decimal(20)}),
        ({"unit_price": Decimal(18)}, {"unit_price": Decimal(18), "manual_price": True, "discounts": []}),
        ({"delivery_on": MAY}, {"delivery_on": MAY}),
        ({"goods_ready_on": APRIL}, {"goods_ready_on": APRIL}),
        ({"notes": "Red"}, {"notes": "Red"}),
    ],
)
def test_a_line_follows(given: dict[str, Any], expected: dict[str, Any]) -> None:
    bought = Bought()

    assert bought.again(a_line(1, **given)).outcome == "applied"
    assert {name: getattr(bought.line(), name) for name in expected} == expected


def test_an_agreed_price_takes_the_discounts_of_the_list_away() -> None:
    bought = Bought(known=following(a_list(A1="20", discounts="10")))
    before = bought.line().net

    bought.again(a_line(1, unit_price=Decimal(20)))

    assert (before, bought.line().net) == (Decimal("180.00"), Decimal("200.00"))


def test_what_a_group_company_pays_is_followed_as_its_price_with_its_discounts() -> None:
    bought = Bought(a_line(1, cost="20", discounts="10"), flow="intercompany", supplier="ACME")

    bought.again(a_line(1, cost="22", discounts="5"))

    assert (bought.line().unit_price, bought.line().net) == (Decimal(22), Decimal("209.00"))


def test_a_group_companys_discounts_that_are_gone_are_gone_from_its_order() -> None:
    bought = Bought(a_line(1, cost="20", discounts="10"), flow="intercompany", supplier="ACME")

    bought.again(a_line(1, cost="20"))

    assert (bought.line().discounts, bought.line().net) == ([], Decimal("200.00"))


def test_where_our_list_counts_a_group_companys_price_is_not_followed() -> None:
    known = following(supplier_price="price_list", agreement_tolerance_percent=Decimal(100))
    bought = Bought(a_line(1, cost="20"), known=known, flow="intercompany", supplier="ACME")

    assert bought.again(a_line(1, cost="22")).outcome == "applied"
    assert (bought.line().unit_price, bought.now().version) == (Decimal(20), 1)


def test_a_price_that_somebody_gave_by_hand_stays_while_the_agreed_one_does() -> None:
    bought = Bought(a_line(1, unit_price=Decimal(18)))
    bought.by_hand(LineAsked(line=Decimal(1), unit_price=Decimal(17)))

    bought.again(a_line(1, "12", cost="11", unit_price=Decimal(18)))

    assert (bought.line().unit_price, bought.line().quantity) == (Decimal(17), Decimal(12))


def test_prices_in_another_currency_are_converted_at_the_orders_date() -> None:
    bought = Bought(currency="DKK")

    bought.again(a_line(1, cost="15", unit_price=Decimal(150)))

    cost = bought.line().cost
    assert cost is not None
    assert (bought.line().unit_price, cost.unit_cost) == (Decimal(20), Decimal(2))


def test_costs_follow_and_what_is_earned_on_them() -> None:
    bought = Bought(a_line(1), a_line(2, item="A2"))

    decision = bought.again(a_line(1, cost="15", discounts="10"), a_line(2, item="A2"))

    cost = bought.line().cost
    assert cost is not None
    assert [path for path in fields_of(decision) if "totals" not in path] == ["/lines/1/cost"]
    assert (cost.unit_cost, cost.total_cost, cost.profit) == (Decimal("13.5"), Decimal("135.00"), Decimal("65.00"))


def test_a_cost_is_for_the_quantity_that_the_order_has() -> None:
    bought = Bought()
    bought.by_hand(LineAsked(line=Decimal(1), quantity=Decimal(8)))

    bought.again(a_line(1, cost="15"))

    cost = bought.line().cost
    assert cost is not None
    assert (bought.line().quantity, cost.total_cost, cost.profit) == (Decimal(8), Decimal("120.00"), Decimal("40.00"))


def test_an_added_line_is_resolved_costed_and_names_what_it_is_of() -> None:
    bought = Bought(notes="N")

    bought.again(a_line(1), a_line("2.5", "4", item="A2", cost="3"))

    line = bought.line("2.5")
    assert (line.item, line.quantity, line.unit_price, line.warehouse) == ("A2", Decimal(4), Decimal(5), "MAIN")
    assert line.cost is not None
    assert (line.cost.total_cost, line.cost.profit) == (Decimal("12.00"), Decimal("8.00"))
    assert line.origin == Origin(
        kind="supplier_order",
        source="purchasing",
        type=None,
        number="PO-1",
        version=None,
        date=bought.order.date,
        line=Decimal("2.5"),
    )


def test_a_removed_line_goes() -> None:
    bought = Bought(a_line(1), a_line(2, item="A2"))

    bought.again(a_line(2, item="A2"))

    assert [line.line for line in bought.now().lines] == [Decimal(2)]


def test_links_are_those_of_the_lines_that_there_are_now_each_whole() -> None:
    bought = Bought(a_line(1), a_line(2, item="A2"))

    bought.again(a_line(1, "12"), a_line(3, "7", item="A2"))

    assert bought.links == {Decimal(1): (Decimal(12), Decimal(12)), Decimal(3): (Decimal(7), Decimal(7))}


def test_a_line_that_somebody_took_out_of_the_order_is_linked_no_more_and_hinders_nothing() -> None:
    bought = Bought(a_line(1), a_line(2, item="A2"))
    bought.by_hand(LineAsked(line=Decimal(2), remove=True))

    assert bought.again(a_line(1, "12"), a_line(2, item="A2")).outcome == "applied"
    assert bought.links == {Decimal(1): (Decimal(12), Decimal(12)), Decimal(2): (Decimal(10), Decimal(0))}


def test_lines_move_with_the_headers_date_but_those_with_a_date_of_their_own_keep_it() -> None:
    lines = a_line(1), a_line(2, delivery_on=APRIL), a_line(3, delivery_on=MAY)
    bought = Bought(*lines, delivery_on=APRIL)

    bought.again(*lines, delivery_on=datetime.date(2026, 6, 1))

    assert [line.delivery_on for line in bought.now().lines] == [datetime.date(2026, 6, 1), APRIL, MAY]


def test_a_line_without_a_date_of_its_own_any_more_takes_the_headers() -> None:
    bought = Bought(a_line(1, delivery_on=MAY), delivery_on=APRIL)

    bought.again(a_line(1))

    assert bought.line().delivery_on == APRIL


def test_the_next_one_is_compared_with_what_was_followed() -> None:
    bought = Bought()
    bought.again(a_line(1, "12"))
    same, further = bought.again(), bought.again(a_line(1, "13"))

    assert (same.outcome, same.reasons, same.diverged) == ("duplicate", [], None)
    assert same.earlier == [OrderRef("N1", 2, "entered", duplicate=True)]
    assert [reason.data for reason in further.reasons] == [{"ordered": "12", "now": "13"}]


def test_what_somebody_has_asked_of_the_order_already_makes_no_version_and_agrees_from_then_on() -> None:
    bought = Bought()
    bought.by_hand(LineAsked(line=Decimal(1), quantity=Decimal(12)), notes="N")

    decision = bought.again(notes="N")

    assert (decision.outcome, decision.changed, bought.now().version) == ("applied", [], 2)
    assert decision.earlier == [OrderRef("N1", 2, "entered")]
    assert bought.record.content == content_of(bought.order)


def of_two_customers(**fields: Any) -> Bought:
    """Line 1 is C1's, line 2 is C2's; each order has half of a freight of 20."""
    known = following(a_customer("C2"))
    return Bought(a_line(1), a_line(2, customer="C2"), known=known, expenses=freight("20"), **fields)


def test_only_the_orders_change_of_which_something_is_asked_and_the_answer_names_all() -> None:
    bought = of_two_customers()

    decision = bought.again(a_line(1), a_line(2, "12", customer="C2"))

    assert [changed.order.number for changed in decision.changed] == ["N2"]
    assert decision.earlier == [OrderRef("N1", 1, "entered")]
    assert [order.version for order in bought.orders()] == [1, 2]


def test_a_header_is_followed_by_every_order_and_its_fixed_amounts_are_shared_anew() -> None:
    bought = of_two_customers()

    bought.again(a_line(1), a_line(2, "30", customer="C2"), expenses=freight("40"), notes="N")

    assert [order.notes for order in bought.orders()] == ["N", "N"]
    assert [order.totals.expenses for order in bought.orders()] == [Decimal("10.00"), Decimal("30.00")]


def test_an_added_line_goes_to_the_order_of_its_customer() -> None:
    bought = of_two_customers()

    bought.again(a_line(1), a_line(2, customer="C2"), a_line(3, customer="C2"))

    assert [[line.line for line in order.lines] for order in bought.orders()] == [[1], [2, 3]]


def test_an_added_line_goes_to_the_order_of_its_project_where_that_parts() -> None:
    known = following(a_customer(grouping=parted_by_project()))
    bought = Bought(a_line(1, project="P1"), a_line(2), known=known)

    bought.again(a_line(1, project="P1"), a_line(2), a_line(3, project="P1"))

    assert [[line.line for line in order.lines] for order in bought.orders()] == [[1, 3], [2]]


@pytest.mark.parametrize(("limit", "events"), [("500", []), ("300", ["order.blocked"])])
def test_the_credit_limit_is_weighed_anew(limit: str, events: list[str]) -> None:
    known = following(a_customer(credit=Credit(limit=Decimal(limit), control="block")))
    bought = Bought(known=known, owed={"C1": "0"})

    decision = bought.again(a_line(1, "15"))

    assert events_of(decision) == ["order.changed", *events]
    assert known.credit["C1"].total == Decimal("366.00")


def test_the_credit_of_one_order_is_seen_by_the_next() -> None:
    credit = Credit(limit=Decimal(700), control="block", group="C1")
    known = following(a_customer(credit=credit), a_customer("C2", credit=credit))
    bought = Bought(a_line(1), a_line(2, customer="C2"), known=known, owed={"C1": "0"})

    decision = bought.again(a_line(1, "15"), a_line(2, "15", customer="C2"))

    assert events_of(decision) == ["order.changed", "order.changed", "order.blocked"]
    assert known.credit["C1"].total == Decimal("732.00")


def test_a_held_order_follows_and_is_released_where_it_fits_now() -> None:
    known = following(a_customer(credit=Credit(limit=Decimal(200), control="block")))
    bought = Bought(known=known, owed={"C1": "0"})
    held = bought.now().stage

    decision = bought.again(a_line(1, "5"))

    assert (held, events_of(decision)) == ("blocked", ["order.changed", "order.released"])


def of_a_group(cost: str = "20", tolerance: str = "0") -> Bought:
    """Ten A1 for a group company; our list says 20."""
    known = following(agreement="hold", agreement_tolerance_percent=Decimal(tolerance))
    return Bought(a_line(1, cost=cost), a_line(2, cost="5", item="A2"), known=known, flow="intercompany", supplier="US")


def test_a_price_that_no_longer_agrees_is_warned_of_and_holds_the_order() -> None:
    bought = of_a_group()

    decision = bought.again(a_line(1, cost="19"), a_line(2, cost="5", item="A2"))

    assert events_of(decision) == ["order.changed", "order.blocked"]
    assert [(one.code, one.line) for one in bought.now().warnings] == [("price_disagreement", Decimal(1))]
    assert [hold.details for hold in bought.now().holds] == ["The agreed price differs from ours on line 1."]


def test_a_price_that_agrees_again_releases_the_order() -> None:
    bought = of_a_group("19")

    decision = bought.again(a_line(1, cost="20"), a_line(2, cost="5", item="A2"))

    assert events_of(decision) == ["order.changed", "order.released"]
    assert (bought.now().warnings, bought.now().holds) == ([], [])


def test_a_hold_that_was_released_does_not_come_back_for_a_line_that_has_not_changed() -> None:
    bought = of_a_group("19")
    bought.act("release")

    decision = bought.again(a_line(1, cost="19"), a_line(2, "12", cost="5", item="A2"))

    assert events_of(decision) == ["order.changed"]
    assert [(one.code, one.line) for one in bought.now().warnings] == [("price_disagreement", Decimal(1))]


def test_the_disagreement_of_a_removed_line_goes_with_it() -> None:
    bought = of_a_group("19")

    assert events_of(bought.again(a_line(2, cost="5", item="A2"))) == ["order.changed", "order.released"]


def test_what_is_resolved_anew_is_explained() -> None:
    [changed] = of_a_group().again(a_line(1, cost="19"), a_line(2, cost="5", item="A2")).changed

    assert changed.trace is not None
    assert {"unit_price", "cost", "agreement"} <= {one.field for one in changed.trace.entries if one.line == 1}


def test_an_order_that_this_very_transaction_enters_follows_in_the_next() -> None:
    state = following()
    decide(a_supplier_order(), state)

    with pytest.raises(EnteredJustNow):
        decide(a_supplier_order(a_line(1, "12")), state)
