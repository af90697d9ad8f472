"""Messages that go out in waves fare as those that the library publishes one by one: the assumptions of `waves.py`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiormq
import pytest
from actors import until
from aiormq import Channel
from aiormq.abc import ChannelFrame
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity, DeliveryError, PublishError
from cable import cable
from pamqp.commands import Basic
from pamqp.heartbeat import Heartbeat

from adapter.messaging.publishing import Publisher
from adapter.messaging.waves import Waves


class Recorded(asyncio.Queue[ChannelFrame]):
    """Notes what a channel writes, and passes it on."""

    def __init__(self, written: asyncio.Queue[ChannelFrame]) -> None:
        super().__init__()
        self.written, self.payloads = written, list[bytes]()

    async def put(self, item: ChannelFrame) -> None:
        self.payloads.append(item.payload)
        await self.written.put(item)


class Out:
    """A channel that publishes, and a queue of its namespace."""

    def __init__(self, channel: Channel, namespace: str) -> None:
        self.channel, self.queue = channel, f"{namespace}.waves"
        self.waves = Waves(channel)

    async def declare(self, queue: str, **arguments: Any) -> None:
        await self.channel.queue_declare(queue, durable=True, arguments={"x-expires": 60_000, **arguments})

    async def send(self, body: bytes, queue: str | None = None) -> None:
        await self.waves.publish("", queue or self.queue, properties(), body, mandatory=True)

    async def bodies(self) -> list[bytes]:
        found = []
        while isinstance((message := await self.channel.basic_get(self.queue, no_ack=True)).delivery, Basic.GetOk):
            found.append(message.body)
        return found

    def recorded(self) -> list[bytes]:
        self.channel.write_queue = Recorded(self.channel.write_queue)
        return self.channel.write_queue.payloads

    def notes(self) -> tuple[int, dict[int, Any], dict[str, int]]:
        """What the channel has counted, and what it still waits for."""
        return self.channel.delivery_tag, dict(self.channel.confirmations), self.channel.message_id_delivery_tag


def properties() -> Basic.Properties:
    return Basic.Properties(delivery_mode=2, message_id=uuid.uuid4().hex, content_type="text/plain", app_id="waves")


@asynccontextmanager
async def publishing(url: str, namespace: str) -> AsyncIterator[Out]:
    async with aiormq.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        assert isinstance(channel, Channel)
        out = Out(channel, namespace)
        await out.declare(out.queue)
        yield out


@pytest.fixture
async def out(broker_url: str, namespace: str) -> AsyncIterator[Out]:
    async with publishing(broker_url, namespace) as made:
        yield made


@pytest.mark.parametrize("frames", [0, 0.5, 1, 1.1, 3])
async def test_what_is_written_and_counted_is_what_the_library_would_write_and_count(out: Out, frames: float) -> None:
    body, same = bytes(int(out.channel.max_content_size * frames)), properties()
    written = out.recorded()

    await out.channel.basic_publish(body, routing_key=out.queue, properties=same, mandatory=True)
    await out.waves.publish("", out.queue, same, body, mandatory=True)

    by_library, in_a_wave = written
    assert in_a_wave == by_library
    assert out.notes() == (2, {}, {})


async def test_all_that_is_asked_for_in_one_turn_is_one_write_in_that_order(out: Out) -> None:
    written = out.recorded()
    asked = [b"%d" % number for number in range(50)]

    await asyncio.gather(*map(out.send, asked))

    assert len(written) == 1
    assert await out.bodies() == asked


async def test_each_message_of_a_wave_hears_what_became_of_it(out: Out, namespace: str) -> None:
    full = f"{namespace}.full"
    await out.declare(full, **{"x-max-length": 1, "x-overflow": "reject-publish"})
    await out.send(b"", full)

    fates = await asyncio.gather(
        out.send(b"one"),
        out.send(b"lost", "nobody"),
        out.send(b"two"),
        out.send(b"too many", full),
        out.send(b"lost", "nobody"),
        out.send(b"three"),
        return_exceptions=True,
    )

    assert [type(fate) for fate in fates] == [
        type(None),
        PublishError,
        type(None),
        DeliveryError,
        PublishError,
        type(None),
    ]
    assert out.notes() == (7, {}, {})
    assert await out.bodies() == [b"one", b"two", b"three"]


async def test_a_message_that_need_not_be_routed_is_confirmed_without_a_queue(out: Out) -> None:
    await out.waves.publish("", "nobody", properties(), b"", mandatory=False)

    assert out.notes() == (1, {}, {})


async def test_the_library_may_publish_between_waves_on_the_same_channel(out: Out) -> None:
    async def by_library(body: bytes) -> None:
        await out.channel.basic_publish(body, routing_key=out.queue, properties=properties(), mandatory=True)

    numbers = [b"%d" % number for number in range(40)]
    await asyncio.gather(*((by_library if number[-1:] in b"37" else out.send)(number) for number in numbers))

    assert out.notes() == (40, {}, {})
    assert sorted(await out.bodies()) == sorted(numbers)


async def test_much_at_once_is_several_writes(out: Out) -> None:
    written = out.recorded()
    asked = [bytes([number]) * 100_000 for number in range(20)]

    await asyncio.gather(*map(out.send, asked))

    assert 1 < len(written) < len(asked)
    assert await out.bodies() == asked


async def test_what_somebody_has_given_up_on_before_it_was_written_is_left_out(broker_url: str, namespace: str) -> None:
    async with cable(broker_url) as way, publishing(way.of(broker_url), namespace) as out:
        way.stick()
        stuck = [asyncio.create_task(out.send(bytes([number]) * 500_000)) for number in range(40)]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(out.send(b"given up"), 0.2)
        assert out.channel.write_queue.empty()
        await way.mend()
        await asyncio.gather(*stuck, out.send(b"last"))

        assert [body[:9] for body in await out.bodies()][40:] == [b"last"]
        assert out.notes() == (41, {}, {})


async def test_a_message_that_was_given_up_on_after_it_was_written_confuses_none_after_it(
    broker_url: str, namespace: str
) -> None:
    async with cable(broker_url) as way, publishing(way.of(broker_url), namespace) as out:
        way.stick()
        given_up = (asyncio.wait_for(out.send(b"late", queue), 0.2) for queue in (out.queue, "nobody"))
        fates = await asyncio.gather(*given_up, return_exceptions=True)
        await way.mend()
        await out.send(b"next")

        assert [type(fate) for fate in fates] == [TimeoutError, TimeoutError]
        assert out.notes() == (3, {}, {})
        assert await out.bodies() == [b"late", b"next"]


async def test_what_somebody_has_given_up_on_while_the_library_had_no_room_confuses_none_after_it(
    broker_url: str, namespace: str
) -> None:
    async with cable(broker_url) as way, publishing(way.of(broker_url), namespace) as out:
        beside = await out.channel.connection.channel()
        assert isinstance(beside, Channel)
        way.stick()
        sending = [asyncio.create_task(beside.basic_publish(bytes(20_000_000), routing_key=out.queue))]

        async def writing() -> bool:
            return beside.delivery_tag == 1 and out.channel.write_queue.empty()

        await until(writing)
        while not out.channel.write_queue.full():
            out.channel.write_queue.put_nowait(ChannelFrame(Heartbeat().marshal(), should_close=False))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(out.send(b"late"), 0.2)
        await way.mend()
        await asyncio.gather(*sending, out.send(b"next"))

        assert out.notes() == (2, {}, {})
        assert [body for body in await out.bodies() if len(body) < 10] == [b"late", b"next"]


async def test_a_lost_channel_ends_every_message_of_a_wave(out: Out) -> None:
    nowhere = out.waves.publish("nowhere", "", properties(), b"", mandatory=True)

    fates = await asyncio.gather(nowhere, out.send(b"1"), out.send(b"2"), return_exceptions=True)

    assert {type(fate) for fate in fates} == {ChannelNotFoundEntity}
    with pytest.raises(ChannelNotFoundEntity):
        await out.send(b"3")


async def test_a_lost_connection_ends_every_message_even_those_not_written_yet(broker_url: str, namespace: str) -> None:
    async with cable(broker_url) as way, publishing(way.of(broker_url), namespace) as out:
        way.stick()
        written = out.recorded()
        sending = [asyncio.create_task(out.send(bytes([number]) * 500_000)) for number in range(40)]

        async def begun() -> bool:
            return bool(written)

        await until(begun)
        way.cut()
        fates = await asyncio.wait_for(asyncio.gather(*sending, return_exceptions=True), 20)

        assert len(written) < len(fates)
        assert [fate for fate in fates if not isinstance(fate, BaseException)] == []


async def test_events_go_out_on_the_channel_that_takes_the_place_of_a_lost_one(broker_url: str, namespace: str) -> None:
    publisher = Publisher(broker_url, f"{namespace}.events")
    await publisher.start()
    with pytest.raises(AMQPError):
        await publisher.publish_event("order.entered", b"{}", uuid.uuid4().hex, None)
    channel = await (await publisher.broker.connect()).channel()
    await channel.declare_exchange(f"{namespace}.events", "topic", durable=True)

    async def confirmed() -> bool:
        try:
            return not await publisher.publish_event("order.entered", b"{}", uuid.uuid4().hex, None)
        except (AMQPError, ConnectionError):
            return False

    await until(confirmed)
    await publisher.stop()
