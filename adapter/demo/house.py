"""The demonstration's own broker names, database and adapter: made at the start, gone at the end."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
from aio_pika.abc import AbstractConnection
from pydantic import SecretStr

import config
from adapter.app import Adapter
from adapter.demo.partners import Crm, Receiver
from adapter.domain.decision import RegistryChange
from adapter.parts import broker_url, database_of, topology_of
from adapter.persistence import registry
from adapter.persistence.migrating import migrate
from adapter.persistence.own_database import own_database
from config.logging import set_up_logging
from config.settings import Settings, load_settings

FOLDER = Path(config.__file__).parent / "demo"
"""The configuration, registry and messages of the demonstration."""


@dataclass(frozen=True, slots=True)
class House:
    """An adapter at work in this process between a CRM and a receiver of its events; `entries` were registered."""

    settings: Settings
    adapter: Adapter
    crm: Crm
    receiver: Receiver
    entries: int


def settings_of(broker: str, server: str) -> Settings:
    """Settings of this process's environment, with names on the broker and a database that nobody else has."""
    name = f"demo-{uuid.uuid4().hex[:8]}"
    database = urlsplit(server)._replace(path=f"/order_adapter_{name.replace('-', '_')}").geturl()
    chosen = {
        "broker_url": SecretStr(broker),
        "database_url": SecretStr(database),
        "namespace": name,
        "declare": True,
        "config_dir": FOLDER,
        "operations_address": "",
        "log_level": "error",
    }
    return load_settings(database_required=False).model_copy(update=chosen)


@asynccontextmanager
async def house(broker: str, server: str) -> AsyncIterator[House]:
    """Everything that the demonstration needs, on this broker and this database server.

    Raises:
        MayNotCreate: the server's user may not make a database.
    """
    settings = settings_of(broker, server)
    set_up_logging(settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_database(settings, server))
        connection = await stack.enter_async_context(await aio_pika.connect(broker_url(settings), timeout=10))
        stack.push_async_callback(_remove_names, connection, settings)
        entries = await _prepare(settings)
        adapter = await stack.enter_async_context(_running(settings))
        names = topology_of(settings).names
        yield House(settings, adapter, await Crm.at(connection, names), await Receiver.at(connection, names), entries)


@asynccontextmanager
async def _database(settings: Settings, server: str) -> AsyncIterator[None]:
    whole = database_of(settings.model_copy(update={"database_url": SecretStr(server)}))
    try:
        async with own_database(whole, urlsplit(settings.database_url_asyncpg).path.lstrip("/")):
            yield
    finally:
        await whole.close()


async def _prepare(settings: Settings) -> int:
    """Bring the schema up to date and load the registry; gives how many entries."""
    database = database_of(settings)
    try:
        await migrate(database.engine)
        rows = [json.loads(line) for line in (FOLDER / "registry.jsonl").read_text(encoding="utf-8").splitlines()]
        async with database.transaction() as connection:
            stored = await registry.upsert(connection, [RegistryChange(**row) for row in rows])
    finally:
        await database.close()
    return len(stored)


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[Adapter]:
    adapter = Adapter.of(settings)
    try:
        await adapter.start()
        yield adapter
    finally:
        await asyncio.shield(adapter.stop())


async def _remove_names(connection: AbstractConnection, settings: Settings) -> None:
    topology = topology_of(settings)
    channel = await connection.channel()
    for queue in topology.queues:
        await channel.queue_delete(queue.name)
    for exchange in topology.exchanges:
        await channel.exchange_delete(exchange)
