"""The systems around the adapter: who sends, who receives, and who looks into the database."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aio_pika
import asyncpg
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

Json = dict[str, Any]
OFFER_ACCEPTED = "offer.accepted.v1"
SUPPLIER_ORDER_PLACED = "supplier-order.placed.v1"
REGISTRY_CHANGED = "registry.changed.v1"
ORDER_CHANGE_REQUESTED = "order.change-requested.v1"
ORDER_ACTION_REQUESTED = "order.action-requested.v1"
FULFILMENT_REPORTED = "fulfilment.reported.v1"
ROUTING_KEYS = {
    OFFER_ACCEPTED: "offer.accepted",
    SUPPLIER_ORDER_PLACED: "supplier-order.placed",
    REGISTRY_CHANGED: "registry.changed",
    ORDER_CHANGE_REQUESTED: "order.change-requested",
    ORDER_ACTION_REQUESTED: "order.action-requested",
    FULFILMENT_REPORTED: "fulfilment.reported",
}
PATIENCE = 20.0


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    """Look until it is so; TimeoutError where it never is."""
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110 -- what is waited for happens in the database and in other processes
            await asyncio.sleep(0.01)


@dataclass(slots=True)
class Crm:
    """An upstream system: publishes and waits for the answer to each message."""

    channel: AbstractChannel
    namespace: str
    replies: AbstractQueue
    source: str = field(default_factory=lambda: f"crm-{uuid.uuid4().hex[:8]}")
    sent: list[str] = field(default_factory=list)
    _waiting: dict[str, asyncio.Queue[Json]] = field(default_factory=dict)

    @classmethod
    async def at(cls, channel: AbstractChannel, namespace: str) -> Crm:
        crm = cls(channel, namespace, await channel.declare_queue(exclusive=True))
        await crm.replies.consume(crm._answered, no_ack=True)
        return crm

    async def _answered(self, message: AbstractIncomingMessage) -> None:
        self._waiting[message.correlation_id or ""].put_nowait(json.loads(message.body))

    async def publish(self, data: Json, type_: str = OFFER_ACCEPTED, **attributes: Any) -> Json:
        """Send data in an envelope of its own, a new id unless one is given; returns the answer."""
        return await self.publish_body(json.dumps(self.envelope(data, type_, **attributes)).encode(), type_)

    def envelope(self, data: Json, type_: str = OFFER_ACCEPTED, **attributes: Any) -> Json:
        envelope = {"specversion": "1.0", "id": str(uuid.uuid4()), "source": self.source, "type": type_} | attributes
        self.sent.append(envelope["id"])
        return envelope | {"data": data}

    async def publish_body(self, body: bytes, type_: str = OFFER_ACCEPTED, **properties: Any) -> Json:
        """Send bytes as they are; returns the answer."""
        ticket = await self.send_body(body, type_, **properties)
        return await self.answer(ticket)

    async def send(self, data: Json, type_: str = OFFER_ACCEPTED, **attributes: Any) -> str:
        """Send without waiting; what is returned asks for the answer later."""
        return await self.send_body(json.dumps(self.envelope(data, type_, **attributes)).encode(), type_)

    async def send_body(self, body: bytes, type_: str = OFFER_ACCEPTED, **properties: Any) -> str:
        ticket = str(uuid.uuid4())
        self._waiting[ticket] = asyncio.Queue()
        properties = {
            "content_type": "application/cloudevents+json",
            "reply_to": self.replies.name,
            "correlation_id": ticket,
        } | properties
        exchange = await self.channel.get_exchange(f"{self.namespace}.inbound", ensure=False)
        await exchange.publish(aio_pika.Message(body, **properties), ROUTING_KEYS[type_])
        return ticket

    async def answer(self, ticket: str) -> Json:
        """The next answer to what was sent under this ticket."""
        async with asyncio.timeout(PATIENCE):
            return await self._waiting[ticket].get()

    async def register(self, kind: str, key: str, entry: Json | None, revision: int = 1) -> Json:
        """Tell of a registry entry; returns the answer."""
        change = {"kind": kind, "key": key, "revision": revision, "entry": entry}
        return await self.publish(change, REGISTRY_CHANGED)


@dataclass(slots=True)
class Event:
    """An event as the warehouse got it."""

    body: Json
    message: AbstractIncomingMessage

    @property
    def data(self) -> Json:
        return dict(self.body["data"])

    @property
    def routing_key(self) -> str:
        return self.message.routing_key or ""


@dataclass(slots=True)
class Warehouse:
    """A downstream system with a queue of its own: keeps every event, in the order of arrival."""

    events: list[Event] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    async def at(cls, channel: AbstractChannel, namespace: str) -> Warehouse:
        warehouse = cls()
        exchange = await channel.declare_exchange(f"{namespace}.events", "topic", durable=True)
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, "#")
        await queue.consume(warehouse._take, no_ack=True)
        return warehouse

    async def _take(self, message: AbstractIncomingMessage) -> None:
        async with self.arrived:
            self.events.append(Event(json.loads(message.body), message))
            self.arrived.notify_all()

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.arrived:
            await self.arrived.wait_for(enough)


@dataclass(slots=True)
class Deliveries:
    """What of the warehouse's events was caused by one sender."""

    warehouse: Warehouse
    crm: Crm
    database: asyncpg.Pool

    async def all(self) -> list[Event]:
        """Every event that the sender's messages caused so far, once all that were committed have arrived."""
        count = "SELECT count(*) FROM events WHERE correlation_id = ANY($1::text[]) AND position($2 IN body) > 0"
        expected = await self.database.fetchval(count, self.crm.sent, self.crm.source.encode())
        await self.warehouse.until(lambda: len(self._mine()) >= expected)
        return self._mine()

    async def received(self, routing_key: str) -> list[Event]:
        return [event for event in await self.all() if event.routing_key == routing_key]

    def _mine(self) -> list[Event]:
        return [event for event in self.warehouse.events if event.data["caused_by"]["source"] == self.crm.source]


