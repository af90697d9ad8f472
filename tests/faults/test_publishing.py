"""What goes out: lasting, without headers of the broker, under a time limit that holds whatever the peer does."""

from __future__ import annotations

import time
import uuid

import aio_pika
import pytest
from actors import until
from aio_pika.abc import AbstractIncomingMessage
from cable import cable
from given import an_accepted_offer
from pamqp.common import FieldValue
from structlog.testing import capture_logs

from adapter.messaging.publishing import Publisher

from .conftest import HouseWith
from .test_outages import by_cable, named

LIMIT = 0.5


async def test_publishing_to_a_peer_that_has_gone_dumb_is_given_up_in_time(house_with: HouseWith) -> None:
    house = await house_with()
    async with cable(house.settings.broker_url.get_secret_value()) as way:
        publisher = Publisher(way.of(house.settings.broker_url.get_secret_value()), house.adapter.topology.names.events)
        publisher.seconds = LIMIT
        await publisher.start()
        way.stick()
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await publisher.publish_event("order.entered", b"{}", uuid.uuid4().hex, None)
        with capture_logs() as log:
            await publisher.answer("nobody", b"{}", None)
        took = time.monotonic() - begun
        await way.mend()
        await publisher.publish_event("order.entered", b"{}", uuid.uuid4().hex, None)
        await publisher.stop()
    assert took < 3 * LIMIT
    assert [event["event"] for event in log] == ["answer_lost"]


async def test_events_go_out_once_a_dumb_peer_speaks_again(house_with: HouseWith) -> None:
    house = await house_with(publish_seconds=LIMIT)
    url = house.settings.broker_url.get_secret_value()
    crm = await house.crm()
    async with by_cable(house, "broker_url", url) as (way, adapter, log):
        way.stick()
        await house.database.execute(
            "INSERT INTO events (event_id, type, body) VALUES ($1, 'order.entered', '{\"data\": {}}')", uuid.uuid4()
        )

        async def given_up() -> bool:
            return adapter.relay.failed >= 1

        await until(given_up)
        await way.mend()
        assert (await crm.publish(an_accepted_offer()))["outcome"] == "created"
        await house.warehouse.until(lambda: len(house.warehouse.events) >= 2)
    assert named(log, "unexpected_error") == []


async def test_everything_that_goes_out_lasts_and_carries_nothing_of_the_broker(house_with: HouseWith) -> None:
    house = await house_with()
    channel = await house.connection.channel()
    answers = await channel.declare_queue(exclusive=True)
    crm = await house.crm()
    await crm.send(an_accepted_offer())
    exchange = await channel.get_exchange(f"{house.settings.namespace}.inbound", ensure=False)
    headers: dict[str, FieldValue] = {"x-death": [{"count": 1}], "x-own": 1}
    body = aio_pika.Message(b"{}", reply_to=answers.name, correlation_id="one", headers=headers)
    await exchange.publish(body, "offer.accepted")

    answered: list[AbstractIncomingMessage] = []

    async def is_answered() -> bool:
        answered.extend(message for message in [await answers.get(fail=False)] if message is not None)
        return bool(answered)

    await until(is_answered)
    await house.warehouse.until(lambda: len(house.warehouse.events) >= 2)
    sent = [*answered, *(event.message for event in house.warehouse.events)]
    assert {message.delivery_mode for message in sent} == {aio_pika.DeliveryMode.PERSISTENT}
    assert [name for message in sent for name in message.headers if name.startswith("x-")] == []
