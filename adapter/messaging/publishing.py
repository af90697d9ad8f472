"""The connection that publishes: events with confirms, answers as they are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange
from aio_pika.exceptions import PublishError
from faststream.rabbit import RabbitBroker

log = structlog.get_logger()


class NotConnected(ConnectionError):
    """There is no channel to publish on right now."""


@dataclass(slots=True)
class Publisher:
    """Publishes on a connection of its own, so that a broker that blocks publishers still lets us consume."""

    url: str
    events_exchange: str
    seconds: float = 5.0
    broker: RabbitBroker = field(init=False)
    _channel: AbstractChannel | None = None
    _events: AbstractExchange | None = None

    def __post_init__(self) -> None:
        self.broker = RabbitBroker(self.url, logger=None, reconnect_interval=1.0)

    async def start(self) -> None:
        connection = await self.broker.connect()
        self._channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        self._events = await self._channel.get_exchange(self.events_exchange, ensure=False)

    async def stop(self) -> None:
        await self.broker.stop()

    async def publish_event(self, routing_key: str, body: bytes, event_id: str, correlation_id: str | None) -> bool:
        """Publish an event and wait until the broker has it; False where no queue was bound for it.

        Raises:
            TimeoutError, ConnectionError, AMQPError: it may or may not have arrived; publish it again.
        """
        if self._events is None:
            raise NotConnected("not started")
        message = Message(
            body,
            content_type="application/cloudevents+json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=event_id,
            type=f"{routing_key}.v1",
            correlation_id=correlation_id,
            app_id="order-adapter",
        )
        try:
            async with asyncio.timeout(self.seconds):
                await self._events.publish(message, routing_key, mandatory=True)
        except PublishError:
            return False
        return True

    async def answer(self, queue: str, body: bytes, correlation_id: str | None) -> None:
        """Send an answer to a queue. It may be lost (contract 5): whatever goes wrong must not stop the work."""
        if self._channel is None:
            return
        message = Message(body, content_type="application/json", correlation_id=correlation_id)
        try:
            async with asyncio.timeout(self.seconds):
                await self._channel.default_exchange.publish(message, queue, mandatory=False)
        except Exception as error:
            log.info("answer_lost", error=type(error).__name__)
