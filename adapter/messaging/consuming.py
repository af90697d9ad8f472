"""The connection that consumes: every delivery is handed on at once, and acknowledged when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from aiormq.abc import AbstractChannel, DeliveredMessage
from aiormq.exceptions import AMQPConnectionError, AMQPError
from faststream.rabbit import RabbitBroker

from adapter.messaging import tolerance
from adapter.messaging.acknowledging import Prefix
from adapter.messaging.consumer import Consumer, drop
from adapter.messaging.dead_letters import as_sent
from adapter.messaging.raw import RawMessage
from adapter.messaging.reaching import START_SECONDS, user_of, watched_broker, within
from adapter.outage import Outage

log = structlog.get_logger()

OnDelivery = Callable[["Delivery"], None]


@dataclass(slots=True)
class Delivery:
    """A message as the broker delivered it, until it is acknowledged by its tag on the channel that it came by."""

    raw: RawMessage
    channel: AbstractChannel
    tag: int


def raw_message(message: DeliveredMessage, queue: str) -> RawMessage:
    """What was delivered; an empty id, address, type or name says as little as a missing one."""
    said = message.header.properties
    return RawMessage(
        body=message.body,
        queue=queue,
        content_type=said.content_type,
        content_encoding=said.content_encoding,
        headers=said.headers or {},
        message_id=said.message_id or None,
        app_id=said.app_id or None,
        type=said.message_type or None,
        timestamp=said.timestamp,
        correlation_id=said.correlation_id or None,
        reply_to=said.reply_to or None,
        user_id=said.user_id or None,
        redelivered=bool(message.redelivered),
    )


@dataclass(slots=True)
class Consumers:
    """Consumers of the adapter's queues, and the acknowledgements of what they were delivered."""

    url: str
    prefetch: int
    on_delivery: OnDelivery
    outage: Outage = field(default_factory=lambda: Outage("broker", ""))
    broker: RabbitBroker = field(init=False)
    user: str = field(init=False)
    cancelled: bool = False
    """The broker has ended a consumer of ours since the connection was made."""
    _consumers: list[Consumer] = field(default_factory=list)
    _prefixes: dict[AbstractChannel, Prefix] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.broker = watched_broker(self.url, self.outage)
        self.user = user_of(self.url)

    async def start(self, names: Iterable[tuple[str, str]]) -> None:
        """Consume these queues, each given as its last name part and its whole name, on a channel of its own.

        Nothing is left of an attempt before that failed.

        Raises:
            DecoderChanged: a message that cannot be decoded would stop everything.
            AMQPConnectionError: the broker cannot be reached, refuses, or went away meanwhile.
        """
        tolerance.install()
        await self.close()
        self.broker = watched_broker(self.url, self.outage)
        self._consumers.clear()
        async with within(START_SECONDS):
            for part, name in names:
                await self._consume(part, name, self.prefetch)
        self.outage.recovered()

    async def start_one(self, part: str, name: str) -> None:
        """Consume one more queue, one message at a time; raises AMQPConnectionError as `start` does."""
        async with within(START_SECONDS):
            await self._consume(part, name, 1)

    async def _consume(self, part: str, name: str, prefetch: int) -> None:
        connection = await self.broker.connect()
        consumer = Consumer(connection, name, prefetch, self._receiver(part), self._on_cancel)
        await consumer.start()
        self._consumers.append(consumer)

    def _receiver(self, part: str) -> Callable[[DeliveredMessage], None]:
        def receive(message: DeliveredMessage) -> None:
            raw = as_sent(raw_message(message, part), self.user)
            self.on_delivery(Delivery(raw, message.channel, message.delivery_tag or 0))

        return receive

    def _on_cancel(self) -> None:
        self.cancelled = True

    async def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that these are done. After a lost channel it delivers them again; the inbox knows them."""
        channels = set()
        for delivery in deliveries:
            if delivery.channel.is_closed:
                continue
            if delivery.channel not in self._prefixes:
                self._prefixes[delivery.channel] = Prefix()
            self._prefixes[delivery.channel].finish(delivery.tag)
            channels.add(delivery.channel)
        for channel in channels:
            await self._acknowledge(channel)
        self._prefixes = {channel: prefix for channel, prefix in self._prefixes.items() if not channel.is_closed}

    async def _acknowledge(self, channel: AbstractChannel) -> None:
        tag = self._prefixes[channel].take()
        if tag is None or channel.is_closed:
            return
        try:
            await channel.basic_ack(delivery_tag=tag, multiple=True)
        except (AMQPError, RuntimeError, ConnectionError):
            log.info("acknowledgement_lost", tag=tag)

    async def stop_consuming(self) -> None:
        """Take no more deliveries; those taken may still be acknowledged."""
        await asyncio.gather(*map(_stop, self._consumers))

    async def acknowledge_rest(self) -> None:
        """Before the end: what is done is acknowledged one by one where something before it is not."""
        for channel, prefix in self._prefixes.items():
            for tag in prefix.take_rest():
                if not channel.is_closed:
                    with suppress(AMQPError, RuntimeError, ConnectionError):
                        await channel.basic_ack(delivery_tag=tag)

    async def connect_anew(self) -> None:
        """Drop the connection: it comes back by itself, with every consumer; what was in hand is delivered again."""
        self.cancelled = False
        await drop(await self.broker.connect())

    async def close(self) -> None:
        """Let go of the connection; the broker delivers again what is not acknowledged."""
        self.outage.expected = True
        with suppress(AMQPError, RuntimeError, ConnectionError):
            await self.broker.stop()
        self.outage.expected = False


async def _stop(consumer: Consumer) -> None:
    """Where the broker went away there is nothing to be stopped."""
    with suppress(AMQPConnectionError):
        await consumer.stop()
