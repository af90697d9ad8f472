"""The connection that consumes: FastStream owns it, its subscribers hand every delivery on and answer nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aio_pika import IncomingMessage
from aiormq.abc import AbstractChannel as AbstractAiormqChannel
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage

from adapter.messaging import tolerance
from adapter.messaging.acknowledging import Prefix
from adapter.messaging.dead_letters import as_sent
from adapter.messaging.envelope import RawMessage
from adapter.messaging.reaching import START_SECONDS, user_of, watched_broker, within
from adapter.outage import Outage

log = structlog.get_logger()

_CANCEL_SECONDS: Final = 5

OnDelivery = Callable[["Delivery"], None]


@dataclass(slots=True)
class Delivery:
    """A message as the broker delivered it, until it is acknowledged."""

    raw: RawMessage
    message: IncomingMessage


async def _body(message: RabbitMessage) -> bytes:
    """Leave the body as it came: what is wrong with it is for the intake to say."""
    return message.body


def raw_message(message: IncomingMessage, queue: str) -> RawMessage:
    return RawMessage(
        body=message.body,
        queue=queue,
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        headers=message.headers,
        message_id=message.message_id,
        app_id=message.app_id,
        type=message.type,
        timestamp=message.timestamp,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        user_id=message.user_id,
        redelivered=bool(message.redelivered),
    )


@dataclass(slots=True)
class Consumers:
    """Subscribers of the adapter's queues, and the acknowledgements of what they were delivered."""

    url: str
    prefetch: int
    on_delivery: OnDelivery
    outage: Outage = field(default_factory=lambda: Outage("broker", ""))
    broker: RabbitBroker = field(init=False)
    user: str = field(init=False)
    cancelled: bool = False
    """The broker has ended a consumer of ours since the connection was made."""
    _prefixes: dict[AbstractAiormqChannel, Prefix] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.broker = self._new_broker()
        self.user = user_of(self.url)

    def _new_broker(self) -> RabbitBroker:
        return watched_broker(
            self.url,
            self.outage,
            apply_types=False,
            decoder=_body,
            ack_policy=AckPolicy.MANUAL,
            graceful_timeout=1.0,
        )

    async def start(self, names: Iterable[tuple[str, str]]) -> None:
        """Consume these queues, each given as its last name part and its whole name, on a channel of its own.

        Nothing is left of an attempt before that failed.

        Raises:
            DecoderChanged: a message that cannot be decoded would stop everything.
            AMQPConnectionError: the broker cannot be reached, refuses, or went away meanwhile.
        """
        tolerance.install()
        await self.close()
        self.broker = self._new_broker()
        for part, name in names:
            self._subscribe(part, name, self.prefetch)
        async with within(START_SECONDS):
            await self.broker.start()
            for subscriber in self.broker.subscribers:
                await self._heed_cancels(subscriber)
        self.outage.recovered()

    async def _heed_cancels(self, subscriber: Any) -> None:
        """Hear of it when the broker ends a consumer, on each channel that takes the place of a lost one too."""

        async def heed(channel: Any, *_: object) -> None:
            beneath = await channel.get_underlay_channel()
            beneath.on_consumer_cancel_callbacks.add(self._on_cancel)

        channel = subscriber._queue_obj.channel
        channel.reopen_callbacks.add(heed)
        await heed(channel)

    def _on_cancel(self, _frame: object) -> None:
        self.cancelled = True

    async def start_one(self, part: str, name: str) -> None:
        """Consume one more queue, one message at a time; raises AMQPConnectionError as `start` does."""
        async with within(START_SECONDS):
            await self._subscribe(part, name, 1).start()

    def _subscribe(self, part: str, name: str, prefetch: int) -> Any:
        subscriber = self.broker.subscriber(
            RabbitQueue(name, durable=True, declare=False),
            channel=Channel(prefetch_count=prefetch),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
        )
        subscriber(self._receiver(part))
        return subscriber

    def _receiver(self, part: str) -> Callable[[Any], Any]:
        async def receive(_body: bytes) -> None:
            message: RabbitMessage = self.broker.context.get_local("message")
            raw = as_sent(raw_message(message.raw_message, part), self.user)
            self.on_delivery(Delivery(raw, message.raw_message))

        return receive

    async def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that these are done. After a lost channel it delivers them again; the inbox knows them."""
        newest: dict[AbstractAiormqChannel, IncomingMessage] = {}
        for delivery in deliveries:
            channel = _open_channel(delivery.message)
            if channel is None:
                continue
            self._prefixes.setdefault(channel, Prefix()).finish(delivery.message.delivery_tag or 0)
            newest[channel] = delivery.message
        for channel in newest:
            await self._acknowledge(channel)
        self._prefixes = {channel: prefix for channel, prefix in self._prefixes.items() if not channel.is_closed}

    async def _acknowledge(self, channel: Any) -> None:
        tag = self._prefixes[channel].take()
        if tag is None or channel.is_closed:
            return
        try:
            await channel.basic_ack(delivery_tag=tag, multiple=True)
        except (AMQPError, RuntimeError, ConnectionError):
            log.info("acknowledgement_lost", tag=tag)

    async def stop_consuming(self) -> None:
        """Take no more deliveries; those taken may still be acknowledged.

        FastStream drops what arrives while it stops, so the broker is told first, and what it had sent is taken.
        """
        for subscriber in self.broker.subscribers:
            with suppress(AMQPError, RuntimeError, ConnectionError, TimeoutError):
                await _cancel(subscriber)
            await subscriber.stop()

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
        connection = await self.broker.connect()
        if connection.transport is not None:
            await connection.transport.connection.close()

    async def close(self) -> None:
        """Let go of the connection; the broker delivers again what is not acknowledged."""
        self.outage.expected = True
        with suppress(AMQPError, RuntimeError, ConnectionError):
            await self.broker.stop()
        self.outage.expected = False


def _open_channel(message: IncomingMessage) -> AbstractAiormqChannel | None:
    """The channel that a message came by, None where it is lost: the broker delivers the message again."""
    try:
        return message.channel
    except ChannelInvalidStateError:
        return None


async def _cancel(subscriber: Any) -> None:
    """Ask the broker for no more; it answers after the last delivery. FastStream keeps both names to itself."""
    if subscriber._queue_obj is not None and subscriber._consumer_tag is not None:
        await subscriber._queue_obj.cancel(subscriber._consumer_tag, timeout=_CANCEL_SECONDS)
        subscriber._consumer_tag = None
