"""The adapter works with the rights that docs/operating/install.md gives it, and with no others."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest
from actors import Crm, Warehouse, until
from aiormq.exceptions import ChannelAccessRefused
from desk import Desk
from given import STANDARD_REGISTRY, an_accepted_offer
from given_configuration import a_configuration
from running import migrated, running, settings
from structlog.testing import capture_logs

from adapter.demo.services import PrivateBroker, private_broker
from adapter.messaging.topology import Names, Topology, TopologyMismatch
from config.settings import Settings

GUIDE = Path(__file__).parents[2] / "docs/operating/install.md"


def blocks(language: str) -> list[str]:
    """The examples in the guide's chapter on least rights."""
    chapter = GUIDE.read_text().partition("## With the least rights")[2]
    return re.findall(rf"```{language}\n(.*?)```", chapter, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Granted:
    """Two addresses of one database: of the role that owns it, and of the one that works in it."""

    owner: str
    adapter: str


@pytest.fixture(scope="module")
async def database(database_server_url: str) -> AsyncIterator[Granted]:
    name = uuid.uuid4().hex[:8]
    of_server, in_database = (_renamed(block, name) for block in blocks("sql"))
    server = await asyncpg.connect(database_server_url)
    for statement in _statements(of_server):
        await server.execute(statement)
    granted = Granted(
        _as(database_server_url, f"owner_{name}", "owner-secret", f"db_{name}"),
        _as(database_server_url, f"adapter_{name}", "adapter-secret", f"db_{name}"),
    )
    owner = await asyncpg.connect(granted.owner)
    await owner.execute(in_database)
    await owner.close()
    yield granted
    await server.execute(f"DROP DATABASE db_{name} WITH (FORCE)")
    await server.execute(f"DROP ROLE owner_{name}, adapter_{name}")
    await server.close()


def _renamed(block: str, name: str) -> str:
    for word, own in (("orders_owner", "owner"), ("orders_adapter", "adapter"), ("orders", "db")):
        block = re.sub(rf"\b{word}\b", f"{own}_{name}", block)
    return block


def _statements(block: str) -> list[str]:
    return [one.strip() for one in re.sub("--.*", "", block).split(";") if one.strip()]


def _as(url: str, user: str, password: str, database: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc.rpartition('@')[2]}", path=f"/{database}").geturl()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """A broker on which an administrator has done what the guide says."""
    definitions = tmp_path_factory.mktemp("broker") / "definitions.json"
    definitions.write_text(json.dumps(Topology(Names()).definitions()))
    [commands] = blocks("sh")
    with private_broker() as node:
        for line in commands.splitlines():
            program, *words = (word.strip("'") for word in line.split())
            if program == "rabbitmqctl":
                node.control(*(definitions if word == "definitions.json" else word for word in words))
        yield node


@pytest.fixture
async def of(broker: PrivateBroker, database: Granted, tmp_path: Path) -> Settings:
    url = _as(broker.url, "adapter", "adapter-secret", "")
    by_owner = settings(url, database.owner, "customer-orders", a_configuration(tmp_path), declare=False)
    await migrated(by_owner)
    return settings(url, database.adapter, "customer-orders", tmp_path, declare=False)


@asynccontextmanager
async def administrator(broker: PrivateBroker) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    async with await aio_pika.connect(broker.url) as connection:
        yield await connection.channel()


async def test_it_turns_offers_into_orders(of: Settings, broker: PrivateBroker) -> None:
    async with administrator(broker) as channel, running(of):
        crm = await Crm.at(channel, of.namespace)
        warehouse = await Warehouse.at(channel, of.namespace)
        for entry in STANDARD_REGISTRY:
            assert (await crm.register(entry["kind"], entry["key"], entry["entry"]))["outcome"] == "applied"

        assert (await crm.publish(an_accepted_offer()))["outcome"] == "created"
        await warehouse.until(lambda: [event.routing_key for event in warehouse.events] == ["order.entered"])


async def test_its_broker_user_may_configure_nothing(of: Settings) -> None:
    async with await aio_pika.connect(of.broker_url.get_secret_value()) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await channel.declare_queue("customer-orders.more", durable=True)


async def test_one_that_is_to_declare_says_which_right_it_lacks(of: Settings) -> None:
    with pytest.raises(TopologyMismatch, match="may not") as refused:
        async with running(of.model_copy(update={"declare": True})):
            raise AssertionError("it started")
    assert "ORDER_ADAPTER_DECLARE=false" in refused.value.cure


async def test_a_user_that_may_not_write_a_table_is_refused_with_the_cure(of: Settings, database: Granted) -> None:
    owner, user = await asyncpg.connect(database.owner), urlsplit(database.adapter).username
    await owner.execute(f'REVOKE INSERT, DELETE ON events FROM "{user}"')
    try:
        refused = await Desk(of).run("serve")
    finally:
        await owner.execute(f'GRANT INSERT, DELETE ON events TO "{user}"')
        await owner.close()

    told = json.loads(refused.err.splitlines()[-1])
    assert (refused.code, told["event"], told["found"]) == (1, "configuration_fault", "no INSERT, DELETE on events")
    assert "docs/operating/install.md" in told["cure"]


async def test_while_a_right_is_taken_away_messages_wait(
    of: Settings, broker: PrivateBroker, database: Granted
) -> None:
    owner, user = await asyncpg.connect(database.owner), urlsplit(database.adapter).username
    async with administrator(broker) as channel, running(of):
        crm = await Crm.at(channel, of.namespace)
        for entry in STANDARD_REGISTRY:
            await crm.register(entry["kind"], entry["key"], entry["entry"])
        with capture_logs() as log:
            await owner.execute(f'REVOKE UPDATE ON number_series FROM "{user}"')
            ticket = await crm.send(an_accepted_offer(number="OF-2"))
            await until(lambda: _paused(log))
            await owner.execute(f'GRANT UPDATE ON number_series TO "{user}"')
            assert (await crm.answer(ticket))["outcome"] == "created"
    assert await owner.fetchval("SELECT count(*) FROM parked") == 0
    await owner.close()


async def _paused(log: list[Any]) -> bool:
    because = [event["because"] for event in log if event["event"] == "consumption_paused"]
    return because == ["database: this user lacks a right (InsufficientPrivilegeError)"]


async def test_what_shows_only_to_who_may_configure_is_not_said_to_be_checked(of: Settings) -> None:
    checked = await Desk(of).run("check", "--json", ORDER_ADAPTER_DECLARE="false")

    assert checked.code == 0, checked.json
    assert checked.json[-1]["details"].endswith("arguments and bindings were not looked at")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE orders ADD COLUMN more text",
        "DROP TABLE orders",
        "TRUNCATE orders",
        "CREATE TABLE more (id int)",
        "CREATE INDEX ON orders (number)",
    ],
)
async def test_its_database_role_may_change_no_table(of: Settings, database: Granted, statement: str) -> None:
    connection = await asyncpg.connect(database.adapter)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()
