"""A change of an order as the world sees it: its event, its rows, its names, its explanation."""

from __future__ import annotations

import uuid
from typing import Any

import asyncpg
from actors import ORDER_CHANGE_REQUESTED, Crm, Deliveries, Orders
from given import a_line, an_accepted_offer
from house import House

from adapter.intake.explaining import explained


async def _entered(crm: Crm, **fields: Any) -> str:
    answer = await crm.publish(an_accepted_offer(number=f"OF-{uuid.uuid4().hex[:8]}", **fields))
    return str(answer["orders"][0]["number"])


async def _changed(crm: Crm, number: str, **fields: Any) -> dict[str, Any]:
    return await crm.publish({"order": number, "by": "eva"} | fields, ORDER_CHANGE_REQUESTED)


async def _explanation(database: asyncpg.Pool, number: str) -> dict[tuple[str | None, str], str]:
    stored = await database.fetchval("SELECT explanation FROM orders WHERE number = $1", number)
    return {(one["line"], one["field"]): one["won"]["rule"] for one in explained(stored)}


async def test_a_warehouse_sees_what_changed_and_the_whole_order_after_it(crm: Crm, warehouse: Deliveries) -> None:
    number = await _entered(crm)

    answer = await _changed(crm, number, lines=[{"line": 1, "quantity": "12"}], reason="asked for")

    [event] = await warehouse.received("order.changed")
    assert (answer["outcome"], answer["orders"][0]["version"]) == ("applied", 2)
    assert (event.data["change"]["from"], event.data["change"]["to"]) == (1, 2)
    assert {"path": "/lines/1/quantity", "before": "10", "after": "12"} in event.data["change"]["details"]["fields"]
    assert (event.data["order"]["version"], event.data["order"]["totals"]["total"]) == (2, "146.40")


async def test_a_change_that_changes_nothing_makes_no_event(crm: Crm, warehouse: Deliveries) -> None:
    number = await _entered(crm)

    answer = await _changed(crm, number, lines=[{"line": 1, "quantity": "10.0"}])

    assert (answer["outcome"], answer["orders"][0]["version"]) == ("applied", 1)
    assert await warehouse.received("order.changed") == []


async def test_a_refused_change_is_told_with_every_fault_and_leaves_the_order(crm: Crm, orders: Orders) -> None:
    number = await _entered(crm)

    answer = await _changed(
        crm, number, set={"currency": "JPY"}, lines=[{"line": 7, "remove": True}], expected_version=5
    )

    assert [(reason["code"], reason["path"]) for reason in answer["reasons"]] == [
        ("version_conflict", "/expected_version"),
        ("currency_mismatch", "/set/currency"),
        ("invalid", "/lines/0/line"),
    ]
    assert (await orders.show(number))["version"] == 1


async def test_the_rows_of_an_order_follow_its_lines(crm: Crm, house: House) -> None:
    number = await _entered(crm, lines=[a_line(1), a_line(2)])

    await _changed(crm, number, lines=[{"line": 2, "remove": True}], add=[a_line(3, quantity="4")])

    rows = await house.database.fetch(
        "SELECT l.line, l.quantity FROM order_lines l JOIN orders o ON o.id = l.order_id"
        " WHERE o.number = $1 ORDER BY line",
        number,
    )
    assert [tuple(row) for row in rows] == [(1, 10), (3, 4)]


async def test_an_order_is_named_by_the_number_that_the_customer_now_gives_it(crm: Crm) -> None:
    old, new = uuid.uuid4().hex[:8], uuid.uuid4().hex[:8]
    number = await _entered(crm, customer_order={"number": old})
    await _changed(crm, number, set={"customer_order": {"number": new}})

    named = {"origin": {"kind": "customer_order", "number": new}, "by": "eva", "set": {"notes": "x"}}
    answer = await crm.publish(named, ORDER_CHANGE_REQUESTED)

    assert [(order["number"], order["version"]) for order in answer["orders"]] == [(number, 3)]


async def test_the_explanation_of_what_stands_is_kept_and_that_of_the_version_before_too(
    crm: Crm, house: House
) -> None:
    number = await _entered(crm, lines=[a_line(1), a_line(2)])
    before = await _explanation(house.database, number)

    await _changed(crm, number, set={"shipping": "AIR"}, lines=[{"line": 2, "remove": True}])

    after = await _explanation(house.database, number)
    kept = await house.database.fetchval(
        "SELECT e.version FROM order_explanations e JOIN orders o ON o.id = e.order_id WHERE o.number = $1", number
    )
    assert after == {place: rule for place, rule in before.items() if place[0] != "2"} | {(None, "shipping"): "given"}
    assert kept == 1
