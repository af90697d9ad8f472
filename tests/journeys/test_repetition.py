"""The same message again, and the same id for something else (contract 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from actors import REGISTRY_CHANGED, Crm, Deliveries, Orders, until
from given import a_line, a_registry_change, accepted, an_accepted_offer, an_item, an_offer, wire
from house import House

Json = dict[str, Any]
ENTERED, REFUSED = "order.entered", "message.refused"


def codes(answer: Json) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def test_the_same_offer_delivered_twice_makes_one_order(crm: Crm, warehouse: Deliveries, orders: Orders) -> None:
    await crm.publish(an_accepted_offer(number="OF-7"))
    await crm.publish(an_accepted_offer(number="OF-7"))

    assert await orders.count() == 1
    assert len(await warehouse.received(ENTERED)) == 1


async def test_a_repeated_message_is_a_duplicate_with_the_order_made_then(crm: Crm, warehouse: Deliveries) -> None:
    first = await crm.publish(an_accepted_offer(), id="again")
    second = await crm.publish(an_accepted_offer(), id="again")

    assert second["outcome"] == "duplicate"
    assert [order["number"] for order in second["orders"]] == [order["number"] for order in first["orders"]]
    assert len(await warehouse.all()) == 1


async def test_a_repeated_refusal_is_told_again_and_publishes_nothing_new(crm: Crm, warehouse: Deliveries) -> None:
    faulty = an_accepted_offer(confirmed_on=None)
    first = await crm.publish(faulty, id="refused")
    second = await crm.publish(faulty, id="refused")

    assert second == first | {"repeated": True}
    assert len(await warehouse.received(REFUSED)) == 1


async def test_a_repeated_parked_message_is_told_again_and_publishes_nothing_new(
    crm: Crm, warehouse: Deliveries
) -> None:
    unknown = an_accepted_offer(customer="NOBODY")
    first = await crm.publish(unknown, id="parked")
    second = await crm.publish(unknown, id="parked")

    assert second == first | {"repeated": True}
    assert first["outcome"] == "parked"
    assert len(await warehouse.received(REFUSED)) == 1


async def test_another_content_under_the_same_id_is_refused(crm: Crm, orders: Orders) -> None:
    await crm.publish(an_accepted_offer(number="ONE"), id="reused")
    answer = await crm.publish(an_accepted_offer(number="TWO"), id="reused")

    assert (answer["outcome"], codes(answer)) == ("refused", ["message_id_reused"])
    assert await orders.count() == 1


async def test_after_a_reused_id_the_first_content_is_still_a_duplicate(crm: Crm) -> None:
    await crm.publish(an_accepted_offer(number="ONE"), id="reused")
    await crm.publish(an_accepted_offer(number="TWO"), id="reused")

    assert (await crm.publish(an_accepted_offer(number="ONE"), id="reused"))["outcome"] == "duplicate"


async def test_a_reused_id_repeated_is_told_again_and_publishes_nothing_new(crm: Crm, warehouse: Deliveries) -> None:
    await crm.publish(an_accepted_offer(number="ONE"), id="reused")
    envelope = crm.envelope(an_accepted_offer(number="TWO"), id="reused")
    first = await crm.publish_body(wire(envelope))
    second = await crm.publish_body(wire(envelope))

    assert second == first | {"repeated": True}
    assert len(await warehouse.received(REFUSED)) == 1


@pytest.mark.parametrize(("outcome", "failing"), [("refused", {"confirmed_on": None}), ("parked", {"customer": "NO"})])
async def test_another_content_under_the_id_of_a_message_that_failed_is_refused(
    crm: Crm, outcome: str, failing: Json
) -> None:
    first = await crm.publish(an_accepted_offer(**failing), id="failed")
    second = await crm.publish(an_accepted_offer(), id="failed")

    assert (first["outcome"], codes(second)) == (outcome, ["message_id_reused"])


async def test_another_type_under_the_same_id_is_another_content(crm: Crm) -> None:
    await crm.publish(an_accepted_offer(), id="typed")
    answer = await crm.publish(a_registry_change("item", "T1", an_item()), REGISTRY_CHANGED, id="typed")

    assert codes(answer) == ["message_id_reused"]


async def test_the_same_id_of_another_source_is_another_message(house: House, crm: Crm) -> None:
    other = await house.crm()
    answers = [await sender.publish(an_accepted_offer(), id="shared") for sender in (crm, other)]

    assert [answer["outcome"] for answer in answers] == ["created", "created"]


async def test_decimals_that_are_written_otherwise_are_the_same_content(crm: Crm) -> None:
    await crm.publish(an_accepted_offer(lines=[a_line(quantity="10", unit_price="10.00")]), id="value")
    answer = await crm.publish(an_accepted_offer(lines=[a_line(1.0, quantity=10, unit_price=10)]), id="value")

    assert answer["outcome"] == "duplicate"


async def test_key_order_white_space_and_other_attributes_do_not_count(crm: Crm) -> None:
    await crm.publish(an_accepted_offer(), id="order")
    envelope = crm.envelope(an_accepted_offer(), id="order", time="2026-03-01T00:00:00Z", subject="another")
    answer = await crm.publish_body(json.dumps(dict(reversed(envelope.items())), indent=3).encode())

    assert answer["outcome"] == "duplicate"


async def test_a_reordered_message_that_was_refused_is_still_the_same(crm: Crm) -> None:
    faulty = an_accepted_offer(colour="red")
    await crm.publish(faulty, id="faulty")
    answer = await crm.publish_body(json.dumps(crm.envelope(faulty, id="faulty"), sort_keys=True, indent=1).encode())

    assert (answer["outcome"], answer.get("repeated")) == ("refused", True)


@pytest.mark.parametrize("fault", [{"type": "offer.unheard-of.v1"}, {"time": "yesterday"}, {"specversion": "0.3"}])
async def test_a_reordered_message_whose_envelope_was_refused_is_still_the_same(crm: Crm, fault: Json) -> None:
    envelope = crm.envelope(an_accepted_offer(), id="envelope") | fault
    await crm.publish_body(wire(envelope))
    answer = await crm.publish_body(json.dumps(envelope, indent=1).encode())

    assert (codes(answer)[0] != "message_id_reused", answer.get("repeated")) == (True, True)


async def test_a_commission_that_is_null_is_another_content_than_one_left_out(crm: Crm) -> None:
    await crm.publish(an_accepted_offer(agents=[{"agent": "P1"}]), id="null")
    answer = await crm.publish(an_accepted_offer(agents=[{"agent": "P1", "commission_percent": 0}]), id="null")

    assert codes(answer) == ["message_id_reused"]


async def test_a_message_beyond_reading_an_id_is_refused_once_and_kept(
    crm: Crm, warehouse: Deliveries, orders: Orders
) -> None:
    body = f'{{"nonsense of {crm.source}": '.encode()
    first = await crm.publish_body(body)
    second = await crm.publish_body(body)

    assert (codes(first), second) == (["malformed"], first | {"repeated": True})
    kept = await orders.database.fetch("SELECT state FROM parked WHERE body = $1", body)
    assert [row["state"] for row in kept] == ["refused"]


async def two_in_one_batch(house: House, crm: Crm, *bodies: bytes) -> list[Json]:
    """Answers to messages that lie ready together while an earlier one is held up."""
    connection = await house.database.acquire()
    async with connection.transaction():
        await connection.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        ahead = await crm.send(an_accepted_offer(number="AHEAD"))
        await until(lambda: _blocked(connection))
        tickets = [await crm.send_body(body) for body in bodies]
        await until(lambda: _waiting(house, len(bodies)))
    await house.database.release(connection)
    await crm.answer(ahead)
    return [await crm.answer(ticket) for ticket in tickets]


async def _blocked(connection: Any) -> bool:
    return bool(await connection.fetchval("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"))


async def _waiting(house: House, count: int) -> bool:
    return house.adapter.gathering.waiting == count


async def test_the_same_message_twice_in_one_batch_makes_one_order(
    house: House, crm: Crm, warehouse: Deliveries, orders: Orders
) -> None:
    body = wire(crm.envelope(an_accepted_offer(number="TWIN"), id=f"twin {crm.source}"))
    first, second = await two_in_one_batch(house, crm, body, body)

    assert (first["outcome"], second["outcome"]) == ("created", "duplicate")
    assert first["orders"] == second["orders"]
    assert len(await warehouse.received(ENTERED)) == 2
    assert await orders.count() == 2


async def test_other_content_under_one_id_in_one_batch_is_refused(house: House, crm: Crm, orders: Orders) -> None:
    bodies = [wire(crm.envelope(an_accepted_offer(number=number), id="same")) for number in ("ONE", "TWO")]
    first, second = await two_in_one_batch(house, crm, *bodies)

    assert (first["outcome"], codes(second)) == ("created", ["message_id_reused"])
    assert sorted(order["origin"][0]["number"] for order in await orders.all()) == ["AHEAD", "ONE"]


async def test_a_repeated_refusal_in_one_batch_is_told_once_to_the_warehouse(
    house: House, crm: Crm, warehouse: Deliveries
) -> None:
    body = wire(crm.envelope(an_accepted_offer(confirmed_on=None)))
    first, second = await two_in_one_batch(house, crm, body, body)

    assert second == first | {"repeated": True}
    assert len(await warehouse.received(REFUSED)) == 1


async def test_the_same_offer_in_two_messages_of_one_batch_is_converted_once(
    house: House, crm: Crm, orders: Orders
) -> None:
    bodies = [wire(crm.envelope(an_accepted_offer(number="ONCE"))) for _ in range(2)]
    first, second = await two_in_one_batch(house, crm, *bodies)

    assert (first["outcome"], second["outcome"]) == ("created", "duplicate")
    assert [order["number"] for order in second["orders"]] == [order["number"] for order in first["orders"]]
    assert await orders.count() == 2


async def test_one_faulty_message_of_a_batch_leaves_its_neighbours_alone(house: House, crm: Crm) -> None:
    data = [
        an_accepted_offer(number="GOOD"),
        an_accepted_offer(number="BAD", confirmed_on=None),
        accepted(an_offer(number="NEXT"), an_offer(number="NEXT BUT ONE")),
    ]
    answers = await two_in_one_batch(house, crm, *(wire(crm.envelope(one)) for one in data))

    assert [answer["outcome"] for answer in answers] == ["created", "refused", "created"]
