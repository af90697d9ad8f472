"""The connection that consumes: FastStream owns it, its subscribers hand every delivery on and answer nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from aio_pika import IncomingMessage
from aiormq.abc import AbstractChannel as AbstractAiormqChannel
from aiormq.exceptions import AMQPError
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage

from adapter.messaging.acknowledging import Prefix
from adapter.messaging.envelope import RawMessage

log = structlog.get_logger()

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
    broker: RabbitBroker = field(init=False)
    _prefixes: dict[AbstractAiormqChannel, Prefix] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.broker = RabbitBroker(
            self.url,
            logger=None,
            apply_types=False,
            decoder=_body,
            ack_policy=AckPolicy.MANUAL,
            reconnect_interval=1.0,
            graceful_timeout=1.0,
        )

    def subscribe(self, names: Iterable[tuple[str, str]]) -> None:
        """Consume these queues, each given as its last name part and its whole name, on a channel of its own."""
        for part, name in names:
            subscriber = self.broker.subscriber(
                RabbitQueue(name, durable=True, declare=False),
                channel=Channel(prefetch_count=self.prefetch),
                ack_policy=AckPolicy.MANUAL,
                no_reply=True,
            )
            subscriber(self._receiver(part))

    def _receiver(self, part: str) -> Callable[[Any], Any]:
        async def receive(_body: bytes) -> None:
            message: RabbitMessage = self.broker.context.get_local("message")
            self.on_delivery(Delivery(raw_message(message.raw_message, part), message.raw_message))

        return receive

    async def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that these are done. After a lost channel it delivers them again; the inbox knows them."""
        newest: dict[AbstractAiormqChannel, IncomingMessage] = {}
        for delivery in deliveries:
            channel = delivery.message.channel
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
        """Take no more deliveries; those taken may still be acknowledged."""
        for subscriber in self.broker.subscribers:
            await subscriber.stop()
