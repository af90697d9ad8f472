"""Prices that change: by hand, by a list that is named, by repricing; what was promised stands otherwise (§4.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from life_given import (
    Life,
    a_customer,
    a_list,
    asking,
    business,
    confirmed,
    day,
    events_of,
    fields_of,
    knowing,
    offered,
    registries,
    repriced,
    told_of,
)

from adapter.domain.known import Known
from adapter.domain.order import OrderLine
from adapter.domain.registry import CustomerPriceList, PriceLine, PriceList, QuantityPrice

SPRING = (a_list("TRADE", "10"), a_list("TRADE", "12", "2026-04-01"), a_list("RETAIL", "15"))


def listed(*lists: PriceList) -> Known:
    return knowing(registries(lists=lists or SPRING))


def of(line: OrderLine) -> Any:
    return line.unit_price, line.price_list, line.manual_price


def test_a_price_by_hand_is_manual_and_of_no_list() -> None:
    life = Life(offered(price=None), known=listed())

    told = fields_of(life.change(asking(unit_price="9")))

    assert of(life.line()) == (9, None, True)
    assert told["/lines/1/manual_price"] == (False, True)


def test_a_price_of_zero_by_hand_is_a_price() -> None:
    life = Life()

    life.change(asking(unit_price="0"))

    assert of(life.line()) == (0, None, True)


def test_a_price_by_hand_leaves_the_discounts_as_they_are() -> None:
    life = Life(offered(discounts="10"))

    life.change(asking(unit_price="20"))

    assert life.line().net == 180


@pytest.mark.parametrize(("kind", "outcome"), [("item", "refused"), ("charge", "applied")])
def test_only_a_charge_may_have_a_negative_price(kind: str, outcome: str) -> None:
    life = Life(offered(), offered(2, "1", kind=kind))

    assert life.change(asking(2, unit_price="-1")).outcome == outcome


def test_discounts_by_hand_are_complete_and_make_the_price_manual() -> None:
    life = Life(offered(discounts="10"))

    life.change(asking(discounts="5+2#"))

    assert (life.line().discount, life.line().manual_price) == (7, True)


def test_discounts_that_cannot_be_read_are_told_at_the_line() -> None:
    assert told_of(Life().change(asking(discounts="ten"))) == [("ambiguous_discount", "/lines/0/discounts")]


def test_a_promised_price_stands_whatever_bracket_the_new_quantity_is_in() -> None:
    line = PriceLine(
        item="A1", uom="EA", price=Decimal(10), quantity_prices=(QuantityPrice(from_=Decimal(20), price=Decimal(8)),)
    )
    bracket = PriceList(
        key="TRADE/*/EUR/2026-01-01",
        type="TRADE",
        customer=None,
        currency="EUR",
        valid_from=day("2026-01-01"),
        lines=(line,),
    )
    life = Life(offered(price=None), known=listed(bracket))

    life.change(asking(quantity="20"))
    promised = life.line().unit_price
    life.change(reprice=repriced())

    assert (promised, life.line().unit_price) == (10, 8)


def test_a_list_that_is_named_gives_the_line_its_price_and_discounts() -> None:
    life = Life(offered(discounts="10"), known=listed())
    life.change(asking(unit_price="9"))

    life.change(asking(price_list="RETAIL"))

    assert of(life.line()) == (15, "RETAIL/*/EUR/2026-01-01", False)
    assert life.line().discounts == []


def test_discounts_beside_a_list_are_complete_and_by_hand() -> None:
    life = Life(known=listed())

    life.change(asking(price_list="RETAIL", discounts="10"))

    assert (*of(life.line())[::2], life.line().net) == (15, True, 135)


def test_a_price_beside_a_list_is_kept_as_given() -> None:
    life = Life(known=listed())

    life.change(asking(price_list="RETAIL", unit_price="14"))

    assert of(life.line()) == (14, "RETAIL", True)


def test_a_list_without_the_items_price_is_refused_where_prices_may_not_be_missing() -> None:
    life = Life(offered(), offered(2, item=None, kind="uncoded", description="Made to measure"), known=listed())

    decision = life.change(asking(1, price_list="NONE"), asking(2, price_list="RETAIL"))

    assert told_of(decision) == [("price_missing", "/lines/0/unit_price"), ("invalid", "/lines/1/price_list")]


def test_a_header_list_serves_new_lines_and_repricing_only() -> None:
    life = Life(offered(price=None), known=listed())

    life.change(set={"price_list": "RETAIL"}, add=[offered(2, "1", None)])
    promised = [line.unit_price for line in life.order.lines]
    life.change(reprice=repriced())

    assert (promised, [line.unit_price for line in life.order.lines]) == ([10, 15], [15, 15])


def test_repricing_looks_at_the_day_that_is_asked_for() -> None:
    life = Life(offered(price=None, delivery_on=day("2026-04-08")), known=listed())

    prices = []
    for at in ("delivery_date", "order_date"):
        life.change(reprice=repriced(at))
        prices.append(life.line().unit_price)

    assert prices == [12, 10]


def test_repricing_at_the_order_date_overrules_the_parameter() -> None:
    known = knowing(registries(lists=SPRING), business(price_date="delivery_date"))
    life = Life(offered(price=None, delivery_on=day("2026-04-08")), known=known)
    before = life.line().unit_price

    life.change(reprice=repriced("order_date"))

    assert (before, life.line().unit_price) == (12, 10)


@pytest.mark.parametrize(("manual", "price"), [(False, 9), (True, 10)])
def test_repricing_respects_manual_prices_unless_asked_not_to(manual: bool, price: int) -> None:
    life = Life(offered(price=None), known=listed())
    life.change(asking(unit_price="9"))

    life.change(reprice=repriced(manual=manual))

    assert of(life.line())[::2] == (price, not manual)


@pytest.mark.parametrize(("asked", "prices"), [(False, [10, 12]), (True, [12, 12])])
def test_repricing_respects_lines_that_are_partly_delivered_unless_asked_not_to(asked: bool, prices: list[int]) -> None:
    moved: dict[str, Any] = {"price": None, "delivery_on": day("2026-04-08")}
    life = confirmed(offered(1, **moved), offered(2, **moved), known=listed())
    life.report("D1", (1, 4))

    life.change(reprice=repriced("delivery_date", partially_fulfilled=asked))

    assert [line.unit_price for line in life.order.lines] == prices


def test_repricing_never_touches_a_line_that_is_done_with() -> None:
    moved: dict[str, Any] = {"price": None, "delivery_on": day("2026-04-08")}
    life = confirmed(offered(1, **moved), offered(2, **moved), known=listed())
    life.report("D1", (1, 10))

    life.change(reprice=repriced("delivery_date", partially_fulfilled=True, manual=True))

    assert [line.unit_price for line in life.order.lines] == [10, 12]


def test_repricing_leaves_what_the_same_message_prices() -> None:
    life = Life(offered(price=None), known=listed())

    life.change(asking(unit_price="9"), add=[offered(2, "1", "7")], reprice=repriced(manual=True))

    assert [line.unit_price for line in life.order.lines] == [9, 7]


def test_repricing_keeps_a_price_where_none_is_found_and_says_so() -> None:
    life = Life()

    decision = life.change(reprice=repriced(), set={"notes": "x"})

    assert fields_of(decision) == {"/notes": (None, "x")}
    assert [(warning.code, warning.line) for warning in life.order.warnings] == [("price_kept", 1)]


def test_repricing_that_finds_the_same_prices_changes_nothing() -> None:
    life = Life(offered(price=None), known=listed())

    assert life.change(reprice=repriced()).changed == []


def test_repricing_follows_the_customers_own_order_of_lists() -> None:
    rows = (CustomerPriceList(type="TRADE", default=True), CustomerPriceList(type="RETAIL"))
    lists = (a_list("TRADE", "10"), a_list("RETAIL", "8"))
    known = knowing(registries(customer=a_customer(price_lists=rows, price_search="best"), lists=lists))
    life = Life(known=known)

    life.change(reprice=repriced())

    assert life.line().unit_price == 8


def test_a_line_priced_by_its_second_unit_keeps_that_unit_under_a_price_by_hand() -> None:
    per_piece = PriceList(
        key="TRADE/*/EUR/2026-01-01",
        type="TRADE",
        customer=None,
        currency="EUR",
        valid_from=day("2026-01-01"),
        lines=(PriceLine(item="B1", uom="EA", price=Decimal(50)),),
    )
    how = business(double_uom=True, propose_alternative_uom=True)
    life = Life(offered(item="B1", price=None), known=knowing(registries(lists=[per_piece]), how))
    before = (life.line().priced_by_alternative, life.line().net)

    life.change(asking(unit_price="48"))

    assert (before, life.line().net) == ((True, 100), 96)


def test_a_price_that_was_missing_ends_the_hold_when_it_is_given() -> None:
    known = knowing(how=business(missing_price="hold"))
    life = Life(offered(price=None), offered(2, "5", None), known=known)
    first = life.change(asking(1, unit_price="3"))
    held = (life.order.stage, [hold.details for hold in life.order.holds])

    second = life.change(asking(2, unit_price="4"))

    assert (events_of(first), held) == (["order.changed"], ("blocked", ["No price for line 2."]))
    assert events_of(second) == ["order.changed", "order.released"]
    assert (life.order.hold, life.order.holds, life.order.warnings) == ("none", [], [])


def test_removing_the_line_whose_price_is_missing_ends_the_hold_too() -> None:
    life = Life(offered(), offered(2, "5", None), known=knowing(how=business(missing_price="hold")))

    assert events_of(life.change(asking(2, remove=True))) == ["order.changed", "order.released"]


def test_an_added_line_without_a_price_begins_a_hold() -> None:
    life = Life(known=knowing(how=business(missing_price="hold")))

    decision = life.change(add=[offered(2, "1", None)])

    assert (events_of(decision), life.order.stage) == (["order.changed", "order.blocked"], "blocked")


def test_missing_prices_that_someone_released_do_not_hold_the_order_again() -> None:
    life = Life(offered(price=None), known=knowing(how=business(missing_price="hold")))
    life.act("release")

    decision = life.change(set={"notes": "x"})

    assert (events_of(decision), life.order.hold) == (["order.changed"], "released")
