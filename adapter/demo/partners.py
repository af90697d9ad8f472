"""The systems around the adapter in the demonstration: who sends offers, and who hears of orders."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue

from adapter.messaging.topology import INBOUND, Names

Json = dict[str, Any]

_PATIENCE = 5.0
_ROUTING_KEYS = {f"{key}.v1": key for key in INBOUND.values()}


@dataclass(slots=True)
class Crm:
    """An upstream system: sends CloudEvents and hears what became of each."""

    channel: AbstractChannel
    names: Names
    replies: AbstractQueue
    _answers: dict[str, asyncio.Queue[Json]] = field(default_factory=lambda: defaultdict(asyncio.Queue))

    @classmethod
    async def at(cls, connection: AbstractConnection, names: Names) -> Crm:
        channel = await connection.channel()
        crm = cls(channel, names, await channel.declare_queue(exclusive=True))
        await crm.replies.consume(crm._answered, no_ack=True)
        return crm

    async def _answered(self, message: AbstractIncomingMessage) -> None:
        self._answers[message.correlation_id or ""].put_nowait(json.loads(message.body))

    async def send(self, event: Mapping[str, Any]) -> str:
        """Publish a message; what is returned asks for its answers."""
        ticket = str(uuid.uuid4())
        message = Message(
            json.dumps(event).encode(),
            content_type="application/cloudevents+json",
            correlation_id=ticket,
            reply_to=self.replies.name,
        )
        exchange = await self.channel.get_exchange(self.names.inbound, ensure=False)
        await exchange.publish(message, _ROUTING_KEYS[event["type"]])
        return ticket

    async def answer(self, ticket: str) -> Json:
        """The next answer to a message; TimeoutError where none comes."""
        async with asyncio.timeout(_PATIENCE):
            return await self._answers[ticket].get()


@dataclass(slots=True)
class Receiver:
    """A downstream system with a queue of its own, bound to every event."""

    events: list[Json] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    async def at(cls, connection: AbstractConnection, names: Names) -> Receiver:
        receiver = cls()
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(names.events, "#")
        await queue.consume(receiver._take, no_ack=True)
        return receiver

    async def _take(self, message: AbstractIncomingMessage) -> None:
        async with self._arrived:
            self.events.append(json.loads(message.body))
            self._arrived.notify_all()

    async def next(self, count: int) -> list[Json]:
        """What came since the last time, once `count` events are there or the wait was in vain."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE), self._arrived:
                await self._arrived.wait_for(lambda: len(self.events) >= count)
        taken, self.events = self.events, []
        return taken
