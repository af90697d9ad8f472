"""Actions on an order: what they tell, what they close, release and cancel."""

from __future__ import annotations

from decimal import Decimal

from life_given import (
    NAME,
    Life,
    a_note,
    a_type,
    business,
    confirmed,
    events_of,
    knowing,
    offered,
    on_credit,
    registries,
    told_of,
)

from adapter.domain.known import CreditAccount, Known
from adapter.domain.life.acting import Action, act
from adapter.domain.order import Hold


def test_who_asked_and_why_is_told_by_the_event() -> None:
    (change,) = Life().act("confirm", reason="called us", note="by phone").changed[0].changes

    assert (change.type, change.dimension, change.from_, change.to) == (
        "order.confirmed",
        "confirmation",
        "entered",
        "confirmed",
    )
    assert change.details == {"by": "eva", "reason": "called us", "note": "by phone"}


def test_an_action_leaves_the_version_and_takes_the_next_position() -> None:
    life = Life()

    (changed,) = life.act("confirm").changed

    assert (changed.position, life.state.position, life.order.version) == (1, 2, 1)


def test_an_action_on_a_version_that_has_passed_is_refused_with_the_present_one() -> None:
    (reason,) = Life().act("confirm", expected_version=3).reasons

    assert (reason.code, reason.path, reason.data) == ("version_conflict", "/expected_version", {"version": 1})


def test_all_that_is_wrong_with_an_action_is_told_at_once() -> None:
    decision = Life().act("release", expected_version=3)

    assert told_of(decision) == [("version_conflict", "/expected_version"), ("action_not_allowed", "/action")]


def test_an_order_that_does_not_exist_is_awaited() -> None:
    decision = act(Action(name=NAME, action="confirm", by="eva"), knowing())

    assert (decision.waits, decision.reasons[0].awaits) == (True, ("order#", NAME.number))


def test_a_name_of_several_orders_is_refused_with_their_numbers() -> None:
    life = Life()
    life.known.orders[NAME] = [life.state, life.state]

    assert told_of(life.act("confirm")) == [("invalid", "/order")]


def test_closing_an_order_closes_what_is_open_and_ends_it() -> None:
    life = confirmed(offered(), offered(2, "5"), a_note())
    life.report("D1", (1, 4))

    (changed,) = life.act("close").changed

    assert [(line.fulfilled_quantity, line.closed_quantity) for line in life.order.lines[:2]] == [(4, 6), (0, 5)]
    assert (life.order.stage, changed.changes[0].details["lines"]) == ("closed", {"1": "6", "2": "5"})


def test_closing_lines_leaves_the_others_open() -> None:
    life = confirmed(offered(), offered(2, "5"))

    decision = life.act("close", lines=(Decimal(2), Decimal(2)))

    assert events_of(decision) == ["order.closed"]
    assert decision.changed[0].changes[0].details["lines"] == {"2": "5"}
    assert (life.order.fulfilment, life.line(1).remaining_quantity) == ("partial", 10)


def test_closing_the_last_open_line_closes_the_order() -> None:
    life = confirmed(offered(), offered(2, "5"))
    life.report("D1", (1, 10))

    life.act("close", lines=(Decimal(2),))

    assert life.order.stage == "closed"


def test_lines_that_cannot_be_closed_are_all_named() -> None:
    life = confirmed(offered(), offered(2, "5"), a_note())
    life.report("D1", (1, 10))

    decision = life.act("close", lines=tuple(Decimal(number) for number in (1, 2, 7, 9)))

    assert told_of(decision) == [
        ("action_not_allowed", "/lines/0"),
        ("invalid", "/lines/2"),
        ("invalid", "/lines/3"),
    ]
    assert life.line(2).closed_quantity == 0


def test_an_order_of_notes_alone_can_be_closed() -> None:
    life = Life(a_note())

    life.act("close")

    assert life.order.stage == "closed"


def test_cancelling_closes_whatever_is_open() -> None:
    life = confirmed()

    decision = life.act("cancel", reason="gone elsewhere")

    assert events_of(decision) == ["order.cancelled"]
    assert (life.order.stage, life.order.fulfilment, life.line().closed_quantity) == ("cancelled", "closed", 10)


def test_releasing_ends_the_hold_and_remembers_what_was_authorised() -> None:
    life = Life(known=knowing(registries(customer=on_credit("50"))))

    decision = life.act("release", hold="credit")

    assert events_of(decision) == ["order.released"]
    assert (life.order.hold, life.order.holds, life.order.authorised_total) == ("released", [], Decimal("122.00"))


def test_releasing_a_hold_that_there_is_not_names_those_that_there_are() -> None:
    life = Life(known=knowing(registries(customer=on_credit("50"))))

    (reason,) = life.act("release", hold="price").reasons

    assert (reason.code, reason.path, reason.data) == ("action_not_allowed", "/hold", {"holds": ["credit"]})


def test_an_order_of_two_holds_stays_held_until_both_are_released() -> None:
    known = knowing(registries(customer=on_credit("50")), business(missing_price="hold"))
    life = Life(offered(), offered(2, "1", None), known=known)

    stages = []
    for kind in ("credit", "price"):
        life.act("release", hold=kind)
        stages.append((life.order.hold, [hold.kind for hold in life.order.holds]))

    assert stages == [("blocked", ["price"]), ("released", [])]


def test_an_order_that_only_a_workflow_still_holds_awaits_approval() -> None:
    life = Life(known=knowing(registries(customer=on_credit("50"))))
    held = [*life.state.document["holds"], {"kind": "workflow", "since": "2026-03-10", "details": None}]
    life.state.document = {**life.state.document, "holds": held}

    life.act("release", hold="credit")

    assert (life.order.hold, life.order.holds) == ("awaiting_approval", [Hold(kind="workflow", since="2026-03-10")])


def test_what_an_order_reserves_of_credit_ends_with_it() -> None:
    life = confirmed(known=knowing(registries(customer=on_credit("500"))))
    before = life.state.credit_amount

    life.act("cancel")

    assert [before, life.state.credit_amount, life.known.credit["C1"].total] == [Decimal("122.00"), 0, 0]


def test_an_order_reserves_credit_from_the_state_that_the_parameter_names() -> None:
    life = Life(known=_counting("acknowledged"))

    reserved = [life.state.credit_amount]
    for action in ("confirm", "acknowledge"):
        life.act(action)
        reserved.append(life.state.credit_amount)

    assert reserved == [0, 0, Decimal("122.00")]


def test_an_order_of_a_type_without_credit_reserves_none() -> None:
    life = Life(known=knowing(how=business(a_type(credit=False))))

    life.act("confirm")

    assert (life.state.credit_amount, life.known.credit["C1"]) == (0, CreditAccount(Decimal(0)))


def _counting(state: str) -> Known:
    return knowing(how=business(credit_counts=state))
