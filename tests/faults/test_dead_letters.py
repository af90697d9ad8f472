"""What the broker gives up on gets one more chance, alone; then it is parked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import aio_pika
from actors import Crm, until
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq.abc import DeliveredMessage
from given import an_accepted_offer
from house import House
from pamqp.commands import Basic
from running import running

from adapter.messaging.consuming import raw_message
from adapter.messaging.dead_letters import as_sent, headers_of_copy, last_death
from adapter.messaging.publishing import Publisher
from adapter.messaging.raw import RawMessage
from adapter.messaging.reaching import user_of
from config.settings import Settings

from .conftest import HouseWith

LIMIT = 20
OURS = "order-adapter-"


@dataclass(slots=True)
class Dying:
    """Stands for copies of the adapter that die of a message each time it is delivered to them."""

    channel: AbstractChannel
    settings: Settings

    @property
    def queue(self) -> str:
        return f"{self.settings.namespace}.offer-accepted"

    @property
    def dead_letter(self) -> str:
        return f"{self.settings.namespace}.dead-letter"

    async def die_of(self, messages: int, times: int = LIMIT + 1) -> None:
        """Be delivered so many messages at once, until the broker gives up on them."""
        queue = await self.channel.get_queue(self.queue)
        for _ in range(times):
            taken = [await self._next(queue) for _ in range(messages)]
            for message in taken:
                await message.reject(requeue=True)
        await until(lambda: self._holds(messages))

    async def _holds(self, messages: int) -> bool:
        return await self.dead_letters() == messages

    async def _next(self, queue: Any) -> AbstractIncomingMessage:
        found: list[AbstractIncomingMessage] = []

        async def there() -> bool:
            found.extend(message for message in [await queue.get(fail=False)] if message is not None)
            return bool(found)

        await until(there)
        return found[0]

    async def take(self, queue: str) -> DeliveredMessage:
        """Take the next message as the adapter is delivered it."""
        beneath = await self.channel.get_underlay_channel()
        found: list[DeliveredMessage] = []

        async def there() -> bool:
            found.append(await beneath.basic_get(queue, no_ack=True))
            return isinstance(found[-1].delivery, Basic.GetOk)

        await until(there)
        return found[-1]

    async def dead_letters(self) -> int:
        declared = await self.channel.declare_queue(self.dead_letter, passive=True)
        return declared.declaration_result.message_count or 0


async def stopped(house: House) -> Dying:
    """The house while nobody serves in it."""
    await house.adapter.stop()
    return Dying(await house.connection.channel(), house.settings)


async def parked(house: House, crm: Crm) -> list[list[str]]:
    rows = await house.database.fetch("SELECT codes FROM parked WHERE source = $1", crm.source)
    return [list(row["codes"]) for row in rows]


async def test_those_that_were_prefetched_beside_a_killer_are_put_back_and_handled(house_with: HouseWith) -> None:
    house = await house_with(dead_letter_seconds=0.1)
    crm, dying = await house.crm(), await stopped(house)
    tickets = [await crm.send(an_accepted_offer(number=f"OF-{number}")) for number in range(5)]
    await dying.die_of(5)

    async with running(house.settings):
        assert {(await crm.answer(ticket))["outcome"] for ticket in tickets} == {"created"}

        async def emptied() -> bool:
            return await dying.dead_letters() == 0

        await until(emptied)
    assert await parked(house, crm) == []


async def put_back(house: House, dying: Dying) -> AbstractIncomingMessage:
    """Put the next dead letter back as the adapter does, and look at the copy in its queue."""
    url = house.settings.broker_url.get_secret_value()
    publisher = Publisher(url, f"{house.settings.namespace}.events")
    await publisher.start()
    raw = as_sent(raw_message(await dying.take(dying.dead_letter), "dead-letter"), publisher.user)
    queue = last_death(raw.headers).queue
    assert await publisher.put_back(queue, raw, headers_of_copy(raw))
    await publisher.stop()
    copy = await dying._next(await dying.channel.get_queue(queue))
    await copy.reject(requeue=True)
    return copy


async def test_one_that_the_broker_gives_up_on_again_is_parked(house_with: HouseWith) -> None:
    house = await house_with(dead_letter_seconds=0.1)
    crm, dying = await house.crm(), await stopped(house)
    ticket = await crm.send(an_accepted_offer())
    await dying.die_of(1)
    await put_back(house, dying)
    await dying.die_of(1, times=LIMIT)

    async with running(house.settings):
        answer = await crm.answer(ticket)
    assert (answer["outcome"], [reason["code"] for reason in answer["reasons"]]) == ("parked", ["delivery_failed"])
    assert await parked(house, crm) == [["delivery_failed"]]


async def test_a_copy_has_an_id_of_its_own_and_nothing_of_the_broker_and_stays_the_same_message(
    house_with: HouseWith,
) -> None:
    house = await house_with(dead_letter_seconds=0.1)
    crm, dying = await house.crm(), await stopped(house)
    body = json.dumps(an_accepted_offer()).encode()
    ticket = await crm.send_body(
        body, content_type="application/json", message_id="b-1", app_id=crm.source, headers={"x-own": 1, "kept": 2}
    )
    await dying.die_of(1)

    copy = await put_back(house, dying)
    assert copy.message_id not in {"b-1", None}
    assert copy.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    names = set(copy.headers) - {"x-delivery-count"}
    assert names == {"kept", f"{OURS}reinjected", f"{OURS}message-id"}
    async with running(house.settings):
        assert (await crm.answer(ticket))["outcome"] == "created"
    assert await house.database.fetchval("SELECT source FROM inbox WHERE message_id = 'b-1'") == crm.source


async def test_what_the_broker_gives_up_on_for_another_reason_is_parked(house_with: HouseWith) -> None:
    house = await house_with(dead_letter_seconds=0.1)
    crm = await house.crm()
    channel = await house.connection.channel()
    body = json.dumps(crm.envelope(an_accepted_offer())).encode()
    message = aio_pika.Message(body, content_type="application/cloudevents+json")
    await channel.default_exchange.publish(message, f"{house.settings.namespace}.dead-letter")

    async def is_parked() -> bool:
        return await parked(house, crm) == [["delivery_failed"]]

    await until(is_parked)


def test_headers_of_ours_count_only_on_what_we_published() -> None:
    forged = RawMessage(body=b"", user_id="crm", headers={f"{OURS}reinjected": 1, f"{OURS}user-id": "finance"})

    assert as_sent(forged, "adapter") is forged


def test_the_broker_user_is_the_one_of_the_address() -> None:
    assert user_of("amqp://order%40adapter:secret@broker/vhost") == "order@adapter"
    assert user_of("amqp://broker/") == "guest"
