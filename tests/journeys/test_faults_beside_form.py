"""A message whose form is at fault is told in the same answer what the business would refuse or park (contract 5)."""

from __future__ import annotations

import json
from typing import Any

from actors import (
    FULFILMENT_REPORTED,
    ORDER_ACTION_REQUESTED,
    ORDER_CHANGE_REQUESTED,
    SUPPLIER_ORDER_PLACED,
    Crm,
    Deliveries,
    Orders,
)
from desk import Desk
from given import DAY, a_bought_line, a_line, accepted, an_accepted_offer, an_offer, placed
from house import House

Json = dict[str, Any]


def places(answer: Json) -> set[tuple[str, str]]:
    return {(reason["code"], reason["path"]) for reason in answer["reasons"]}


async def test_what_the_registries_and_the_business_say_is_told_beside_faults_of_form(crm: Crm, orders: Orders) -> None:
    lines = [
        a_line(1, quantity="-1"),
        a_line(2, item="NONE"),
        a_line(3, uom="BARREL", vat_code="S99"),
        a_line(4, delivery_on="soon"),
        a_line(5, quantity="1.5"),
        a_line(6, unit_price=None),
        a_line(7, goods_ready_on="2026-04-02", delivery_on="2026-04-01"),
        a_line(8, accepted_quantity="11"),
        a_line(9, discounts="ten percent"),
        a_line(10, item="BARE"),
    ]
    unpaid = [{"type": "TRANSFER", "solution": "NEVER", "percent": "90"}]
    offer = an_offer(confirmed_on=None, lines=lines, payments=unpaid, cancelled_on="2026-03-10")
    answer = await crm.publish(accepted(offer, orders_dated=DAY, by=5))

    assert answer["outcome"] == "refused"
    assert [reason["code"] for reason in answer["reasons"]][:3] == ["invalid"] * 3
    assert places(answer) == {
        ("invalid", "/by"),
        ("invalid", "/offers/0/lines/0/quantity"),
        ("invalid", "/offers/0/lines/3/delivery_on"),
        ("offer_not_confirmed", "/offers/0/confirmed_on"),
        ("offer_cancelled", "/offers/0/cancelled_on"),
        ("unknown_item", "/offers/0/lines/1/item"),
        ("unknown_code", "/offers/0/lines/2/uom"),
        ("unknown_code", "/offers/0/lines/2/vat_code"),
        ("invalid", "/offers/0/lines/4/quantity"),
        ("price_missing", "/offers/0/lines/5/unit_price"),
        ("dates_out_of_order", "/offers/0/lines/6/goods_ready_on"),
        ("over_accepted", "/offers/0/lines/7/accepted_quantity"),
        ("ambiguous_discount", "/offers/0/lines/8/discounts"),
        ("payment_invalid", "/offers/0/payments"),
        ("unknown_code", "/offers/0/payments/0/solution"),
    }
    assert await orders.count() == 0


async def test_an_offer_whose_own_code_cannot_be_read_still_has_its_lines_looked_at(crm: Crm) -> None:
    for name in ("customer", "type", "number", "date"):
        answer = await crm.publish(an_accepted_offer(**{name: 7}, lines=[a_line(item="NONE")]))

        assert places(answer) == {("invalid", f"/offers/0/{name}"), ("unknown_item", "/offers/0/lines/0/item")}


async def test_an_offer_without_lines_still_has_its_header_looked_at(crm: Crm) -> None:
    answer = await crm.publish(an_accepted_offer(customer="NOBODY", type="UNHEARD", lines=[]))

    assert places(answer) == {
        ("invalid", "/offers/0/lines"),
        ("unknown_customer", "/offers/0/customer"),
        ("offer_type_unmapped", "/offers/0/type"),
    }


async def test_sound_offers_beside_one_that_is_at_fault_are_looked_at(crm: Crm) -> None:
    offers: list[Any] = ["an offer", an_offer(customer="NOBODY"), an_offer(number="2", colour="red")]
    answer = await crm.publish(accepted(*offers))

    assert places(answer) == {
        ("invalid", "/offers/0"),
        ("unknown_customer", "/offers/1/customer"),
        ("invalid", "/offers/2/colour"),
    }


