"""A broker and a database of the tests' own, which may be crashed, and sites on them: one adapter's world each."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from given import STANDARD_REGISTRY
from given_configuration import a_configuration
from running import migrated, settings

from adapter.demo.services import PrivateBroker, PrivatePostgres, private_broker, private_postgres
from adapter.parts import database_of
from adapter.persistence import registry
from config.settings import Settings

from .feeding import Broker, Feeder
from .ledger import Ledger

# RegistryChange lives in the domain; rows of the standard registry have its fields.
from adapter.domain.decision import RegistryChange  # isort: skip


@dataclass(frozen=True, slots=True)
class Site:
    """One adapter's names on the broker and its database, and the books of what was sent there."""

    settings: Settings
    broker: Broker
    database_url: str
    ledger: Ledger = field(default_factory=Ledger)

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.database_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def feeder(self) -> Feeder:
        return Feeder(self.broker.url, self.broker.namespace, self.ledger)


@dataclass(slots=True)
class Rig:
    """Services that nobody else uses; `template` is a database with schema and registry, to be copied.

    The `configuration` is one folder for all sites: it is not written again while a copy may be reading it.
    """

    broker: PrivateBroker
    postgres: PrivatePostgres
    configuration: Path
    template: str = ""

    async def prepare(self) -> None:
        self.template = "template_of_tests"
        await self._execute(f"CREATE DATABASE {self.template}")
        of = self._settings("prepared", self.template)
        await migrated(of)
        database = database_of(of)
        async with database.transaction() as connection:
            await registry.upsert(connection, [RegistryChange(**one) for one in STANDARD_REGISTRY])
        await database.close()

    def _settings(self, namespace: str, database: str) -> Settings:
        return settings(self.broker.url, self._url(database), namespace, self.configuration)

    def _url(self, database: str) -> str:
        return urlsplit(self.postgres.url)._replace(path=f"/{database}").geturl()

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.postgres.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    @asynccontextmanager
    async def site(self) -> AsyncIterator[Site]:
        """A new world: queues, a database with schema and registry; gone afterwards."""
        name = f"site_{uuid.uuid4().hex[:12]}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        broker = Broker(self.broker.url, name.replace("_", "-"))
        await asyncio.to_thread(broker.prepare)
        try:
            yield Site(self._settings(broker.namespace, name), broker, self._url(name))
        finally:
            await asyncio.to_thread(broker.remove)
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def services(folder: Path) -> Iterator[Rig]:
    """A rig on services of its own; they lose nothing that they have confirmed, also where they crash."""
    with private_broker() as broker, private_postgres() as postgres:
        yield Rig(broker, postgres, a_configuration(folder / "configuration"))
