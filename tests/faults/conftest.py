"""Houses in which things go wrong: a broker, a database and an adapter between them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from conftest import Databases
from given_configuration import a_configuration
from house import House
from journeys import conftest as journeys
from journeys.conftest import crm, house, orders, warehouse
from running import migrated, settings

from config.settings import Settings

from .rig import Rig, services

__all__ = ["crm", "house", "orders", "warehouse"]

HouseWith = Callable[..., Awaitable[House]]


@pytest.fixture
async def house_with(broker_url: str, new_database: Databases, tmp_path: Path) -> AsyncIterator[HouseWith]:
    """Makes a house of its own: `await house_with(prefetch=10)`."""
    async with AsyncExitStack() as stack:

        async def make(**fields: object) -> House:
            namespace = f"test-{uuid.uuid4().hex[:12]}"
            folder = a_configuration(tmp_path / namespace)
            of = settings(broker_url, await new_database(), namespace, folder, **fields)
            return await stack.enter_async_context(journeys._house(of))

        yield make


@pytest.fixture
async def of(broker_url: str, new_database: Databases, namespace: str, tmp_path: Path) -> Settings:
    """What an adapter is started with; its database is up to date."""
    of = settings(broker_url, await new_database(), namespace, a_configuration(tmp_path))
    await migrated(of)
    return of


@pytest.fixture(scope="session")
def own_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with services(tmp_path_factory.mktemp("rig")) as made:
        yield made


@pytest.fixture(scope="session")
async def rig(own_services: Rig) -> Rig:
    """A broker and a database of our own, which may be crashed; whoever does that mends them."""
    await own_services.prepare()
    return own_services
