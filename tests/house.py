"""A broker, a database, an adapter between them, and who is around."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
from actors import Crm, Warehouse
from aio_pika.abc import AbstractConnection

from adapter.app import Adapter
from config.settings import Settings


@dataclass(slots=True)
class House:
    """Everything that a journey passes through."""

    settings: Settings
    connection: AbstractConnection
    database: asyncpg.Pool
    warehouse: Warehouse
    adapter: Adapter

    async def crm(self) -> Crm:
        """A sender of its own."""
        return await Crm.at(await self.connection.channel(), self.settings.namespace)


HouseOf = Callable[..., Awaitable[House]]
