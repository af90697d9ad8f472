"""Who is told what became of a message (contract 5)."""

from __future__ import annotations

import json

import aio_pika
import pytest
from actors import Crm, Deliveries
from given import a_customer, a_registry_change, an_accepted_offer, wire
from house import House


async def test_a_refusal_is_published_with_its_reasons_and_its_cause(crm: Crm, warehouse: Deliveries) -> None:
    answer = await crm.publish(an_accepted_offer(confirmed_on=None), id=f"r {crm.source}", subject="OF-1")

    [event] = await warehouse.all()
    assert (event.routing_key, event.body["type"]) == ("message.refused", "message.refused.v1")
    assert event.body["subject"] == "OF-1"
    assert (event.data["outcome"], event.data["reasons"]) == ("refused", answer["reasons"])
    assert event.data["caused_by"]["id"] == f"r {crm.source}"
    assert event.message.correlation_id == f"r {crm.source}"


async def test_a_parked_message_is_published_too(crm: Crm, warehouse: Deliveries) -> None:
    await crm.publish(an_accepted_offer(customer="NOBODY"))

    assert [event.data["outcome"] for event in await warehouse.received("message.refused")] == ["parked"]


async def test_one_refusing_reason_among_parking_ones_refuses(crm: Crm) -> None:
    answer = await crm.publish(an_accepted_offer(customer="NOBODY", confirmed_on=None))

    assert answer["outcome"] == "refused"


async def test_an_answer_goes_to_a_queue_of_our_own_namespace_never(house: House, crm: Crm) -> None:
    poisoned = f"{crm.namespace}.registry-changed"
    body = wire(crm.envelope(an_accepted_offer(number="LOOP")))
    await crm.send_body(body, reply_to=poisoned)
    await crm.publish(a_registry_change("customer", "AFTER", a_customer()), "registry.changed.v1")

    seen = await house.database.fetchval("SELECT count(*) FROM inbox WHERE body LIKE '%\"outcome\"%'::bytea")
    assert seen == 0
    assert (await crm.publish_body(body))["outcome"] == "duplicate"


async def test_an_answer_carries_the_correlation_id_and_is_json(crm: Crm, house: House) -> None:
    channel = await house.connection.channel()
    replies = await channel.declare_queue(exclusive=True)
    await crm.send_body(wire(crm.envelope(an_accepted_offer())), reply_to=replies.name, correlation_id="my ticket")

    async with replies.iterator(timeout=10) as messages:
        message = await anext(messages)
    assert (message.correlation_id, message.content_type) == ("my ticket", "application/json")
    assert set(json.loads(message.body)) == {"outcome", "orders", "reasons"}


async def test_an_answer_names_the_order_with_its_version_and_stage(crm: Crm) -> None:
    answer = await crm.publish(an_accepted_offer(type="SURE"))

    [order] = answer["orders"]
    assert (set(order), order["version"], order["stage"]) == ({"number", "version", "stage"}, 1, "confirmed")


async def test_an_answer_to_a_queue_that_is_not_there_is_lost_and_stops_nothing(crm: Crm) -> None:
    body = wire(crm.envelope(an_accepted_offer()))
    await crm.send_body(body, reply_to="nobody-listens-here")

    assert (await crm.publish_body(body))["outcome"] == "duplicate"


async def test_what_the_broker_gave_up_on_is_parked_as_it_came(house: House, crm: Crm) -> None:
    body = wire(crm.envelope(an_accepted_offer(number="TRIED-OFTEN")))
    ticket = await crm.send_body(wire(crm.envelope(an_accepted_offer(number="BEFORE"))))
    await crm.answer(ticket)
    message = aio_pika.Message(
        body,
        content_type="application/cloudevents+json",
        headers={"x-first-death-queue": f"{crm.namespace}.offer-accepted"},
        reply_to=crm.replies.name,
        correlation_id=ticket,
    )
    await crm.channel.default_exchange.publish(message, f"{crm.namespace}.dead-letter")

    answer = await crm.answer(ticket)
    assert (answer["outcome"], [reason["code"] for reason in answer["reasons"]]) == ("parked", ["delivery_failed"])
    kept = await house.database.fetchrow("SELECT queue, body FROM parked WHERE source = $1", crm.source)
    assert (kept["queue"], kept["body"]) == ("offer-accepted", body)


@pytest.mark.parametrize("properties", [{"content_type": "text/plain"}, {"content_encoding": "gzip"}])
async def test_a_body_of_another_kind_is_malformed_and_says_what_is_taken(crm: Crm, properties: dict[str, str]) -> None:
    answer = await crm.publish_body(wire(crm.envelope(an_accepted_offer())), **properties)

    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("refused", "malformed")
