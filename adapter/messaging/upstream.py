"""Sending messages as an upstream system does, and hearing what they are answered (contract 2, 5)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aiormq.exceptions import ChannelNotFoundEntity, DeliveryError

from adapter.messaging.envelope import CONTENT_TYPE
from adapter.messaging.topology import INBOUND, Names, TopologyMismatch

Answer = dict[str, Any]

_QUEUES: Final[Mapping[str, str]] = {f"{key}.v1": part for part, key in INBOUND.items()}
_CURE: Final = "Start the adapter once with ORDER_ADAPTER_DECLARE=true, or load `order-adapter topology --definitions`."


@dataclass(slots=True)
class Upstream:
    """An upstream system: it publishes persistent messages with confirms, and may ask for answers."""

    exchange: AbstractExchange
    reply_to: str | None = None
    answers: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)

    async def send(self, body: bytes, routing_key: str) -> str | None:
        """Send one message; gives the id under which it is answered, None where no queue took it.

        Raises:
            AMQPError: it may or may not have arrived.
        """
        correlation_id = uuid.uuid4().hex
        if self.reply_to:
            self.answers[correlation_id] = asyncio.get_running_loop().create_future()
        message = Message(
            body,
            content_type=CONTENT_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            correlation_id=correlation_id,
            reply_to=self.reply_to,
        )
        try:
            await self.exchange.publish(message, routing_key, mandatory=True)
        except DeliveryError:
            return None
        return correlation_id

    async def answer(self, correlation_id: str, seconds: float) -> Answer | None:
        """The answer to a message that was sent, None where there was none in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self.answers[correlation_id]
        except TimeoutError:
            return None
        finally:
            del self.answers[correlation_id]

    async def _answered(self, message: AbstractIncomingMessage) -> None:
        waiting = self.answers.get(message.correlation_id or "")
        if waiting and not waiting.done():
            waiting.set_result(orjson.loads(message.body))


def routing_key_of(message_type: str) -> str | None:
    """The routing key for messages of a type; None where no queue takes it."""
    return INBOUND[_QUEUES[message_type]] if message_type in _QUEUES else None


@asynccontextmanager
async def upstream(
    connection: AbstractConnection, names: Names, *, straight: bool, answered: bool
) -> AsyncIterator[Upstream]:
    """Publish to the inbound exchange, or with `straight` to queues by their names; `answered` asks for answers.

    Raises:
        TopologyMismatch: there is no inbound exchange.
    """
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        exchange = channel.default_exchange if straight else await channel.get_exchange(names.inbound, ensure=True)
    except ChannelNotFoundEntity as error:
        what = f"exchange {names.inbound}"
        raise TopologyMismatch(what, "a topic exchange", "nothing of that name", _CURE) from error
    system = Upstream(exchange)
    if answered:
        replies = await channel.declare_queue(exclusive=True, auto_delete=True)
        system.reply_to = replies.name
        await replies.consume(system._answered, no_ack=True)
    yield system
