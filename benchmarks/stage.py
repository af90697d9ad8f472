"""One run's place: a database and queues that nothing was done in, gone when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

import aio_pika
import asyncpg
from aio_pika.abc import AbstractChannel, AbstractConnection

from adapter.messaging.topology import Names, Topology
from benchmarks.site import Site

_IN_FLIGHT = 500
_runs = count(1)


@dataclass(slots=True)
class Stage:
    """The warehouse's queue is bound to all events before anything happens; the database begins as `template` is."""

    site: Site
    name: str
    template: str
    connection: AbstractConnection = field(init=False)
    channel: AbstractChannel = field(init=False)

    @property
    def names(self) -> Names:
        return Names(self.name)

    @property
    def offers(self) -> str:
        return self.names.queue("offer-accepted")

    @property
    def warehouse(self) -> str:
        return f"{self.name}.warehouse"

    @property
    def database_url(self) -> str:
        return self.site.database_url(self.name)

    async def make(self) -> None:
        await self.site.copy_database(self.template, self.name)
        self.connection = await aio_pika.connect(self.site.broker_url)
        self.channel = await self.connection.channel(publisher_confirms=True)
        await Topology(self.names).prepare(self.connection, declare=True)
        queue = await self.channel.declare_queue(self.warehouse, durable=True, arguments={"x-queue-type": "quorum"})
        await queue.bind(self.names.events, "#")

    async def remove(self, *, keep_as: str | None = None) -> None:
        """Take everything down; the database is kept under another name where somebody still needs it."""
        for queue in (*(queue.name for queue in Topology(self.names).queues), self.warehouse):
            await self.channel.queue_delete(queue)
        for exchange in Topology(self.names).exchanges:
            await self.channel.exchange_delete(exchange)
        await self.connection.close()
        if keep_as:
            await self.site.command(f"ALTER DATABASE {self.name} RENAME TO {keep_as}")
        else:
            await self.site.command(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    async def publish(self, bodies: Iterable[bytes]) -> None:
        """Send offers as an upstream system would, confirmed."""
        bodies = iter(bodies)
        while some := list(islice(bodies, _IN_FLIGHT)):
            await asyncio.gather(*(self.channel.default_exchange.publish(offer(body), self.offers) for body in some))

    async def depth(self, queue: str) -> int:
        """How many messages wait in a queue."""
        declared = await self.channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0

    async def consumers(self) -> int:
        """How many programs take offers."""
        declared = await self.channel.declare_queue(self.offers, passive=True)
        return declared.declaration_result.consumer_count or 0

    async def query(self, statement: str) -> Any:
        """The one row that a question to the run's database gives."""
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetchrow(statement)
        finally:
            await connection.close()


def offer(body: bytes) -> aio_pika.Message:
    return aio_pika.Message(
        body, content_type="application/cloudevents+json", delivery_mode=aio_pika.DeliveryMode.PERSISTENT
    )


@asynccontextmanager
async def stage(site: Site, template: str | None = None, *, keep_as: str | None = None) -> AsyncIterator[Stage]:
    one = Stage(site, f"{site.prefix}_{next(_runs)}", template or site.template)
    await one.make()
    try:
        yield one
    finally:
        await one.remove(keep_as=keep_as)
