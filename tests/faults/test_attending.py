"""A queue that the broker no longer delivers from, without having said so, is consumed anew."""

from __future__ import annotations

import asyncio

from actors import until
from given import an_accepted_offer
from house import House
from structlog.testing import capture_logs

from adapter.messaging.attending import Attending

from .conftest import HouseWith


async def forgotten_by_the_broker(house: House, part: str) -> str:
    """The broker forgets a consumer that believes to be one: below the library that would consume again."""
    name = f"{house.settings.namespace}.{part}"
    [consumer] = [one for one in house.adapter.consumers._consumers if one.queue == name]
    channel = await consumer.channel.get_underlay_channel()
    await channel.basic_cancel(consumer._tag)
    return name


async def test_it_hears_again_from_a_queue_whose_consumer_the_broker_has_forgotten(house_with: HouseWith) -> None:
    house = await house_with()
    crm = await house.crm()
    name = await forgotten_by_the_broker(house, "offer-accepted")
    ticket = await crm.send(an_accepted_offer())

    with capture_logs() as log:
        await house.adapter.attending.look()
        await house.adapter.attending.look()

    assert [event["because"] for event in log if event["event"] == "consuming_anew"] == [f"nobody consumes {name}"]
    assert (await crm.answer(ticket))["outcome"] == "created"


async def test_a_queue_that_is_consumed_is_left_alone(house_with: HouseWith) -> None:
    house = await house_with()

    with capture_logs() as log:
        await house.adapter.attending.look()
        await house.adapter.attending.look()

    assert [event for event in log if event["event"] == "consuming_anew"] == []


async def was_told(house: House) -> bool:
    return house.adapter.consumers.cancelled


async def test_a_queue_that_was_deleted_and_made_again_is_heard(house_with: HouseWith) -> None:
    house = await house_with()
    crm, topology = await house.crm(), house.adapter.topology
    attending = Attending(house.adapter.consumers, [queue.name for queue in topology.queues[:1]], seconds=0.1)
    looking = asyncio.create_task(attending.run())
    channel = await house.connection.channel()
    await channel.queue_delete(topology.queues[0].name)
    await until(lambda: was_told(house))

    await topology.prepare(house.connection, declare=True)

    ticket = await crm.send(an_accepted_offer())
    assert (await crm.answer(ticket))["outcome"] == "created"
    attending.stop()
    await looking
