"""A start that must not go on says what is wrong and what to do (contract 1, 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractConnection
from alembic.script import ScriptDirectory
from given_configuration import NUMBERING, a_configuration
from running import migrated, running, settings

from adapter.app import Adapter
from adapter.messaging.topology import INBOUND, Names, Topology, TopologyMismatch, TopologyMissing
from adapter.messaging.topology_check import missing
from adapter.parts import SchemaBehind, check_schema, database_of
from adapter.persistence.migrating import config_of
from adapter.persistence.schema import newest_revision
from config.faults import ConfigurationFaults
from config.settings import Settings

Databases = Callable[[], Awaitable[str]]


@pytest.fixture
async def connection(broker_url: str) -> AsyncIterator[AbstractConnection]:
    async with await aio_pika.connect(broker_url) as connection:
        yield connection


@pytest.fixture
async def of(broker_url: str, fresh_database: str, namespace: str, tmp_path: Path) -> Settings:
    """Settings of an adapter that could start, if nothing else were wrong."""
    of = settings(broker_url, fresh_database, namespace, a_configuration(tmp_path))
    await migrated(of)
    return of


async def refused_start(of: Settings) -> TopologyMismatch:
    with pytest.raises(TopologyMismatch) as refused:
        async with running(of):
            raise AssertionError("it started")
    return refused.value


async def test_everything_is_declared_at_start_and_again_at_the_next(
    of: Settings, connection: AbstractConnection
) -> None:
    for _ in range(2):
        async with running(of):
            channel = await connection.channel()
            for part in (*INBOUND, "dead-letter"):
                await channel.declare_queue(f"{of.namespace}.{part}", passive=True)
            for exchange in ("inbound", "events"):
                await channel.declare_exchange(f"{of.namespace}.{exchange}", passive=True)


async def test_inbound_queues_have_exactly_the_arguments_of_the_contract(
    of: Settings, connection: AbstractConnection
) -> None:
    arguments: dict[str, Any] = {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{of.namespace}.dead-letter",
        "x-delivery-limit": 20,
    }
    async with running(of):
        channel = await connection.channel()
        for part in INBOUND:
            declared = await channel.declare_queue(f"{of.namespace}.{part}", durable=True, arguments=arguments)
            assert declared.name == f"{of.namespace}.{part}"


@pytest.mark.parametrize(
    ("argument", "value"), [("x-delivery-limit", 5), ("x-dead-letter-routing-key", "elsewhere"), ("x-queue-type", None)]
)
async def test_a_queue_that_disagrees_stops_the_start_saying_which_queue_and_which_argument(
    of: Settings, connection: AbstractConnection, argument: str, value: Any
) -> None:
    queue = Topology(Names(of.namespace)).queues[0]
    arguments = {
        name: given for name, given in (dict(queue.arguments) | {argument: value}).items() if given is not None
    }
    if argument == "x-queue-type":
        del arguments["x-delivery-limit"]
    await (await connection.channel()).declare_queue(queue.name, durable=True, arguments=arguments)

    mismatch = await refused_start(of)
    assert queue.name in mismatch.what
    assert f"'{argument}'" in mismatch.found


async def test_an_exchange_that_disagrees_stops_the_start(of: Settings, connection: AbstractConnection) -> None:
    channel = await connection.channel()
    await channel.declare_exchange(f"{of.namespace}.events", "fanout", durable=True)

    mismatch = await refused_start(of)
    assert f"{of.namespace}.events" in mismatch.what
    assert "fanout" in mismatch.found


async def test_an_adapter_that_may_declare_nothing_says_what_is_missing_and_how_to_get_it(of: Settings) -> None:
    mismatch = await refused_start(of.model_copy(update={"declare": False}))

    assert f"{of.namespace}.inbound" in mismatch.what
    assert "topology --definitions" in mismatch.cure


async def test_an_adapter_that_may_declare_nothing_works_on_what_was_declared(of: Settings) -> None:
    async with running(of):
        pass
    async with running(of.model_copy(update={"declare": False})) as adapter:
        assert adapter.ready


async def test_a_database_that_was_never_migrated_is_refused(of: Settings, new_database: Databases) -> None:
    of = settings(of.broker_url.get_secret_value(), await new_database(), of.namespace, of.config_dir)

    with pytest.raises(SchemaBehind, match="needs"):
        await Adapter.of(of).start()


async def test_a_database_that_is_behind_is_refused_and_taken_once_migrated(
    of: Settings, new_database: Databases
) -> None:
    of = settings(of.broker_url.get_secret_value(), await new_database(), of.namespace, of.config_dir)
    await migrated(of)
    database = database_of(of)
    async with database.transaction() as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(SchemaBehind, match="0000"):
        await check_schema(database)
    async with database.transaction() as connection:
        await connection.execute("DELETE FROM alembic_version")
    with pytest.raises(SchemaBehind):
        await check_schema(database)
    await database.close()


async def test_migrating_twice_changes_nothing(of: Settings) -> None:
    await migrated(of)
    async with running(of) as adapter:
        assert adapter.ready


async def test_every_fault_of_the_configuration_stops_the_start_together(of: Settings, tmp_path: Path) -> None:
    numbering = NUMBERING.replace("{year}-{number:05}", "{year}-{numbr}", 1)
    folder = a_configuration(tmp_path / "faulty", parameters='company = "ACME"\ncolour = 1\n', numbering=numbering)

    with pytest.raises(ConfigurationFaults) as refused:
        Adapter.of(of.model_copy(update={"config_dir": folder}))
    told = str(refused.value)
    assert all(word in told for word in ("parameters.toml", "company_currency", "colour"))


async def test_a_formula_that_would_collide_stops_the_start(of: Settings, tmp_path: Path) -> None:
    numbering = NUMBERING.replace('period = "yearly"', 'period = "monthly"', 1)
    folder = a_configuration(tmp_path / "colliding", numbering=numbering)

    with pytest.raises(ConfigurationFaults, match=r"numbering\.toml"):
        Adapter.of(of.model_copy(update={"config_dir": folder}))


async def test_queues_of_another_namespace_are_left_alone(of: Settings, connection: AbstractConnection) -> None:
    async with running(of):
        other = Names(f"{of.namespace}-other")
        with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
            await (await connection.channel()).declare_queue(other.queue("offer-accepted"), passive=True)


def test_the_newest_revision_is_the_one_that_the_migrations_lead_to() -> None:
    assert newest_revision() == ScriptDirectory.from_config(config_of()).get_current_head()


async def test_a_check_declares_nothing_and_says_what_a_start_would_declare(
    of: Settings, connection: AbstractConnection
) -> None:
    topology = Topology(Names(of.namespace))
    everything = [*topology.exchanges, *(queue.name for queue in topology.queues)]
    assert await missing(topology, connection, declare=True) == everything
    assert await missing(topology, connection, declare=True) == everything
    with pytest.raises(TopologyMissing):
        await missing(topology, connection, declare=False)

    async with running(of):
        assert await missing(topology, connection, declare=True) == []
        assert await missing(topology, connection, declare=False) == []


async def test_a_check_refuses_a_queue_that_disagrees(of: Settings, connection: AbstractConnection) -> None:
    queue = Topology(Names(of.namespace)).queues[0]
    arguments = dict(queue.arguments) | {"x-delivery-limit": 5}
    await (await connection.channel()).declare_queue(queue.name, durable=True, arguments=arguments)

    with pytest.raises(TopologyMismatch, match=queue.name):
        await missing(Topology(Names(of.namespace)), connection, declare=True)