async def until_marked(database: asyncpg.Pool, number: str) -> None:
    """Wait until the relay has marked every event of this order as sent: a warehouse has them a little earlier."""
    marked = "SELECT NOT EXISTS (SELECT FROM events WHERE subject = $1 AND sent_at IS NULL)"
    await until(lambda: database.fetchval(marked, number))


@dataclass(slots=True)
class Orders:
    """Somebody who looks at the orders in the database."""

    database: asyncpg.Pool
    crm: Crm

    async def count(self) -> int:
        """How many orders were made of what this sender sent."""
        return len(await self.all())

    async def all(self) -> list[Json]:
        rows = await self.database.fetch(
            "SELECT DISTINCT o.number, o.entered_at FROM orders o JOIN order_origins n ON n.order_id = o.id"
            " WHERE n.source = $1 ORDER BY o.entered_at, o.number",
            self.crm.source,
        )
        return [await self.show(row["number"]) for row in rows]

    async def show(self, number: str) -> Json:
        """The order as its last event shows it."""
        body = await self.database.fetchval(
            "SELECT e.body FROM orders o JOIN events e ON e.order_id = o.id AND e.position = o.position"
            " WHERE o.number = $1",
            number,
        )
        return dict(json.loads(body)["data"]["order"])

    async def of(self, answer: Json) -> Json:
        """The one order that an answer names."""
        assert answer["outcome"] == "created", answer
        [order] = answer["orders"]
        return await self.show(order["number"])

    async def each_of(self, answer: Json) -> list[Json]:
        assert answer["outcome"] == "created", answer
        return [await self.show(order["number"]) for order in answer["orders"]]

    async def of_new(self, answer: Json) -> Json:
        """The one order of an answer that was not there before."""
        [order] = [order for order in answer["orders"] if not order.get("duplicate")]
        return await self.show(order["number"])
