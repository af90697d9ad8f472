"""Lines that are changed, added and removed: never below what is fulfilled."""

from __future__ import annotations

from decimal import Decimal

import pytest
from life_given import (
    DAY,
    Life,
    a_customer,
    a_note,
    asking,
    business,
    confirmed,
    day,
    fields_of,
    knowing,
    offered,
    registries,
    told_of,
)

from adapter.domain.life.changing_asked import LineAsked
from adapter.domain.registry import CustomerItem


def test_a_quantity_may_fall_to_what_is_fulfilled_and_closed_and_no_further() -> None:
    life = confirmed(offered(), offered(2, "5"))
    life.report("D1", (1, 4))
    life.report("D2", (2, 1), closes=True)

    decision = life.change(asking(1, quantity="3"), asking(2, quantity="4"))

    assert told_of(decision) == [("invalid", "/lines/0/quantity"), ("invalid", "/lines/1/quantity")]
    assert [reason.data["least"] for reason in decision.reasons] == ["4", "5"]
    assert life.change(asking(1, quantity="4")).outcome == "applied"


def test_a_line_that_was_over_delivered_may_be_asked_to_stay_as_it_is() -> None:
    life = confirmed(offered(), offered(2, "5"), known=knowing(how=business(over_fulfilment_percent=Decimal(10))))
    life.report("D1", (1, 11))

    assert life.change(asking(1, quantity="10"), asking(2, quantity="6")).outcome == "applied"


def test_a_quantity_finer_than_its_unit_is_refused() -> None:
    assert told_of(Life().change(asking(quantity="1.5"))) == [("invalid", "/lines/0/quantity")]


def test_whole_packs_and_lots_are_asked_for_as_at_entry() -> None:
    lots = (CustomerItem(item="PACK", economic_lot=Decimal(6)),)
    how = business(pack_multiple_required=True, propose_economic_lot=False)
    life = Life(offered(quantity="12", item="PACK"), known=knowing(registries(customer=a_customer(items=lots)), how))

    decision = life.change(asking(quantity="4"))

    assert told_of(decision) == [
        ("below_economic_lot", "/lines/0/quantity"),
        ("quantity_not_multiple", "/lines/0/quantity"),
    ]


def test_the_quantity_in_the_second_unit_keeps_its_proportion() -> None:
    how = business(double_uom=True, propose_alternative_uom=True)
    life = Life(offered(quantity="10", item="B1"), known=knowing(how=how))

    told = fields_of(life.change(asking(quantity="15")))

    assert told["/lines/1/alternative_quantity"] == ("2", "3")


def test_dates_of_a_line_must_be_in_order_with_what_it_has() -> None:
    life = Life(offered(goods_ready_on=day("2026-04-02"), delivery_on=day("2026-04-03")))

    early = life.change(asking(delivery_on=day("2026-04-01")))
    late = life.change(asking(goods_ready_on=day("2026-04-04")))

    assert told_of(early) == [("dates_out_of_order", "/lines/0/delivery_on")]
    assert told_of(late) == [("dates_out_of_order", "/lines/0/goods_ready_on")]
    assert life.change(asking(goods_ready_on=day("2026-04-01"), delivery_on=day("2026-04-01"))).outcome == "applied"


def test_a_line_to_be_delivered_before_its_order_only_warns() -> None:
    life = Life()

    life.change(asking(delivery_on=day("2026-03-09")))
    then = [(warning.code, warning.line) for warning in life.order.warnings]
    life.change(asking(delivery_on=DAY))

    assert (then, life.order.warnings) == ([("delivery_in_past", 1)], [])


def test_notes_of_a_line_are_taken_over() -> None:
    life = Life()

    assert fields_of(life.change(asking(notes="blue"))) == {"/lines/1/notes": (None, "blue")}


