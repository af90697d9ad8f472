"""What the warehouse gets: CloudEvents with the whole order, per order in position order (contract 4)."""

from __future__ import annotations

import datetime
import json
import uuid

import aio_pika
from actors import Crm, Deliveries, Orders, Warehouse, until
from given import a_line, a_note, an_accepted_offer
from house import House, HouseOf

from schemas.events import Answer, MessageRefused, OrderEvent


async def test_an_event_is_a_persistent_structured_cloudevent(crm: Crm, warehouse: Deliveries) -> None:
    answer = await crm.publish(an_accepted_offer(), id=f"cause {crm.source}")

    number = answer["orders"][0]["number"]
    [event] = await warehouse.all()
    message, body = event.message, event.body
    assert (message.content_type, message.delivery_mode) == ("application/cloudevents+json", 2)
    assert (message.message_id, message.type) == (body["id"], "order.entered.v1")
    assert message.correlation_id == f"cause {crm.source}"
    assert uuid.UUID(body["id"]).hex == body["id"].replace("-", "")
    attributes = ("specversion", "source", "type", "subject", "sequence", "partitionkey")
    assert [body[name] for name in attributes] == [
        "1.0",
        "/customer-orders/ACME",
        "order.entered.v1",
        number,
        "0000000001",
        number,
    ]
    assert datetime.datetime.fromisoformat(body["time"]).tzinfo is not None


async def test_an_order_is_entered_and_then_confirmed_where_its_type_confirms_by_itself(
    crm: Crm, warehouse: Deliveries
) -> None:
    await crm.publish(an_accepted_offer(type="SURE"))

    entered, confirmed = await warehouse.all()
    assert [event.routing_key for event in (entered, confirmed)] == ["order.entered", "order.confirmed"]
    assert [event.data["position"] for event in (entered, confirmed)] == [1, 2]
    assert [event.body["sequence"] for event in (entered, confirmed)] == ["0000000001", "0000000002"]
    assert [event.data["order"]["stage"] for event in (entered, confirmed)] == ["entered", "confirmed"]


async def test_an_event_tells_the_change_and_what_caused_it(crm: Crm, warehouse: Deliveries) -> None:
    await crm.publish(an_accepted_offer(type="SURE") | {"by": "anna"}, id="by anna")

    entered, confirmed = await warehouse.all()
    assert set(entered.data) == {"position", "change", "caused_by", "order"}
    assert {name: confirmed.data["change"][name] for name in ("dimension", "from", "to")} == {
        "dimension": "confirmation",
        "from": "entered",
        "to": "confirmed",
    }
    assert entered.data["caused_by"] == {
        "id": "by anna",
        "source": crm.source,
        "type": "offer.accepted.v1",
        "by": "anna",
    }


async def test_an_order_without_automatic_confirmation_is_only_entered(crm: Crm, warehouse: Deliveries) -> None:
    await crm.publish(an_accepted_offer())

    [event] = await warehouse.all()
    assert event.data["order"]["status"] == {
        "confirmation": "entered",
        "fulfilment": "none",
        "hold": "none",
        "acknowledgement": "none",
        "workflow": None,
    }


async def test_every_order_event_is_complete_by_its_schema(crm: Crm, warehouse: Deliveries) -> None:
    rows = {"agents": [{"agent": "P1"}], "discounts": "10+5", "final_discounts": "1", "extra": {"a": 1}}
    terms = {
        "expenses": [{"type": "FREIGHT", "percent": "5"}],
        "payments": [{"type": "CASH", "solution": "30EOM"}],
        "customer_order": {"number": "PO-1"},
        "valid_until": "2026-03-01",
    }
    lines = [a_line(), a_note(2), a_line(3, kind="giveaway")]
    await crm.publish(an_accepted_offer(type="SURE", lines=lines, **rows, **terms))

    events = await warehouse.all()
    shaped = [OrderEvent.model_validate_json(json.dumps(event.data)) for event in events]
    assert [one.order.stage for one in shaped] == ["entered", "confirmed"]
    assert [set(line) for line in events[0].data["order"]["lines"]] == [set(type(shaped[0].order.lines[0]).names())] * 3


