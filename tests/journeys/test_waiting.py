"""Messages that name an order which does not exist yet wait for it (contract 3)."""

from __future__ import annotations

import asyncpg
from actors import FULFILMENT_REPORTED, ORDER_ACTION_REQUESTED, ORDER_CHANGE_REQUESTED, Crm, Json, Orders, until
from given import DAY, an_accepted_offer
from house import House, HouseOf

DELIVERED = {"document": {"kind": "delivery_note", "number": "D1", "date": DAY}, "lines": [{"line": 1, "quantity": 1}]}
CONFIRMED = {"action": "confirm", "by": "eva"}


async def _wait_in_the_database(database: asyncpg.Pool, crm: Crm, messages: int) -> None:
    count = "SELECT count(*) FROM parked WHERE source = $1 AND state = 'waiting'"

    async def waiting() -> bool:
        return bool(await database.fetchval(count, crm.source) == messages)

    await until(waiting)


def _of_offer(crm: Crm, data: Json) -> Json:
    return data | {"origin": {"kind": "offer", "number": "OF-1", "source": crm.source}}


async def test_a_delivery_that_waits_before_its_confirmation_counts_after_it(
    house: House, crm: Crm, orders: Orders
) -> None:
    delivery = await crm.send(_of_offer(crm, DELIVERED), FULFILMENT_REPORTED)
    await _wait_in_the_database(house.database, crm, 1)
    change = await crm.send(_of_offer(crm, {"by": "eva", "set": {"notes": "early"}}), ORDER_CHANGE_REQUESTED)
    confirmation = await crm.send(_of_offer(crm, CONFIRMED), ORDER_ACTION_REQUESTED)
    await _wait_in_the_database(house.database, crm, 3)

    entered = await crm.publish(an_accepted_offer())

    answers = [await crm.answer(ticket) for ticket in (delivery, change, confirmation)]
    assert [answer["outcome"] for answer in answers] == ["applied"] * 3
    order = await orders.show(entered["orders"][0]["number"])
    assert (order["stage"], order["version"], order["notes"]) == ("partially_fulfilled", 2, "early")


async def test_what_waited_too_long_is_parked_and_goes_on_when_the_order_appears(another_house: HouseOf) -> None:
    house = await another_house(wait_for_order_seconds=0.1)
    crm = await house.crm()
    confirmation = await crm.send(_of_offer(crm, CONFIRMED), ORDER_ACTION_REQUESTED)
    parked = await crm.answer(confirmation)
    assert (parked["outcome"], parked["reasons"][0]["code"]) == ("parked", "unknown_order")

    await crm.publish(an_accepted_offer())

    assert (await crm.answer(confirmation))["outcome"] == "applied"


async def test_a_delivery_of_an_unconfirmed_order_counts_once_that_is_confirmed(crm: Crm, orders: Orders) -> None:
    number = (await crm.publish(an_accepted_offer()))["orders"][0]["number"]
    delivery = await crm.send(DELIVERED | {"order": number}, FULFILMENT_REPORTED)
    assert (await crm.answer(delivery))["reasons"][0]["code"] == "not_fulfillable"

    await crm.send(CONFIRMED | {"order": number}, ORDER_ACTION_REQUESTED)

    assert (await crm.answer(delivery))["outcome"] == "applied"
    assert (await orders.show(number))["stage"] == "partially_fulfilled"


async def test_a_delivery_counts_however_the_transactions_beside_each_other_began(
    house: House, crm: Crm, orders: Orders
) -> None:
    number = (await crm.publish(an_accepted_offer()))["orders"][0]["number"]
    delivery = await crm.send(DELIVERED | {"order": number}, FULFILMENT_REPORTED)
    assert (await crm.answer(delivery))["outcome"] == "parked"
    later = "UPDATE parked SET last_seen = now() + interval '1 hour' WHERE source = $1"
    await house.database.execute(later, crm.source)

    await crm.send(CONFIRMED | {"order": number}, ORDER_ACTION_REQUESTED)

    assert (await crm.answer(delivery))["outcome"] == "applied"
    assert (await orders.show(number))["stage"] == "partially_fulfilled"