def test_a_note_has_neither_quantity_nor_price() -> None:
    life = Life(offered(), a_note(2))

    decision = life.change(LineAsked(line=Decimal(2), quantity=Decimal(1), unit_price=Decimal(1), discounts="5"))

    assert told_of(decision) == [("invalid", f"/lines/0/{name}") for name in ("quantity", "unit_price", "discounts")]


def test_a_removed_line_takes_its_warnings_with_it() -> None:
    life = Life(offered(), offered(2, "1", delivery_on=day("2026-03-09")))

    life.change(asking(2, remove=True))

    assert ([line.line for line in life.order.lines], life.order.warnings) == ([1], [])


@pytest.mark.parametrize("touched", ["delivered", "closed"])
def test_a_line_of_which_anything_was_delivered_or_closed_stays(touched: str) -> None:
    life = confirmed(offered(), offered(2, "5"))
    if touched == "delivered":
        life.report("D1", (1, 4))
    else:
        life.act("close", lines=(Decimal(1),))

    assert told_of(life.change(asking(1, remove=True))) == [("invalid", "/lines/0/remove")]


def test_a_line_that_was_taken_back_whole_may_go() -> None:
    life = confirmed(offered(), offered(2, "5"))
    life.report("D1", (1, 4))
    life.report("D2", (1, -4))

    assert life.change(asking(1, remove=True)).outcome == "applied"


def test_an_order_keeps_a_line_that_can_be_delivered() -> None:
    life = Life(offered(), a_note())

    assert told_of(life.change(asking(1, remove=True))) == [("invalid", "/lines")]
    assert told_of(life.change(asking(1, remove=True), add=[a_note(2)])) == [("invalid", "/lines")]
    assert life.change(asking(1, remove=True), add=[offered(2)]).outcome == "applied"


def test_an_added_line_is_resolved_as_an_offers_is() -> None:
    life = Life(delivery_on=day("2026-04-01"), project="P1")

    life.change(add=[offered("1.5", None, None, item="A2")])

    line = life.line("1.5")
    assert (line.quantity, line.uom, line.unit_price, line.vat_code, line.description) == (
        1,
        "EA",
        Decimal("7.5"),
        "S22",
        "Brush",
    )
    assert (line.delivery_on, line.project, line.origin) == (day("2026-04-01"), "P1", None)


def test_an_added_line_needs_a_number_that_is_free() -> None:
    decision = Life(offered(), offered("2.5", "1")).change(add=[offered("2.50")])

    assert told_of(decision) == [("invalid", "/add/0/line")]
    assert decision.reasons[0].data["free"] == "3"


def test_the_number_of_a_line_that_goes_is_free_for_one_that_comes() -> None:
    life = Life(offered(), offered(2, "5"))

    told = fields_of(life.change(asking(2, remove=True), add=[offered(2, "1", None, item="A2")]))

    assert (told["/lines/2/item"], told["/lines/2/unit_price"]) == (("A1", "A2"), ("10", "7.5"))


def test_every_fault_of_added_lines_is_told_where_it_stands() -> None:
    life = Life()
    lines = [
        offered(2, "1", None),
        offered(3, "1.5"),
        offered(4, "1", vat_code="NONE"),
        offered(5, "1", discounts="ten"),
        offered(6, "1", accepted_quantity=Decimal(1)),
        offered(7, "1", goods_ready_on=day("2026-04-02"), delivery_on=day("2026-04-01")),
    ]

    assert sorted(told_of(life.change(add=lines))) == [
        ("ambiguous_discount", "/add/3/discounts"),
        ("dates_out_of_order", "/add/5/goods_ready_on"),
        ("invalid", "/add/1/quantity"),
        ("invalid", "/add/4/accepted_quantity"),
        ("price_missing", "/add/0/unit_price"),
        ("unknown_code", "/add/2/vat_code"),
    ]


def test_a_note_may_be_added() -> None:
    life = Life()

    life.change(add=[a_note(2)])

    assert (life.line(2).kind, life.line(2).description, life.order.totals.net) == ("note", "Ring twice", 100)
