"""One adapter at work for all journeys, and the systems around it. Every journey has a sender of its own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest
from actors import REGISTRY_CHANGED, Crm, Deliveries, Orders, Warehouse
from aio_pika.abc import AbstractConnection
from given import STANDARD_REGISTRY
from given_configuration import a_configuration
from house import House, HouseOf
from running import migrated, running, settings

from adapter.messaging.topology import Names, Topology
from config.settings import Settings


@asynccontextmanager
async def _house(of: Settings, *, receivers: bool = True) -> AsyncIterator[House]:
    await migrated(of)
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(await aio_pika.connect(of.broker_url.get_secret_value()))
        stack.push_async_callback(_clean, connection, of.namespace)
        assert of.database_url is not None
        pool = await asyncpg.create_pool(of.database_url.get_secret_value(), min_size=1, max_size=5)
        stack.push_async_callback(pool.close)
        channel = await connection.channel()
        warehouse = await Warehouse.at(channel, of.namespace) if receivers else Warehouse()
        adapter = await stack.enter_async_context(running(of))
        house = House(of, connection, pool, warehouse, adapter)
        await _register(await house.crm())
        yield house


async def _register(crm: Crm) -> None:
    tickets = [await crm.send(entry, REGISTRY_CHANGED) for entry in STANDARD_REGISTRY]
    answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))
    assert {answer["outcome"] for answer in answers} == {"applied"}, answers


async def _clean(connection: AbstractConnection, namespace: str) -> None:
    topology = Topology(Names(namespace))
    channel = await connection.channel()
    for queue in topology.queues:
        await channel.queue_delete(queue.name)
    for exchange in topology.exchanges:
        await channel.exchange_delete(exchange)


@asynccontextmanager
async def _database(server_url: str) -> AsyncIterator[str]:
    name = f"order_adapter_test_{uuid.uuid4().hex[:12]}"
    server = await asyncpg.connect(server_url)
    await server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await server.close()


@pytest.fixture(scope="session")
async def house(
    broker_url: str, database_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """The house that all journeys share; what they send does not meet, since each has a source of its own."""
    folder = a_configuration(tmp_path_factory.mktemp("configuration"))
    async with _shared(broker_url, database_server_url, folder) as house:
        yield house


@pytest.fixture(scope="session")
async def following_house(
    broker_url: str, database_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """One in which open orders follow their supplier orders."""
    grouping = '[supplier_orders]\non_divergence = "follow"\n'
    folder = a_configuration(tmp_path_factory.mktemp("following"), grouping=grouping)
    async with _shared(broker_url, database_server_url, folder) as house:
        yield house


@asynccontextmanager
async def _shared(broker_url: str, database_server_url: str, folder: Path) -> AsyncIterator[House]:
    async with _database(database_server_url) as url:
        of = settings(broker_url, url, f"test-{uuid.uuid4().hex[:12]}", folder)
        async with _house(of) as house:
            yield house


@pytest.fixture
async def another_house(broker_url: str, database_server_url: str, tmp_path: Path) -> AsyncIterator[HouseOf]:
    """Makes a house with another configuration: `await another_house(parameters=…)`."""
    async with AsyncExitStack() as stack:

        async def make(
            *, receivers: bool = True, batch_messages: int = 100, wait_for_order_seconds: float = 60, **files: str
        ) -> House:
            namespace = f"test-{uuid.uuid4().hex[:12]}"
            folder = a_configuration(tmp_path / namespace, **files)
            url = await stack.enter_async_context(_database(database_server_url))
            limits = {"batch_messages": batch_messages, "wait_for_order_seconds": wait_for_order_seconds}
            of = settings(broker_url, url, namespace, folder, **limits)
            return await stack.enter_async_context(_house(of, receivers=receivers))

        yield make


@pytest.fixture
async def crm(house: House) -> Crm:
    return await house.crm()


@pytest.fixture
async def warehouse(house: House, crm: Crm) -> Deliveries:
    return Deliveries(house.warehouse, crm, house.database)


@pytest.fixture
async def orders(house: House, crm: Crm) -> Orders:
    return Orders(house.database, crm)