async def test_nothing_is_told_that_follows_from_a_fault_of_form_alone(crm: Crm) -> None:
    ways: list[Json] = [
        {"lines": [a_line(unit_price="ten")]},
        {"lines": [a_line(unit_price=None, unit_prise="10")]},
        {"lines": [a_line(quantity="ten", accepted_quantity="5")]},
        {"lines": ["a line"]},
        {"lines": [a_line(line="first")]},
        {"lines": [a_line(item=["A1"])]},
        {"lines": [a_line(vat_code=22, item="BARE")]},
        {"confirmed_on": "yesterday"},
        {"customer": {"code": "C1"}},
        {"currency": 978, "lines": [a_line(item="A2", unit_price=None)]},
        {"payments": [{"type": "TRANSFER", "solution": "30EOM", "percent": "half"}]},
        {"payments": [{"type": "TRANSFER", "solution": 30}]},
        {
            "payments": [{"type": "TRANSFER", "solution": "30EOM", "amount": "122"}],
            "lines": [a_line(), a_line("0")],
        },
        {"discounts": [{"percent": "ten"}]},
    ]
    for fields in ways:
        answer = await crm.publish(an_accepted_offer(**fields))

        assert {code for code, _ in places(answer)} == {"invalid"}, (fields, answer["reasons"])
        assert len(answer["reasons"]) == 1, (fields, answer["reasons"])


async def test_an_offer_that_was_converted_already_is_told_so_beside_faults_of_form(crm: Crm) -> None:
    made = await crm.publish(an_accepted_offer())
    other_version = await crm.publish(an_accepted_offer(version=2, notes=5))
    other_customer = await crm.publish(an_accepted_offer(customer="C2", notes=5))

    assert places(other_version) == {("invalid", "/offers/0/notes"), ("offer_superseded", "/offers/0/version")}
    assert places(other_customer) == {("invalid", "/offers/0/notes"), ("offer_changed", "/offers/0/customer")}
    assert [order["number"] for order in other_version["orders"]] == [made["orders"][0]["number"]]


