"""The connection that publishes: events with confirms, answers as they are."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import PublishError
from aiormq import Channel
from aiormq.exceptions import AMQPError
from faststream.rabbit import RabbitBroker
from pamqp.commands import Basic

from adapter.messaging.blocking import is_blocked, until_taken
from adapter.messaging.raw import RawMessage
from adapter.messaging.reaching import START_SECONDS, user_of, watched_broker, within
from adapter.messaging.waves import Waves
from adapter.outage import Outage

log = structlog.get_logger()

_SHORT: Final = 255


class NotConnected(ConnectionError):
    """There is no channel to publish on right now."""


@dataclass(slots=True)
class Publisher:
    """Publishes on a connection of its own, so that a broker that blocks publishers still lets us consume."""

    url: str
    events_exchange: str
    seconds: float = 5.0
    outage: Outage = field(default_factory=lambda: Outage("broker", ""))
    broker: RabbitBroker = field(init=False)
    user: str = field(init=False)
    answered: int = 0
    answers_lost: int = 0
    _connection: AbstractConnection | None = None
    _channel: AbstractChannel | None = None
    _waves: Waves | None = None

    def __post_init__(self) -> None:
        self.broker = watched_broker(self.url, self.outage)
        self.user = user_of(self.url)

    async def start(self) -> None:
        """Connect, anew where that was done before.

        Raises:
            AMQPError: the broker cannot be reached, or went away meanwhile.
        """
        await self.stop()
        self.broker = watched_broker(self.url, self.outage)
        async with within(START_SECONDS):
            self._connection = await self.broker.connect()
            self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        self.outage.recovered()

    async def stop(self) -> None:
        self.outage.expected = True
        with suppress(AMQPError, RuntimeError, ConnectionError):
            await self.broker.stop()
        self.outage.expected = False

    async def is_blocked(self) -> bool:
        """Whether the broker has told that it takes nothing for now: it is short of memory or disk."""
        return self._connection is not None and await is_blocked(self._connection)

    async def publish_event(self, routing_key: str, body: bytes, event_id: str, correlation_id: str | None) -> bool:
        """Publish an event and wait until the broker has it; False where no queue was bound for it.

        Raises:
            TimeoutError, ConnectionError, AMQPError: it may or may not have arrived; publish it again.
        """
        properties = Basic.Properties(
            content_type="application/cloudevents+json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=event_id,
            message_type=f"{routing_key}.v1",
            correlation_id=_short(correlation_id),
            app_id="order-adapter",
        )
        try:
            await self._send(self.events_exchange, routing_key, properties, body, mandatory=True)
        except PublishError:
            return False
        return True

    async def _send(
        self, exchange: str, routing_key: str, properties: Basic.Properties, body: bytes, *, mandatory: bool
    ) -> None:
        if self._channel is None or self._connection is None or self._channel.is_closed:
            raise NotConnected("there is no connection")
        async with asyncio.timeout(self.seconds):
            await until_taken(self._connection)
            waves = await self._waves_on(self._channel)
            await waves.publish(exchange, routing_key, properties, body, mandatory=mandatory)

    async def _waves_on(self, channel: AbstractChannel) -> Waves:
        """A channel that comes back has another beneath it, which counts anew."""
        beneath = cast("Channel", await channel.get_underlay_channel())
        if self._waves is None or self._waves.channel is not beneath:
            self._waves = Waves(beneath)
        return self._waves

    async def put_back(self, queue: str, raw: RawMessage, headers: Mapping[str, Any]) -> bool:
        """Publish a copy of a message to a queue, under an AMQP id of its own, and wait until it is there.

        False where that can never be: there is no such queue, or the message holds what cannot be sent.

        Raises:
            ConnectionError: it may or may not have arrived.
        """
        if self._channel is None or self._connection is None:
            raise NotConnected("not started")
        try:
            async with within(self.seconds):
                await until_taken(self._connection)
                await self._channel.default_exchange.publish(_copy(raw, headers, self.user), queue, mandatory=True)
        except (PublishError, ValueError, TypeError, RecursionError):
            return False
        return True

    async def answer(self, queue: str, body: bytes, correlation_id: str | None) -> None:
        """Send an answer to a queue. It may be lost (contract 5): whatever goes wrong must not stop the work."""
        if self._channel is None:
            self.answers_lost += 1
            return
        properties = Basic.Properties(
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=uuid.uuid4().hex,
            correlation_id=_short(correlation_id),
        )
        try:
            await self._send("", queue, properties, body, mandatory=False)
        except Exception as error:
            self.answers_lost += 1
            log.info("answer_lost", error=type(error).__name__)
        else:
            self.answered += 1


def _short(text: str | None) -> str | None:
    """Text that fits an AMQP property: an id of 255 characters may have more bytes than that."""
    return None if text is None else text.encode()[:_SHORT].decode("utf-8", "ignore")


def _copy(raw: RawMessage, headers: Mapping[str, Any], user: str) -> Message:
    return Message(
        raw.body,
        headers=dict(headers),
        content_type=_short(raw.content_type),
        content_encoding=_short(raw.content_encoding),
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=uuid.uuid4().hex,
        app_id=_short(raw.app_id),
        type=_short(raw.type),
        timestamp=raw.timestamp,
        correlation_id=_short(raw.correlation_id),
        reply_to=_short(raw.reply_to),
        user_id=user,
    )
