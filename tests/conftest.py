"""The broker and the database that tests run on: real ones, found or started, left as they were."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest

from adapter.demo import services
from adapter.messaging.topology import Names, Topology

Databases = Callable[[], Awaitable[str]]


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """The `amqp://` URL of a running RabbitMQ."""
    with services.broker() as url:
        yield url


@pytest.fixture(scope="session")
def database_server_url() -> Iterator[str]:
    """The `postgresql://` URL of a running PostgreSQL whose user may create databases."""
    with services.embedded_postgres() as url:
        yield url


@pytest.fixture(scope="module")
async def fresh_database(database_server_url: str) -> AsyncIterator[str]:
    """The URL of an empty database that the tests of one module share."""
    async with _database(database_server_url) as url:
        yield url


@pytest.fixture
async def new_database(database_server_url: str) -> AsyncIterator[Databases]:
    """Makes an empty database, as often as it is called, and returns its URL: `await new_database()`."""
    async with AsyncExitStack() as made:
        yield lambda: made.enter_async_context(_database(database_server_url))


@pytest.fixture
async def namespace(broker_url: str) -> AsyncIterator[str]:
    """A first part of every queue's and exchange's name that no other test uses; they are deleted afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    topology = Topology(Names(name))
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        for queue in topology.queues:
            await channel.queue_delete(queue.name)
        for exchange in topology.exchanges:
            await channel.exchange_delete(exchange)


@asynccontextmanager
async def _database(server_url: str) -> AsyncIterator[str]:
    name = f"order_adapter_test_{uuid.uuid4().hex[:12]}"
    await _execute(server_url, f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        await _execute(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
