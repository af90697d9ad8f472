"""Structured and binary CloudEvents, from senders that write them in every allowed way (contract 2)."""

from __future__ import annotations

import datetime
import json
from typing import Any

import aio_pika
import pytest
from actors import Crm, Deliveries, Orders
from given import a_registry_change, accepted, an_accepted_offer, an_item, wire

HEADERS = pytest.mark.parametrize("prefix", ["cloudEvents:", "cloudEvents_"])


def attributes(crm: Crm, prefix: str, **more: str) -> dict[str, Any]:
    given = {"specversion": "1.0", "id": "m-1", "source": crm.source, "type": "offer.accepted.v1"} | more
    crm.sent.append(given["id"])
    return {f"{prefix}{name}": value for name, value in given.items()}


@HEADERS
async def test_a_binary_message_takes_its_attributes_from_headers(
    crm: Crm, warehouse: Deliveries, orders: Orders, prefix: str
) -> None:
    headers = attributes(crm, prefix, id=f"binary {prefix} {crm.source}")
    answer = await crm.publish_body(wire(an_accepted_offer()), content_type="application/json", headers=headers)

    assert (await orders.of(answer))["origin"][0]["source"] == crm.source
    [event] = await warehouse.received("order.entered")
    assert event.data["caused_by"] == {
        "id": f"binary {prefix} {crm.source}",
        "source": crm.source,
        "type": "offer.accepted.v1",
        "by": None,
    }


async def test_a_binary_message_without_headers_takes_its_attributes_from_the_properties(
    crm: Crm, warehouse: Deliveries
) -> None:
    crm.sent.append(f"property {crm.source}")
    answer = await crm.publish_body(
        wire(an_accepted_offer()),
        content_type="application/json",
        message_id=f"property {crm.source}",
        app_id=crm.source,
        type="offer.accepted.v1",
        timestamp=datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC),
    )

    assert answer["outcome"] == "created"
    [event] = await warehouse.received("order.entered")
    assert event.data["caused_by"]["source"] == crm.source


@HEADERS
async def test_headers_come_before_properties(crm: Crm, orders: Orders, prefix: str) -> None:
    headers = attributes(crm, prefix, id=f"first {prefix}")
    properties = {"message_id": "another", "app_id": "another", "type": "another"}
    answer = await crm.publish_body(
        wire(an_accepted_offer()), content_type="application/json", headers=headers, **properties
    )

    assert (await orders.of(answer))["origin"][0]["source"] == crm.source


async def test_attributes_may_come_partly_from_headers_and_partly_from_properties(crm: Crm, orders: Orders) -> None:
    answer = await crm.publish_body(
        wire(an_accepted_offer()),
        content_type="application/json; charset=utf-8",
        headers={"cloudEvents:source": crm.source},
        message_id="half",
    )

    assert (await orders.of(answer))["origin"][0]["source"] == crm.source


async def test_a_binary_and_a_structured_message_of_one_id_are_the_same_message(crm: Crm, orders: Orders) -> None:
    await crm.publish(an_accepted_offer(), id="both")
    headers = attributes(crm, "cloudEvents:", id="both")
    answer = await crm.publish_body(wire(an_accepted_offer()), content_type="application/json", headers=headers)

    assert answer["outcome"] == "duplicate"
    assert await orders.count() == 1


async def test_a_structured_message_without_a_type_has_that_of_its_queue(crm: Crm) -> None:
    envelope = crm.envelope(an_accepted_offer())
    del envelope["type"]

    assert (await crm.publish_body(wire(envelope)))["outcome"] == "created"


async def test_a_type_that_another_queue_takes_is_refused(crm: Crm) -> None:
    envelope = crm.envelope(a_registry_change("item", "A9", an_item()), "registry.changed.v1")
    answer = await crm.publish_body(wire(envelope))

    assert (answer["outcome"], [reason["code"] for reason in answer["reasons"]]) == ("refused", ["unknown_type"])


@pytest.mark.parametrize("missing", ["id", "source"])
async def test_a_message_without_id_or_source_is_invalid(crm: Crm, missing: str) -> None:
    envelope = crm.envelope(an_accepted_offer())
    del envelope[missing]
    answer = await crm.publish_body(wire(envelope))

    assert (answer["outcome"], [reason["code"] for reason in answer["reasons"]]) == ("refused", ["invalid"])
    assert missing in answer["reasons"][0]["message"]


async def test_a_message_straight_to_the_queue_is_handled_alike(crm: Crm) -> None:
    ticket = await crm.send_body(wire(crm.envelope(an_accepted_offer(number="THROUGH"))))
    body = wire(crm.envelope(an_accepted_offer(number="STRAIGHT")))
    message = aio_pika.Message(
        body, content_type="application/cloudevents+json", reply_to=crm.replies.name, correlation_id=ticket
    )
    await crm.channel.default_exchange.publish(message, f"{crm.namespace}.offer-accepted")

    assert {(await crm.answer(ticket))["outcome"] for _ in range(2)} == {"created"}


async def test_the_trace_context_of_a_message_is_carried_to_its_events(crm: Crm, warehouse: Deliveries) -> None:
    trace = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "vendor=1"}
    await crm.publish(an_accepted_offer(type="SURE"), **trace)

    events = await warehouse.all()
    assert [{name: event.body.get(name) for name in trace} for event in events] == [trace, trace]


async def test_the_trace_context_may_come_in_headers(crm: Crm, warehouse: Deliveries) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await crm.publish_body(wire(crm.envelope(an_accepted_offer())), headers={"traceparent": parent})

    assert [event.body.get("traceparent") for event in await warehouse.all()] == [parent]


async def test_a_refusal_carries_subject_and_trace_context_however_little_could_be_read(
    crm: Crm, warehouse: Deliveries
) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    envelope = crm.envelope(an_accepted_offer(), subject="OF-1", traceparent=parent) | {"type": "offer.unheard-of.v1"}
    await crm.publish_body(wire(envelope))

    [event] = await warehouse.received("message.refused")
    assert (event.body["subject"], event.body.get("traceparent")) == ("OF-1", parent)


async def test_what_travels_under_extra_arrives_untouched(crm: Crm, orders: Orders) -> None:
    extra = {"campaign": {"codes": ["ä", "\u4e2d"], "depth": [[1, 2.5, None, True]]}}
    order = await orders.of(await crm.publish(an_accepted_offer(extra=extra)))

    assert order["extra"] == extra


async def test_a_message_may_hold_two_offers_of_one_customer(crm: Crm, orders: Orders) -> None:
    offers = accepted(an_accepted_offer(number="L")["offers"][0], an_accepted_offer(number="R")["offers"][0])
    answer = await crm.publish(offers)

    assert [order["origin"][0]["number"] for order in await orders.each_of(answer)] == ["L", "R"]


async def test_a_large_extra_number_keeps_every_digit(crm: Crm, orders: Orders) -> None:
    body = json.dumps(crm.envelope(an_accepted_offer(extra={"n": "NUMBER"}))).replace(
        '"NUMBER"', "0.1234567890123456789012345678"
    )
    order = await orders.of(await crm.publish_body(body.encode()))
    sent = await orders.database.fetchval(
        "SELECT convert_from(body, 'UTF8') FROM events WHERE subject = $1", order["number"]
    )

    assert "0.1234567890123456789012345678" in sent
