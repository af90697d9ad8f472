"""Where the runs take place: a PostgreSQL and a broker of their own, or those that run here already."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from adapter.demo.services import LOCAL_BROKER, PrivatePostgres, private_broker
from adapter.domain.decision import RegistryChange
from adapter.persistence import migrating, registry, registry_import
from adapter.persistence.database import Database
from adapter.persistence.registry_entries import scope_of
from adapter.persistence.registry_import import EntryRow
from benchmarks import machine, registries

_LOCAL_DATABASE = "postgresql://postgres@127.0.0.1:5432/postgres"
_MOST = 10_000


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
        await _execute(self.server_url, *statements)

    async def copy_database(self, template: str, name: str) -> None:
        """Files are copied as they are: a big database through the log would take minutes."""
        copy = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        await self.command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", copy, "CHECKPOINT")

    async def prepare(self) -> None:
        """Make the template."""
        await self.make(self.template, registries.entries())

    async def make(self, name: str, entries: Iterable[RegistryChange]) -> None:
        """A database with the schema and these registry entries."""
        await self.command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        database = Database(self.database_url(name).replace("postgresql://", "postgresql+asyncpg://"))
        await migrating.migrate(database.engine)
        rows = map(_row, entries)
        async with database.dedicated() as connection:
            await registry_import.prepare(connection)
            while some := list(islice(rows, _MOST)):
                await registry_import.store(connection, some)
            await connection.execute("ANALYZE registry")
        await database.close()

    async def remove(self) -> None:
        """Drop every database of ours."""
        connection = await asyncpg.connect(self.server_url)
        names = await connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", self.prefix)
        await connection.close()
        await self.command(*(f"DROP DATABASE IF EXISTS {row['datname']} WITH (FORCE)" for row in names))


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _row(change: RegistryChange) -> EntryRow:
    scope = scope_of(change.kind, change.key, change.entry)
    return EntryRow(change.kind, change.key, change.revision, registry.entry_json(change.entry), scope)


@contextmanager
def private() -> Iterator[Site]:
    """Both services started for the occasion, as durable as in production, and removed afterwards.

    PostgreSQL is told to remember when it committed what: the outbox's delay is measured by its clock.
    """
    with ExitStack() as stack:
        server = stack.enter_context(_postgres())
        node = stack.enter_context(private_broker())
        watched = {"postgres": [server.pid], "broker": [node.pid]}
        yield Site(server.url, node.url, watched, "benchmark")


@contextmanager
def _postgres() -> Iterator[PrivatePostgres]:
    with tempfile.TemporaryDirectory(prefix="order-adapter-postgres-") as own:
        server = PrivatePostgres(Path(own), durable=True)
        server.create()
        with (server.folder / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write("track_commit_timestamp = on\n")
        try:
            server.start()
            yield server
        finally:
            server.stop()


async def here() -> Site:
    """The services that are configured, or that answer on this machine; what others do on them counts as theirs."""
    server = os.environ.get("ORDER_ADAPTER_DATABASE_URL", _LOCAL_DATABASE)
    connection = await asyncpg.connect(server)
    postmaster = machine.parent(await connection.fetchval("SELECT pg_backend_pid()"))
    await connection.close()
    broker = os.environ.get("ORDER_ADAPTER_BROKER_URL", LOCAL_BROKER)
    watched = {"postgres": [postmaster], "broker": machine.named("beam.smp")}
    return Site(server, broker, watched, f"benchmark_{os.getpid()}")
