"""Changes of an order: versions, before and after, guards (contract 3, order.change-requested)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from life_given import (
    NAME,
    NUMBER,
    Everything,
    Life,
    a_type,
    asking,
    business,
    confirmed,
    day,
    events_of,
    fields_of,
    freight,
    knowing,
    offered,
    registries,
    repriced,
    told_of,
)

from adapter.domain.decision import OrderRef
from adapter.domain.document import order_document
from adapter.domain.known import Registries
from adapter.domain.life.changing import change
from adapter.domain.life.changing_asked import ChangeAsked, HeaderAsked


def test_a_change_makes_a_new_version_and_tells_before_and_after_of_each_field() -> None:
    life = Life()

    decision = life.change(asking(quantity="12"), set={"notes": "Ring twice"}, reason="asked for")

    (changed,) = decision.changed[0].changes
    assert (changed.type, changed.dimension, changed.from_, changed.to) == ("order.changed", "content", 1, 2)
    assert (changed.details["by"], changed.details["reason"]) == ("eva", "asked for")
    assert fields_of(decision) == {
        "/notes": (None, "Ring twice"),
        "/lines/1/quantity": ("10", "12"),
        "/totals/net": ("100.00", "120.00"),
        "/totals/vat": ("22.00", "26.40"),
        "/totals/total": ("122.00", "146.40"),
    }
    assert (life.order.version, life.state.position, life.order.totals.total) == (2, 2, Decimal("146.40"))


def test_what_came_and_what_went_is_told_whole() -> None:
    life = Life(offered(), offered(2, "5"))

    told = fields_of(life.change(asking(2, remove=True), add=[offered(3, "1")]))

    assert (told["/lines/2"][0]["quantity"], told["/lines/2"][1]) == ("5", None)
    assert (told["/lines/3"][0], told["/lines/3"][1]["quantity"]) == (None, "1")


def test_a_percent_discount_is_not_told_as_changed_because_it_comes_to_more() -> None:
    life = Life(offered(discounts="10"), final_discounts="5")

    told = fields_of(life.change(asking(quantity="12")))

    assert [path for path in told if "discounts" in path] == []


def test_a_change_that_changes_nothing_is_applied_without_a_version() -> None:
    life = Life(delivery_on=day("2026-04-01"))
    before = life.state.document

    decision = life.change(asking(quantity="10"), set={"delivery_on": day("2026-04-01"), "currency": "EUR"})

    assert (decision.outcome, decision.changed) == ("applied", [])
    assert decision.earlier == [OrderRef(NUMBER, 1, "entered")]
    assert (life.state.document, life.state.position) == (before, 1)


def test_a_change_of_a_version_that_has_passed_is_refused() -> None:
    life = Life()
    life.change(asking(quantity="12"))

    decision = life.change(asking(quantity="13"), expected_version=1)

    assert told_of(decision) == [("version_conflict", "/expected_version")]
    assert life.change(asking(quantity="13"), expected_version=2).outcome == "applied"


def test_an_acknowledged_order_is_locked_where_its_type_says_so() -> None:
    life = confirmed(known=knowing(how=business(a_type(lock_when_acknowledged=True))))
    before = life.change(asking(quantity="12")).outcome
    life.act("acknowledge")

    decision = life.change(asking(quantity="13"))

    assert (before, decision.outcome, told_of(decision)) == ("applied", "refused", [("order_locked", "/order")])


def test_an_acknowledged_order_of_another_type_may_be_changed() -> None:
    life = confirmed()
    life.act("acknowledge")

    assert life.change(asking(quantity="12")).outcome == "applied"


def test_every_fault_is_told_at_once_and_nothing_is_changed() -> None:
    life = Life(offered(), offered(2, "5"))
    before = life.state.document

    decision = life.change(
        asking(1, quantity="1.5", unit_price="-1"),
        asking(7, quantity="1"),
        add=[offered(2), offered(3, item="NONE")],
        set={
            "currency": "DKK",
            "customer": "C2",
            "delivery_on": day("2026-04-01"),
            "goods_ready_on": day("2026-04-02"),
        },
        expected_version=4,
    )

    assert told_of(decision) == [
        ("version_conflict", "/expected_version"),
        ("currency_mismatch", "/set/currency"),
        ("invalid", "/set/customer"),
        ("invalid", "/lines/0/quantity"),
        ("invalid", "/lines/0/unit_price"),
        ("invalid", "/lines/1/line"),
        ("dates_out_of_order", "/set/goods_ready_on"),
        ("invalid", "/add/0/line"),
        ("unknown_item", "/add/1/item"),
    ]
    assert (life.state.document, life.state.position) == (before, 1)


def test_the_ones_and_the_others_wait_for_an_order_that_does_not_exist() -> None:
    decision = change(ChangeAsked(name=NAME, by="eva", header=HeaderAsked(notes="x")), knowing())

    assert (decision.waits, told_of(decision)) == (True, [("unknown_order", "/order")])


def test_an_order_of_a_customer_or_type_that_is_gone_is_parked_and_says_why() -> None:
    life = Life()
    life.known.registries = Registries(Everything())
    life.known.business = business(a_type(code="OTHER"))

    decision = life.change(asking(quantity="12"))

    assert (decision.outcome, [code for code, _ in told_of(decision)]) == (
        "parked",
        ["unknown_customer", "order_type_unknown"],
    )


def test_an_order_may_not_come_to_less_than_nothing() -> None:
    assert told_of(Life().change(set={"final_discounts": "500#"})) == [("invalid", "")]


def test_lowering_a_line_to_what_is_delivered_completes_the_order() -> None:
    life = confirmed()
    life.report("D1", (1, 4))

    decision = life.change(asking(quantity="4"))

    assert events_of(decision) == ["order.changed", "order.fulfilled"]
    assert (life.order.stage, life.state.position, life.state.credit_amount) == ("fulfilled", 5, 0)


def test_removing_all_that_is_open_beside_a_closed_line_closes_the_order() -> None:
    life = confirmed(offered(), offered(2, "5"))
    life.act("close", lines=(Decimal(1),))

    decision = life.change(asking(2, remove=True))

    assert (events_of(decision), life.order.stage) == (["order.changed", "order.closed"], "closed")


def test_the_second_change_starts_from_what_the_first_has_left() -> None:
    life = Life()
    life.change(asking(quantity="12"))

    told = fields_of(life.change(asking(quantity="14")))

    assert (told["/lines/1/quantity"], life.order.version) == (("12", "14"), 3)


def test_the_explanation_covers_what_was_decided_anew() -> None:
    (changed,) = Life().change(set={"shipping": "AIR"}, add=[offered(2, "1", None, item="A2")]).changed

    assert changed.trace is not None
    told = {(entry.line, entry.field): entry.won.rule for entry in changed.trace.entries}
    assert (told[None, "shipping"], told[Decimal(2), "unit_price"]) == ("given", "item_price")


def test_a_removed_line_leaves_no_explanation_behind() -> None:
    (changed,) = Life(offered(), offered(2, "5")).change(asking(2, remove=True)).changed

    assert changed.trace is not None
    assert changed.trace.forgotten == {Decimal(2)}


@pytest.mark.parametrize("asked", [{"set": {"notes": "x"}}, {"reprice": repriced()}])
def test_an_order_reads_back_as_it_was_written(asked: dict[str, object]) -> None:
    life = Life(
        offered(discounts="10+5#"),
        offered(2, None, None, item="B1"),
        known=knowing(registries(), business(missing_price="accept")),
        expenses=(freight("10"), freight(percent="2", type_="TOLL")),
        final_discounts="3+1#",
        discounts="4",
    )
    life.change(**asked)

    assert order_document(life.order) == life.state.document
