"""A consumer beneath FastStream comes back after whatever ends it, and is told what the library tells."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import pytest
from actors import until
from aio_pika.abc import AbstractChannel
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import AMQPConnectionError
from cable import cable
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from adapter.messaging.consuming import Consumers, Delivery, raw_message

Properties = dict[str, Any]
WHOLE: Properties = {
    "content_type": "application/json",
    "content_encoding": "utf-8",
    "headers": {"x-own": 1},
    "correlation_id": "c",
    "reply_to": "r",
    "message_id": "m",
    "timestamp": datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC),
    "message_type": "t",
    "user_id": "u",
    "app_id": "a",
}
EMPTY: Properties = {name: "" for name, value in WHOLE.items() if isinstance(value, str)}


@pytest.mark.parametrize("said", [WHOLE, EMPTY, {}], ids=["whole", "empty", "nothing"])
async def test_a_delivery_says_what_the_message_of_the_library_above_would_say(said: Properties) -> None:
    header = ContentHeader(properties=Basic.Properties(**said))
    delivered = DeliveredMessage(Basic.Deliver("tag", 7, redelivered=True), header, b"body", None)  # type: ignore[arg-type]
    above, raw = aio_pika.IncomingMessage(delivered), raw_message(delivered, "offer-accepted")

    same = ("body", "content_type", "content_encoding", "headers", "message_id", "app_id", "type", "timestamp")
    for name in (*same, "correlation_id", "reply_to", "user_id", "redelivered"):
        assert getattr(raw, name) == getattr(above, name), name


class Desk:
    """A queue, somebody who puts messages in, and consumers who note what they take."""

    def __init__(self, channel: AbstractChannel, url: str, queue: str) -> None:
        self.channel, self.queue, self.taken = channel, queue, list[Delivery]()
        self.consumers = Consumers(url, 50, self.taken.append)

    async def make(self) -> None:
        await self.channel.declare_queue(self.queue, durable=True, arguments={"x-expires": 60_000})

    async def start(self) -> None:
        await self.consumers.start([("offer-accepted", self.queue)])

    async def send(self, body: bytes) -> None:
        await self.channel.default_exchange.publish(aio_pika.Message(body), self.queue)

    async def until_taken(self, *bodies: bytes) -> None:
        async def all_there() -> bool:
            return set(bodies) <= {delivery.raw.body for delivery in self.taken}

        await until(all_there)

    async def consuming(self) -> int:
        declared = await self.channel.declare_queue(self.queue, passive=True)
        return declared.declaration_result.consumer_count or 0

    async def lose_connection(self) -> None:
        await self.consumers.connect_anew()

    @asynccontextmanager
    async def until_lost(self) -> AsyncIterator[None]:
        """Ends once the connection was lost."""
        lost = asyncio.Event()
        (await self.consumers.broker.connect()).close_callbacks.add(lambda *_: lost.set())
        yield
        await asyncio.wait_for(lost.wait(), 20)


@pytest.fixture
async def desk(broker_url: str, namespace: str) -> AsyncIterator[Desk]:
    async with await aio_pika.connect(broker_url) as connection:
        made = Desk(await connection.channel(), broker_url, f"{namespace}.desk")
        await made.make()
        yield made
        await made.consumers.close()
        await made.channel.queue_delete(made.queue)


async def test_it_consumes_again_after_the_connection_was_lost(desk: Desk) -> None:
    await desk.start()
    await desk.lose_connection()
    await desk.send(b"after")

    await desk.until_taken(b"after")


async def test_it_consumes_again_after_the_broker_has_closed_its_channel(desk: Desk) -> None:
    await desk.start()
    await desk.send(b"before")
    await desk.until_taken(b"before")
    await desk.taken[0].channel.basic_ack(delivery_tag=4711)
    await desk.send(b"after")

    await desk.until_taken(b"after")
    assert [delivery.raw.body for delivery in desk.taken].count(b"before") == 2


async def test_a_queue_that_is_missing_when_the_connection_comes_back_is_waited_for(desk: Desk) -> None:
    await desk.start()
    await desk.channel.queue_delete(desk.queue)
    await desk.lose_connection()
    await desk.make()
    await desk.send(b"after")

    await desk.until_taken(b"after")


async def test_a_queue_that_is_missing_when_only_the_channel_comes_back_is_waited_for(desk: Desk) -> None:
    await desk.start()
    await desk.send(b"before")
    await desk.until_taken(b"before")
    await desk.channel.queue_delete(desk.queue)
    async with desk.until_lost():
        await desk.taken[0].channel.basic_ack(delivery_tag=4711)
    await desk.make()
    await desk.send(b"after")

    await desk.until_taken(b"after")


async def test_a_queue_that_may_not_be_consumed_when_the_connection_comes_back_is_tried_until_it_may(
    desk: Desk,
) -> None:
    await desk.start()
    await desk.lose_connection()

    async def nobody() -> bool:
        return await desk.consuming() == 0

    await until(nobody)
    queue = await desk.channel.get_queue(desk.queue)
    async with desk.until_lost():
        alone = await queue.consume(_ignore, exclusive=True)
    await queue.cancel(alone)
    await desk.send(b"after")

    await desk.until_taken(b"after")


async def _ignore(_message: object) -> None:
    pass


async def test_what_was_delivered_before_it_stopped_is_handed_on_and_nothing_more(desk: Desk) -> None:
    await desk.start()
    sent = [b"%d" % number for number in range(30)]
    for body in sent:
        await desk.send(body)
    await desk.consumers.stop_consuming()
    taken = [delivery.raw.body for delivery in desk.taken]
    assert await desk.consuming() == 0
    await desk.send(b"after")
    await desk.consumers.acknowledge(desk.taken)
    await desk.consumers.close()

    left = await desk.channel.get_queue(desk.queue)
    rest = [(await left.get(no_ack=True)).body for _ in range(len(sent) - len(taken) + 1)]
    assert [*taken, *rest] == [*sent, b"after"]


async def test_who_has_stopped_does_not_begin_again_when_the_connection_comes_back(desk: Desk) -> None:
    await desk.start()
    back = asyncio.Event()
    (await desk.consumers.broker.connect()).reconnect_callbacks.add(lambda *_: back.set())
    await desk.consumers.stop_consuming()
    await desk.lose_connection()
    await asyncio.wait_for(back.wait(), 20)

    assert await desk.consuming() == 0


async def test_stopping_does_not_wait_for_a_broker_that_has_gone(broker_url: str, desk: Desk) -> None:
    async with cable(broker_url) as way:
        desk.consumers.url = way.of(broker_url)
        await desk.start()
        async with desk.until_lost():
            way.cut()

        await asyncio.wait_for(desk.consumers.stop_consuming(), 2)


async def test_a_queue_that_is_missing_at_the_start_is_told(desk: Desk) -> None:
    with pytest.raises(AMQPConnectionError, match="NOT_FOUND"):
        await desk.consumers.start([("offer-accepted", f"{desk.queue}.missing")])


async def test_a_queue_that_could_not_be_consumed_leaves_no_channel_behind(desk: Desk) -> None:
    await desk.start()
    connection = await desk.consumers.broker.connect()
    assert connection.transport is not None
    channels = set(connection.transport.connection.channels)
    for _ in range(3):
        with pytest.raises(AMQPConnectionError):
            await desk.consumers.start_one("dead-letter", f"{desk.queue}.missing")
        await desk.send(b"after")
        await desk.until_taken(b"after")
        desk.taken.clear()

    assert set(connection.transport.connection.channels) == channels