async def test_refusals_and_answers_are_complete_by_their_schema(crm: Crm, warehouse: Deliveries) -> None:
    refused = await crm.publish(an_accepted_offer(confirmed_on=None))
    created = await crm.publish(an_accepted_offer())

    [event] = await warehouse.received("message.refused")
    assert MessageRefused.model_validate_json(json.dumps(event.data)).outcome == "refused"
    assert [Answer.model_validate_json(json.dumps(one)).outcome for one in (refused, created)] == ["refused", "created"]


async def test_a_refusal_has_neither_sequence_nor_partition(crm: Crm, warehouse: Deliveries) -> None:
    await crm.publish(an_accepted_offer(confirmed_on=None))

    [event] = await warehouse.all()
    assert {"sequence", "partitionkey"} & set(event.body) == set()


async def test_a_receiver_may_bind_for_what_it_needs(crm: Crm, house: House) -> None:
    channel = await house.connection.channel()
    planner = await channel.declare_queue(exclusive=True)
    await planner.bind(f"{house.settings.namespace}.events", "order.confirmed")
    await crm.publish(an_accepted_offer(type="SURE", number="MINE"))

    async with planner.iterator(timeout=10) as messages:
        async for message in messages:
            assert message.routing_key == "order.confirmed"
            if json.loads(message.body)["data"]["caused_by"]["source"] == crm.source:
                break


async def test_a_second_receiver_gets_its_own_copy_of_every_event(
    crm: Crm, house: House, warehouse: Deliveries
) -> None:
    other = await Warehouse.at(await house.connection.channel(), house.settings.namespace)
    await crm.publish(an_accepted_offer(type="SURE"))

    mine = {event.body["id"] for event in await warehouse.all()}
    await other.until(lambda: mine <= {event.body["id"] for event in other.events})


async def test_the_events_of_an_order_arrive_in_position_order(crm: Crm, warehouse: Deliveries) -> None:
    tickets = [await crm.send(an_accepted_offer(type="SURE", number=f"{n}")) for n in range(40)]
    for ticket in tickets:
        await crm.answer(ticket)

    positions: dict[str, list[int]] = {}
    for event in await warehouse.all():
        positions.setdefault(event.body["subject"], []).append(event.data["position"])
    assert set(map(tuple, positions.values())) == {(1, 2)}
    assert len(positions) == 40


async def test_the_last_event_is_what_stands_in_the_database(crm: Crm, warehouse: Deliveries, orders: Orders) -> None:
    answer = await crm.publish(an_accepted_offer(type="SURE"))

    assert (await warehouse.all())[-1].data["order"] == await orders.of(answer)
    row = await orders.database.fetchrow("SELECT * FROM orders WHERE number = $1", answer["orders"][0]["number"])
    assert (str(row["total"]), row["stage"], row["customer"], row["position"]) == ("122.00", "confirmed", "C1", 2)


async def test_an_event_without_receiver_counts_as_published_and_is_kept(another_house: HouseOf) -> None:
    house = await another_house(receivers=False)
    crm = await house.crm()
    await crm.publish(an_accepted_offer())

    async def sent() -> bool:
        return bool(await house.database.fetchval("SELECT bool_and(sent_at IS NOT NULL) FROM events"))

    await until(sent)
    assert house.adapter.relay.without_receiver == 1
    assert await house.database.fetchval("SELECT count(*) FROM events") == 1


async def test_a_message_sent_with_plain_properties_may_be_transient(crm: Crm) -> None:
    body = json.dumps(crm.envelope(an_accepted_offer())).encode()
    answer = await crm.publish_body(body, delivery_mode=aio_pika.DeliveryMode.NOT_PERSISTENT)

    assert answer["outcome"] == "created"
