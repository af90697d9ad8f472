"""Fulfilment reports: counted once, never beyond what was ordered, taken back, closing (§10.2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from life_given import (
    NUMBER,
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

from adapter.domain.decision import OrderRef


def test_a_part_makes_the_order_partly_fulfilled_and_the_rest_completes_it() -> None:
    life = confirmed()

    events = [events_of(life.report(number, (1, quantity))) for number, quantity in (("D1", 4), ("D2", 5), ("D3", 1))]

    assert events == [["order.partially-fulfilled"], ["order.partially-fulfilled"], ["order.fulfilled"]]
    assert (life.order.stage, life.line().fulfilled_quantity, life.line().remaining_quantity) == ("fulfilled", 10, 0)


def test_the_event_tells_the_document_and_what_it_reported() -> None:
    (changed,) = confirmed().report("D1", (1, 4)).changed

    assert changed.changes[0].details == {
        "document": {"kind": "delivery_note", "number": "D1", "date": "2026-03-10"},
        "lines": [{"line": "1", "quantity": "4"}],
        "closes": False,
    }


def test_notes_need_no_delivery() -> None:
    life = confirmed(offered(), a_note())

    life.report("D1", (1, 10))

    assert life.order.stage == "fulfilled"


def test_the_same_document_again_is_a_duplicate_however_its_lines_stand() -> None:
    life = confirmed(offered(), offered(2, "5"))
    life.report("D1", (1, 4), (2, 5))

    decision = life.report("D1", (2, 5), (1, "4.0"))

    assert (decision.outcome, decision.changed) == ("duplicate", [])
    assert decision.earlier == [OrderRef(NUMBER, 1, "partially_fulfilled")]
    assert life.line().fulfilled_quantity == 4


@pytest.mark.parametrize(("lines", "closes"), [(((1, 5),), False), (((1, 4),), True)])
def test_the_same_document_with_other_content_is_refused(lines: tuple[tuple[int, int], ...], closes: bool) -> None:
    life = confirmed()
    life.report("D1", (1, 4))

    assert told_of(life.report("D1", *lines, closes=closes)) == [("document_changed", "/document")]


def test_an_invoice_of_the_same_number_is_another_document() -> None:
    life = confirmed()
    life.report("7", (1, 4))

    assert life.report("7", (1, 4), kind="invoice").outcome == "applied"


def test_more_than_is_open_is_refused_with_what_may_come() -> None:
    life = confirmed()
    life.report("D1", (1, 8))

    (reason,) = life.report("D2", (1, 3)).reasons

    assert (reason.code, reason.path, reason.data) == (
        "over_fulfilled",
        "/lines/0/quantity",
        {"fulfilled": "8", "most": "10"},
    )


def test_more_is_tolerated_up_to_the_percent_that_is_set() -> None:
    life = confirmed(known=knowing(how=business(over_fulfilment_percent=Decimal(10))))

    outcomes = [life.report("D1", (1, 11)).outcome, life.report("D2", (1, 1)).outcome]

    assert (outcomes, life.line().remaining_quantity, life.order.stage) == (["applied", "refused"], 0, "fulfilled")


def test_what_was_closed_does_not_come_whatever_is_tolerated() -> None:
    life = confirmed(known=knowing(how=business(over_fulfilment_percent=Decimal(50))))
    life.report("D1", (1, 4), closes=True)

    assert told_of(life.report("D2", (1, 1))) == [("over_fulfilled", "/lines/0/quantity")]


def test_a_report_that_closes_ends_its_lines_alone() -> None:
    life = confirmed(offered(), offered(2, "5"))

    events = [events_of(life.report("D1", (1, 4), closes=True)), events_of(life.report("D2", (2, 0), closes=True))]

    assert events == [["order.partially-fulfilled"], ["order.closed"]]
    assert [line.closed_quantity for line in life.order.lines] == [6, 5]


def test_a_line_that_stands_twice_in_a_closing_report_is_counted_twice_and_closed_once() -> None:
    life = confirmed()

    assert life.report("D1", (1, 3), (1, 2), closes=True).outcome == "applied"
    assert (life.line().fulfilled_quantity, life.line().closed_quantity) == (5, 5)


def test_taking_back_opens_the_line_again() -> None:
    life = confirmed()
    life.report("D1", (1, 10))

    decision = life.report("D2", (1, -10))

    assert (events_of(decision), life.order.stage) == (["order.partially-fulfilled"], "confirmed")
    assert life.line().remaining_quantity == 10


def test_no_more_is_taken_back_than_was_delivered() -> None:
    life = confirmed()
    life.report("D1", (1, 4))

    assert told_of(life.report("D2", (1, -5))) == [("invalid", "/lines/0/quantity")]


def test_every_fault_of_a_report_is_told_and_nothing_counted() -> None:
    life = confirmed(offered(), offered(2, "5"), a_note())

    decision = life.report("D1", (1, 4), (2, 6), (7, 1), (9, 1), (1, "0.5"))

    assert told_of(decision) == [
        ("over_fulfilled", "/lines/1/quantity"),
        ("invalid", "/lines/2/line"),
        ("invalid", "/lines/3/line"),
        ("invalid", "/lines/4/quantity"),
    ]
    assert (life.line().fulfilled_quantity, life.order.stage) == (0, "confirmed")


def test_an_order_that_is_not_confirmed_is_not_fulfillable_yet() -> None:
    decision = Life().report("D1", (1, 4))

    assert (decision.outcome, told_of(decision)) == ("parked", [("not_fulfillable", "/order")])


def test_a_held_order_is_not_fulfillable_until_it_is_released() -> None:
    life = confirmed(known=knowing(registries(customer=on_credit("50"))))

    before = life.report("D1", (1, 4)).outcome
    life.act("release")

    assert (before, life.report("D1", (1, 4)).outcome) == ("parked", "applied")


def test_a_type_may_ask_for_the_acknowledgement_first() -> None:
    life = confirmed(known=knowing(how=business(a_type(requires_acknowledgement=True))))

    before = life.report("D1", (1, 4)).outcome
    life.act("acknowledge")

    assert (before, life.report("D1", (1, 4)).outcome) == ("parked", "applied")


def test_a_cancelled_order_is_not_fulfillable() -> None:
    life = confirmed()
    life.act("cancel")

    assert told_of(life.report("D1", (1, 4))) == [("not_fulfillable", "/order")]


def test_what_is_delivered_no_longer_counts_as_open_credit() -> None:
    life = confirmed(known=knowing(registries(customer=on_credit("500"))))

    life.report("D1", (1, 4))

    assert (life.state.credit_amount, life.known.credit["C1"].total) == (Decimal("73.20"), Decimal("73.20"))
