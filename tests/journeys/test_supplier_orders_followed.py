"""Open orders follow a supplier order that comes again with other content, where the house says so (§3.4 S10)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from actors import ORDER_ACTION_REQUESTED, SUPPLIER_ORDER_PLACED, Crm, Deliveries, Orders, until
from desk import Desk
from given import a_bought_line, a_customer, an_item, placed
from house import House
from running import running

from adapter.intake.addressing import read_message
from adapter.intake.overlay import Overlay
from adapter.intake.received import Received
from adapter.intake.simulating import Simulating
from adapter.messaging.decoding import Limits
from handlers.queues import HANDLERS

Json = dict[str, Any]
NOON, ONE, TWO = (f"2026-03-10T{hour}:00:00Z" for hour in (12, 13, 14))


@pytest.fixture
def house(following_house: House) -> House:
    return following_house


def by_paula(*lines: Json, **fields: Any) -> Json:
    return placed(*lines, message={"by": "paula"}, **fields)


async def place(crm: Crm, *lines: Json, time: str | None = None, **fields: Any) -> Json:
    """Place it, or place it again; without a time nobody says when it was sent."""
    attributes = {} if time is None else {"time": time}
    return await crm.publish(by_paula(*lines, **fields), SUPPLIER_ORDER_PLACED, **attributes)


async def act(crm: Crm, action: str, order: str) -> None:
    answer = await crm.publish({"order": order, "action": action, "by": "eva"}, ORDER_ACTION_REQUESTED)
    assert answer["outcome"] == "applied", answer


def codes(answer: Json) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def links(orders: Orders, crm: Crm) -> set[tuple[str, str, str, str]]:
    """Line, what was bought and linked of it, and the order line with that very quantity that the link names."""
    rows = await orders.database.fetch(
        "SELECT l.line, l.bought, l.linked, k.order_line FROM supplier_orders s"
        " JOIN supplier_order_lines l ON l.supplier_order_id = s.id"
        " JOIN supplier_order_links k ON k.supplier_order_id = s.id AND k.line = l.line"
        " JOIN order_lines o ON o.order_id = k.order_id AND o.line = k.order_line AND o.quantity = k.quantity"
        " WHERE s.source = $1",
        crm.source,
    )
    return {(f"{row[0]:f}", f"{row[1]:f}", f"{row[2]:f}", f"{row[3]:f}") for row in rows}


async def test_a_warehouse_sees_what_changed_by_whom_and_why_and_no_divergence(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    await place(crm, a_bought_line(1), a_bought_line(2))

    answer = await place(crm, a_bought_line(1, quantity="12", unit_cost="4"), a_bought_line(3), notes="Ring twice")

    [event] = await warehouse.received("order.changed")
    details = event.data["change"]["details"]
    told = {one["path"]: (one["before"], one["after"]) for one in details["fields"]}
    assert (answer["outcome"], set(codes(answer))) == ("applied", {"followed"})
    assert answer["orders"] == [{"number": event.body["subject"], "version": 2, "stage": "entered"}]
    assert told["/notes"] == (None, "Ring twice")
    assert told["/lines/1/quantity"] == ("10", "12")
    assert (told["/lines/2"][1], told["/lines/3"][0]) == (None, None)
    assert told["/totals/net"] == ("150.00", "165.00")
    assert (details["by"], "PO-1 of S1" in details["reason"]) == ("paula", True)
    assert event.data["caused_by"] == {
        "id": crm.sent[-1],
        "source": crm.source,
        "type": SUPPLIER_ORDER_PLACED,
        "by": "paula",
    }
    assert await warehouse.received("supplier-order.diverged") == []
    assert await orders.all() == [event.data["order"]]


async def test_costs_and_links_are_those_of_what_is_bought_now(crm: Crm, orders: Orders) -> None:
    await place(crm, a_bought_line(1), a_bought_line(2))

    await place(crm, a_bought_line(1, quantity="12", unit_cost="4"), a_bought_line(3, quantity="7"))

    [order] = await orders.all()
    costs = [(line["line"], line["cost"]["total_cost"], line["cost"]["profit"]) for line in order["lines"]]
    assert costs == [("1", "48.00", "42.00"), ("3", "35.00", "17.50")]
    assert await links(orders, crm) == {("1", "12", "12", "1"), ("3", "7", "7", "3")}
    rows = await orders.database.fetch(
        "SELECT line::integer, quantity::integer FROM order_lines WHERE order_id = ANY(SELECT order_id FROM"
        " order_origins WHERE source = $1) ORDER BY line",
        crm.source,
    )
    assert [tuple(row) for row in rows] == [(1, 12), (3, 7)]


async def test_history_tells_it_and_explain_says_where_values_come_from(house: House, crm: Crm) -> None:
    answer = await place(crm)
    number = answer["orders"][0]["number"]
    await place(crm, a_bought_line(unit_price="8", unit_cost="4"))

    desk = Desk(house.settings)
    history = await desk.json("orders", "history", number)
    explained = {one["field"]: one for one in await desk.json("orders", "explain", number, "--line", "1")}

    assert [event["change"]["dimension"] for event in history] == ["confirmation", "content"]
    assert history[1]["caused_by"]["id"] == crm.sent[-1]
    assert (explained["unit_price"]["value"], explained["unit_price"]["won"]["rule"]) == ("8", "given")
    assert (explained["cost"]["value"], explained["cost"]["won"]["rule"]) == ("4", "supplier_order")


async def test_the_next_one_is_compared_with_what_was_followed(crm: Crm, orders: Orders, warehouse: Deliveries) -> None:
    await place(crm)
    followed = await crm.publish(by_paula(a_bought_line(quantity="12")), SUPPLIER_ORDER_PLACED, id=f"F{crm.source}")
    delivered = await crm.publish(by_paula(a_bought_line(quantity="12")), SUPPLIER_ORDER_PLACED, id=f"F{crm.source}")
    same = await place(crm, a_bought_line(quantity="12.0"))

    assert (delivered["outcome"], delivered["orders"]) == ("duplicate", followed["orders"])
    assert (same["outcome"], same["reasons"]) == ("duplicate", [])
    assert same["orders"] == [order | {"duplicate": True} for order in followed["orders"]]
    assert len(await warehouse.all()) == 2
    [order] = await orders.all()
    assert order["version"] == 2


async def test_a_confirmed_order_is_not_altered_and_it_is_announced(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    answer = await place(crm)
    await act(crm, "confirm", answer["orders"][0]["number"])
    before, linked = await orders.all(), await links(orders, crm)

    again = await place(crm, a_bought_line(quantity="12"))

    [event] = await warehouse.received("supplier-order.diverged")
    assert (again["outcome"], codes(again)) == ("duplicate", ["diverged", "not_followed"])
    assert event.data["differences"] == [{"path": "/supplier_order/lines/0/quantity", "ordered": "10", "now": "12"}]
    assert (await orders.all(), await links(orders, crm)) == (before, linked)


async def test_one_of_two_orders_that_is_confirmed_keeps_both_as_they_are(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    other = f"V{crm.source}"
    await crm.register("customer", other, a_customer())
    first = await place(crm, a_bought_line(1), a_bought_line(2, customer=other))
    await act(crm, "confirm", first["orders"][1]["number"])
    before = await orders.all()

    again = await place(crm, a_bought_line(1, quantity="12"), a_bought_line(2, customer=other))

    assert codes(again) == ["diverged", "not_followed"]
    assert await orders.all() == before
    assert len(await warehouse.received("supplier-order.diverged")) == 1
    assert await warehouse.received("order.changed") == []


async def test_all_orders_of_it_follow_together(crm: Crm, orders: Orders) -> None:
    other = f"V{crm.source}"
    await crm.register("customer", other, a_customer())
    await place(crm, a_bought_line(1), a_bought_line(2, customer=other))

    again = await place(crm, a_bought_line(1, quantity="12"), a_bought_line(2, quantity="3", customer=other))

    assert [(order["version"], order["lines"][0]["quantity"]) for order in await orders.all()] == [(2, "12"), (2, "3")]
    assert [order["version"] for order in again["orders"]] == [2, 2]


async def test_the_credit_limit_is_weighed_anew_and_what_is_reserved_follows(crm: Crm, orders: Orders) -> None:
    code = f"L{crm.source}"
    await crm.register("customer", code, a_customer(credit={"limit": "100", "control": "block"}))
    await place(crm, customer=code)

    answer = await place(crm, a_bought_line(quantity="20"), customer=code)

    [order] = await orders.all()
    reserved = await orders.database.fetchval("SELECT reserved FROM credit_accounts WHERE code = $1", code)
    assert (answer["orders"][0]["stage"], [hold["kind"] for hold in order["holds"]]) == ("blocked", ["credit"])
    assert f"{reserved:f}" == order["totals"]["total"]


async def test_what_was_sent_before_undoes_nothing_however_late_it_arrives(crm: Crm, orders: Orders) -> None:
    await place(crm, time=NOON)
    await place(crm, a_bought_line(quantity="12"), time=TWO)

    late = await place(crm, a_bought_line(quantity="11"), time=ONE)

    [order] = await orders.all()
    assert codes(late) == ["diverged", "not_followed"]
    assert order["lines"][0]["quantity"] == "12"


async def test_what_was_set_aside_and_does_not_say_when_it_was_sent_undoes_nothing(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    code = f"N{crm.source}"
    parked = await place(crm, a_bought_line(item=code, unit_price="3"), a_bought_line(2))
    await place(crm, a_bought_line(2, quantity="12"), time=NOON)
    await crm.register("item", code, an_item())

    async def told() -> bool:
        return len(await warehouse.received("supplier-order.diverged")) == 1

    await until(told)
    [order] = await orders.all()
    assert codes(parked) == ["unknown_item"]
    assert [(line["line"], line["quantity"]) for line in order["lines"]] == [("2", "12")]


def received(crm: Crm, *lines: Json, **attributes: Any) -> Received:
    body = json.dumps(crm.envelope(by_paula(*lines), SUPPLIER_ORDER_PLACED, **attributes)).encode()
    return read_message(body, HANDLERS, Limits())


async def test_in_one_batch_it_follows_as_in_several(house: House, crm: Crm, orders: Orders) -> None:
    batch = [received(crm, a_bought_line(quantity=str(quantity))) for quantity in (10, 12, 12, 9)]
    handled = await house.adapter.intake.handle(batch)

    [order] = await orders.all()
    assert [one.outcome for one in handled] == ["created", "applied", "duplicate", "applied"]
    assert (order["version"], order["lines"][0]["quantity"]) == (3, "9")
    assert await links(orders, crm) == {("1", "9", "9", "1")}


async def test_copies_that_race_for_one_supplier_order_leave_one_order_that_agrees_with_the_newest(
    house: House, crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    lines = [
        [a_bought_line(1, quantity=str(5 + n % 7)), *([a_bought_line(2, quantity=str(1 + n))] if n % 2 else [])]
        for n in range(24)
    ]
    async with running(house.settings), running(house.settings):
        tickets = [
            await crm.send(by_paula(*of), SUPPLIER_ORDER_PLACED, time=f"2026-03-10T12:00:{n:02}Z")
            for n, of in enumerate(lines)
        ]
        answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))

    [order] = await orders.all()
    outcomes = [answer["outcome"] for answer in answers]
    changes = await warehouse.received("order.changed")
    expected = {(str(line["line"]), line["quantity"]) for line in lines[-1]}
    assert (outcomes.count("created"), {answer["orders"][0]["number"] for answer in answers}) == (1, {order["number"]})
    assert outcomes.count("applied") == len(changes) == order["version"] - 1
    assert {(line["line"], line["quantity"]) for line in order["lines"]} == expected
    assert {(line, bought) for line, bought, *_ in await links(orders, crm)} == expected


async def test_a_simulation_shows_what_would_follow_and_keeps_nothing(house: House, crm: Crm, orders: Orders) -> None:
    await place(crm)
    before = await orders.all()
    simulating = Simulating(house.adapter.database, house.adapter.business, Overlay())

    first, second, third = await simulating.simulate(
        [received(crm, a_bought_line(quantity=str(quantity))) for quantity in (12, 12, 13)]
    )

    assert [one.handled.outcome for one in (first, second, third)] == ["applied", "duplicate", "applied"]
    assert [one["lines"][0]["quantity"] for one in (*first.orders, *third.orders)] == ["12", "13"]
    assert await orders.all() == before


async def test_a_simulation_follows_what_it_has_placed_itself(house: House, crm: Crm, orders: Orders) -> None:
    simulating = Simulating(house.adapter.database, house.adapter.business, Overlay())

    simulated = await simulating.simulate([received(crm), received(crm, a_bought_line(quantity="12"))])

    assert [one.handled.outcome for one in simulated] == ["created", "applied"]
    assert [event.type for event in simulated[1].events] == ["order.changed"]
    assert await orders.count() == 0
