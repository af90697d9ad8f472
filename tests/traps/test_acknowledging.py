"""Trap: acknowledging up to the newest delivery acknowledges some that nobody has handled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from hypothesis import given
from hypothesis import strategies as st

from adapter.messaging.acknowledging import Prefix
from adapter.messaging.consuming import Consumers, Delivery


@given(st.permutations(range(1, 30)), st.data())
def test_only_what_is_done_from_the_first_delivery_on_is_ever_acknowledged(
    tags: list[int], data: st.DataObject
) -> None:
    prefix, done, acknowledged = Prefix(), set[int](), 0
    for tag in tags:
        prefix.finish(tag)
        done.add(tag)
        if data.draw(st.booleans()):
            acknowledged = prefix.take() or acknowledged
            assert set(range(1, acknowledged + 1)) <= done

    assert (prefix.take() or acknowledged) == max(tags)


def test_what_was_acknowledged_is_not_acknowledged_again() -> None:
    prefix = Prefix()
    for tag in (2, 1):
        prefix.finish(tag)

    assert [prefix.take(), prefix.take()] == [2, None]


@asynccontextmanager
async def consuming(broker_url: str, queue: str, deliveries: list[Delivery], most: int) -> AsyncIterator[Consumers]:
    """Consumers of a queue, once they have been given so many deliveries."""
    given = asyncio.Event()

    def take(delivery: Delivery) -> None:
        deliveries.append(delivery)
        if len(deliveries) == most:
            given.set()

    consumers = Consumers(broker_url, most, take)
    await consumers.start([("offer-accepted", queue)])
    try:
        await asyncio.wait_for(given.wait(), 20)
        yield consumers
    finally:
        await consumers.close()


async def test_a_message_that_is_not_done_comes_again_although_later_ones_are(broker_url: str, namespace: str) -> None:
    queue = f"{namespace}.traps"
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(queue, durable=True, arguments={"x-expires": 60_000})
        for body in (b"1", b"2", b"3", b"4"):
            await channel.default_exchange.publish(aio_pika.Message(body), queue)

        deliveries: list[Delivery] = []
        async with consuming(broker_url, queue, deliveries, 4) as consumers:
            by_body = {delivery.raw.body: delivery for delivery in deliveries}
            await consumers.acknowledge([by_body[b"4"], by_body[b"1"], by_body[b"3"]])

        again: list[Delivery] = []
        async with consuming(broker_url, queue, again, 3) as consumers:
            assert sorted(delivery.raw.body for delivery in again) == [b"2", b"3", b"4"]
            await consumers.acknowledge(again)
        left = await channel.declare_queue(queue, passive=True)
        assert left.declaration_result.message_count == 0
        await channel.queue_delete(queue)


async def test_no_more_is_taken_from_the_broker_than_was_asked_for(broker_url: str, namespace: str) -> None:
    """Trap: unlimited prefetch takes a whole backlog into memory, and redelivers it after a death."""
    queue = f"{namespace}.traps"
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(queue, durable=True, arguments={"x-expires": 60_000})
        for _ in range(50):
            await channel.default_exchange.publish(aio_pika.Message(b"{}"), queue)

        async with consuming(broker_url, queue, [], 10):
            left = await channel.declare_queue(queue, passive=True)
            assert left.declaration_result.message_count == 40
        await channel.queue_delete(queue)
