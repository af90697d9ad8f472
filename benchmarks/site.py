"""Where the runs take place: a PostgreSQL and a broker of their own, or those that run here already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from adapter.demo.services import LOCAL_BROKER, private_broker, private_postgres
from adapter.persistence import registry, schema
from adapter.persistence.database import Database
from benchmarks import machine, registries

_LOCAL_DATABASE = "postgresql://postgres@127.0.0.1:5432/postgres"
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Site:
    """The two services and their processes. `prefix` begins the name of everything that is made on them."""

    server_url: str
    broker_url: str
    watched: dict[str, list[int]]
    prefix: str

    def database_url(self, name: str) -> str:
        return urlsplit(self.server_url)._replace(path=f"/{name}").geturl()

    @property
    def template(self) -> str:
        """The database that every run starts from: schema and registries, no orders."""
        return f"{self.prefix}_template"

    async def command(self, *statements: str) -> None:
        """Statements for the server itself, each on its own."""
        connection = await asyncpg.connect(self.server_url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def prepare(self) -> None:
        """Make the template."""
        await self.command(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)", f"CREATE DATABASE {self.template}")
        url = self.database_url(self.template).replace("postgresql://", "postgresql+asyncpg://")
        database = Database(url)
        await schema.migrate(database.engine)
        entries = list(registries.entries())
        async with database.transaction() as connection:
            for start in range(0, len(entries), _MOST):
                await registry.upsert(connection, entries[start : start + _MOST])
            await connection.execute("ANALYZE registry")
        await database.close()

    async def remove(self) -> None:
        """Drop every database of ours."""
        connection = await asyncpg.connect(self.server_url)
        names = await connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", self.prefix)
        await connection.close()
        await self.command(*(f"DROP DATABASE IF EXISTS {row['datname']} WITH (FORCE)" for row in names))


@contextmanager
def private() -> Iterator[Site]:
    """Both services started for the occasion, as durable as in production, and removed afterwards."""
    with ExitStack() as stack:
        server = stack.enter_context(private_postgres(durable=True))
        node = stack.enter_context(private_broker())
        watched = {"postgres": [server.pid], "broker": [node.pid]}
        yield Site(server.url, node.url, watched, "benchmark")


async def here() -> Site:
    """The services that are configured, or that answer on this machine; what others do on them counts as theirs."""
    server = os.environ.get("ORDER_ADAPTER_DATABASE_URL", _LOCAL_DATABASE)
    connection = await asyncpg.connect(server)
    postmaster = machine.parent(await connection.fetchval("SELECT pg_backend_pid()"))
    await connection.close()
    broker = os.environ.get("ORDER_ADAPTER_BROKER_URL", LOCAL_BROKER)
    watched = {"postgres": [postmaster], "broker": machine.named("beam.smp")}
    return Site(server, broker, watched, f"benchmark_{os.getpid()}")