async def test_it_stays_one_refusal_that_is_told_again_and_makes_nothing(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    sound = an_accepted_offer(lines=[a_line(1), a_line(2, item="NONE")])
    faulty = accepted(sound["offers"][0] | {"notes": 5})
    first = await crm.publish(faulty, id="one")
    again = await crm.publish(faulty, id="one")

    assert again == first | {"repeated": True}
    assert [event.data["reasons"] for event in await warehouse.received("message.refused")] == [first["reasons"]]
    assert await orders.database.fetchval("SELECT count(*) FROM offers WHERE source = $1", crm.source) == 0


async def test_a_supplier_order_is_judged_beside_faults_of_its_form(crm: Crm) -> None:
    lines = [
        a_bought_line(1, quantity="-1"),
        a_bought_line(2, item="NONE"),
        a_bought_line(3, uom="BARREL"),
        a_bought_line(4, customer="NOBODY"),
        a_bought_line(5, unit_cost="cheap"),
        a_bought_line(6, goods_ready_on="2026-04-02", delivery_on="2026-04-01"),
    ]
    answer = await crm.publish(placed(*lines, final_discounts="5%", notes=5), SUPPLIER_ORDER_PLACED)

    assert answer["outcome"] == "refused"
    assert places(answer) == {
        ("invalid", "/supplier_order/lines/0/quantity"),
        ("invalid", "/supplier_order/lines/4/unit_cost"),
        ("invalid", "/supplier_order/notes"),
        ("dates_out_of_order", "/supplier_order/lines/5/goods_ready_on"),
        ("unknown_item", "/supplier_order/lines/1/item"),
        ("unknown_code", "/supplier_order/lines/2/uom"),
        ("unknown_customer", "/supplier_order/lines/3/customer"),
        ("ambiguous_discount", "/supplier_order/final_discounts"),
    }


async def test_a_supplier_order_of_nobody_is_told_so_beside_faults_of_its_form(crm: Crm) -> None:
    undetermined = await crm.publish(
        placed(a_bought_line(quantity="-1"), customer=None, order_type="UNHEARD"), SUPPLIER_ORDER_PLACED
    )
    malformed = await crm.publish(placed(a_bought_line(), customer=7), SUPPLIER_ORDER_PLACED)

    assert places(undetermined) == {
        ("invalid", "/supplier_order/lines/0/quantity"),
        ("order_type_unknown", "/supplier_order/order_type"),
        ("customer_undetermined", "/supplier_order"),
    }
    assert places(malformed) == {("invalid", "/supplier_order/customer")}


async def test_an_unknown_order_is_told_beside_faults_of_form_and_then_not_waited_for(crm: Crm) -> None:
    named = {"order": "NONE"}
    reports = {"document": {"kind": "delivery_note", "number": "D1", "date": DAY}}
    messages: list[tuple[str, Json, str]] = [
        (ORDER_ACTION_REQUESTED, named | {"action": "confirm"}, "/by"),
        (ORDER_CHANGE_REQUESTED, named | {"by": "anna", "lines": [{"line": 1, "quantity": "-1"}]}, "/lines/0/quantity"),
        (FULFILMENT_REPORTED, named | reports | {"lines": [{"line": 1}]}, "/lines/0/quantity"),
    ]
    for type_, data, at_fault in messages:
        answer = await crm.publish(data, type_)

        assert (answer["outcome"], places(answer)) == ("refused", {("invalid", at_fault), ("unknown_order", "/order")})


async def test_what_an_order_does_not_allow_is_told_beside_faults_of_form(crm: Crm, orders: Orders) -> None:
    order = await orders.of(await crm.publish(an_accepted_offer()))
    named = {"order": order["number"]}
    action = await crm.publish(
        named | {"by": "anna", "action": "release", "note": 5, "expected_version": 7}, ORDER_ACTION_REQUESTED
    )
    change = await crm.publish(
        named | {"by": "anna", "lines": [{"line": 9, "notes": "x"}], "add": [a_line(1), a_line(2, item="NONE", uom=5)]},
        ORDER_CHANGE_REQUESTED,
    )

    assert places(action) == {
        ("invalid", "/note"),
        ("version_conflict", "/expected_version"),
        ("action_not_allowed", "/action"),
    }
    assert places(change) == {("invalid", "/add/1/uom"), ("invalid", "/lines/0/line"), ("invalid", "/add/0/line")} | {
        ("unknown_item", "/add/1/item")
    }
    assert await orders.show(order["number"]) == order


async def test_a_simulation_tells_the_same_and_goes_on_as_if_it_had_not_come(crm: Crm, house: House) -> None:
    faulty = crm.envelope(an_accepted_offer(number="F", customer="NOBODY", notes=5))
    made = crm.envelope(an_accepted_offer(number="M"))
    asked = {"origin": {"kind": "offer", "number": "M", "source": crm.source}, "by": "anna", "action": "confirm"}
    unread = crm.envelope(asked | {"note": 5}, ORDER_ACTION_REQUESTED)
    read = crm.envelope(asked, ORDER_ACTION_REQUESTED)
    sent = "\n".join(json.dumps(message) for message in (faulty, made, unread, read, read | {"id": "again"}))

    printed = await Desk(house.settings).run("simulate", "-", "--json", given=sent.encode())

    answers = [line["answer"] for line in printed.lines]
    assert places(answers[0]) == {("invalid", "/offers/0/notes"), ("unknown_customer", "/offers/0/customer")}
    assert places(answers[2]) == {("invalid", "/note")}
    assert [answer["outcome"] for answer in answers] == ["refused", "created", "refused", "applied", "refused"]
    assert places(answers[4]) == {("action_not_allowed", "/action")}
