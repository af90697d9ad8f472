"""Spans of messages, transactions and events, as a collector gets them (decision 0025)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from actors import Crm, Deliveries, until
from cable import cable
from collector import Collector, collecting
from given import a_customer, an_accepted_offer
from house import House, HouseOf
from running import running
from structlog.testing import capture_logs

from adapter.app import Adapter

Log = list[Any]
SENDER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = f"{SENDER[:-2]}00"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@asynccontextmanager
async def traced(house: House, endpoint: str, **fields: object) -> AsyncIterator[Adapter]:
    """The only adapter in the house sends its spans there."""
    await house.adapter.stop()
    async with running(house.settings.model_copy(update={"traces_endpoint": endpoint} | fields)) as adapter:
        yield adapter


async def events_of(house: House, crm: Crm) -> list[dict[str, object]]:
    return [event.body for event in await Deliveries(house.warehouse, crm, house.database).all()]


async def test_sender_message_transaction_and_event_are_one_trace(another_house: HouseOf, collector: Collector) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url):
        answer = await crm.publish(an_accepted_offer(), traceparent=SENDER)
        told = await events_of(house, crm)
        [published] = await collector.until("producer", 1)
        [message], [transaction] = collector.of_kind("consumer"), collector.of_kind("internal")

    trace, sender = SENDER.split("-")[1:3]
    assert {message.trace, transaction.trace, published.trace} == {trace}
    assert (message.parent, transaction.parent, published.parent) == (sender, message.id, message.id)
    assert [message.is_in(event["traceparent"]) for event in told] == [True]
    assert message.attributes["order_adapter.outcome"] == "created"
    assert message.attributes["order_adapter.orders"] == [answer["orders"][0]["number"]]
    assert published.attributes["messaging.rabbitmq.destination.routing_key"] == "order.entered"
    assert collector.resource["service.namespace"] == house.settings.namespace


async def test_a_message_without_a_trace_begins_one(another_house: HouseOf, collector: Collector) -> None:
    house = await another_house()
    crm = await house.crm()
    with capture_logs() as log:
        async with traced(house, collector.url):
            await crm.publish(an_accepted_offer())
            [event] = await events_of(house, crm)
            [message] = await collector.until("consumer", 1)

    assert (message.parent, message.is_in(event["traceparent"])) == ("", True)
    [handled] = [line for line in log if line["event"] == "message_handled"]
    assert handled["trace_id"] == message.trace


async def test_messages_of_one_transaction_are_linked_to_it(another_house: HouseOf, collector: Collector) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url) as adapter:
        adapter.gathering.hold("a test")
        tickets = [await crm.send(an_accepted_offer(number=f"OF-{number}")) for number in range(5)]
        await until(lambda: _waiting(adapter, 4))
        adapter.gathering.let_go()
        for ticket in tickets:
            await crm.answer(ticket)
        messages = await collector.until("consumer", 5)
        transactions = await collector.until("internal", 1)

    beneath = {transaction.parent for transaction in transactions}
    linked = {id for message in messages for id in message.links}
    assert {message.id for message in messages} == beneath | {id for each in transactions for id in each.links}
    assert linked == {transaction.id for transaction in transactions if transaction.links}
    assert sum(transaction.attributes["messaging.batch.message_count"] for transaction in transactions) == 5


async def _waiting(adapter: Adapter, messages: int) -> bool:
    return adapter.gathering.waiting >= messages


async def test_a_refused_message_is_no_failure_of_ours(another_house: HouseOf, collector: Collector) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url):
        assert (await crm.publish({}, traceparent=SENDER))["outcome"] == "refused"
        [message] = await collector.until("consumer", 1)

    assert (message.attributes["order_adapter.codes"], message.failed) == (["invalid"], False)


async def test_what_its_sender_does_not_trace_gets_no_spans_and_goes_on_as_it_came(
    another_house: HouseOf, collector: Collector
) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url):
        await crm.publish(an_accepted_offer(), traceparent=UNSAMPLED)
        [event] = await events_of(house, crm)

    assert (event["traceparent"], collector.spans) == (UNSAMPLED, [])


async def test_with_a_share_of_nothing_only_what_senders_trace_gets_spans(
    another_house: HouseOf, collector: Collector
) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url, traces_share=0):
        await crm.publish(an_accepted_offer(number="OF-1"))
        await crm.publish(an_accepted_offer(number="OF-2"), traceparent=SENDER)
        [message] = await collector.until("consumer", 1)

    assert message.parent == SENDER.split("-")[2]


async def test_a_message_that_is_handled_again_is_beneath_its_sender_again(
    another_house: HouseOf, collector: Collector
) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url):
        ticket = await crm.send(an_accepted_offer(customer="LATE"), traceparent=SENDER)
        assert (await crm.answer(ticket))["outcome"] == "parked"
        await crm.register("customer", "LATE", a_customer())
        assert (await crm.answer(ticket))["outcome"] == "created"
        messages = await collector.until("consumer", 3)

    ours = [each for each in messages if each.trace in SENDER]
    assert [(each.attributes["order_adapter.outcome"], each.parent in SENDER) for each in ours] == [
        ("parked", True),
        ("created", True),
    ]
    assert [each.attributes["order_adapter.replayed"] for each in ours] == [False, True]


async def test_what_waits_to_be_sent_is_sent_before_the_end(another_house: HouseOf, collector: Collector) -> None:
    house = await another_house()
    crm = await house.crm()
    async with traced(house, collector.url) as adapter:
        await crm.publish(an_accepted_offer())
        await events_of(house, crm)
        assert adapter.tracing is not None

    assert [len(collector.of_kind(kind)) for kind in ("consumer", "internal", "producer")] == [1, 1, 1]
    assert (adapter.tracing.ended, adapter.tracing.sent) == (3, 3)


async def test_a_collector_that_hangs_slows_neither_messages_nor_the_end(
    another_house: HouseOf, collector: Collector
) -> None:
    house = await another_house()
    crm = await house.crm()
    async with cable(collector.url) as way:
        way.stick()
        async with traced(house, way.of(collector.url)):
            begun = time.monotonic()
            tickets = [await crm.send(an_accepted_offer(number=f"OF-{number}")) for number in range(50)]
            answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))
            stopping = time.monotonic()
        stopped = time.monotonic()

    assert {answer["outcome"] for answer in answers} == {"created"}
    assert (stopping - begun < 5, stopped - stopping < 5) == (True, True)
    assert collector.spans == []


async def test_a_collector_that_is_away_is_told_once_and_again_when_it_is_back(
    another_house: HouseOf, collector: Collector
) -> None:
    house = await another_house()
    crm = await house.crm()
    with capture_logs() as log:
        async with cable(collector.url) as way, traced(house, way.of(collector.url)):
            way.cut()
            for number in range(3):
                assert (await crm.publish(an_accepted_offer(number=f"OF-{number}")))["outcome"] == "created"
            await until(lambda: _told(log, way.of(collector.url), "collector_lost"))
            await way.mend()
            await crm.publish(an_accepted_offer(number="OF-4"))
            await until(lambda: _told(log, way.of(collector.url), "collector_lost", "collector_recovered"))

    assert [line for line in log if line["event"] == "library_message"] == []


async def _told(log: Log, address: str, *events: str) -> bool:
    """Whether exactly this was told of a collector."""
    return [line["event"] for line in log if line.get("address") == address] == [*events]
