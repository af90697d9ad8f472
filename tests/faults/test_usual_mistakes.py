"""Mistakes that programs of this kind make again and again (docs/decisions/0031); the others have tests elsewhere."""

from __future__ import annotations

import ast
import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from actors import until
from conftest import Databases
from given import an_accepted_offer
from house import House

from adapter.demo.services import PrivateBroker
from adapter.messaging.topology import INBOUND
from adapter.persistence import events
from adapter.persistence.database import Database, is_conflict, is_down
from adapter.persistence.events import StoredEvent
from adapter.persistence.migrating import migrate
from adapter.relay.relay import Relay

from .conftest import HouseWith
from .test_backpressure import node, own_house

__all__ = ["node", "own_house"]

PREFETCH = 3
SOURCES = sorted((Path(__file__).parents[2] / "adapter").rglob("*.py"))


async def test_messages_that_cannot_be_read_do_not_use_up_what_is_handed_out(house_with: HouseWith) -> None:
    house = await house_with(prefetch=PREFETCH)
    crm = await house.crm()
    tickets = [await crm.send_body(b"{") for _ in range(2 * PREFETCH)]

    assert (await crm.publish(an_accepted_offer()))["outcome"] == "created"
    assert {(await crm.answer(ticket))["outcome"] for ticket in tickets} == {"refused"}


async def test_the_broker_hands_out_no_more_than_was_agreed(own_house: House, node: PrivateBroker) -> None:
    listed = await asyncio.to_thread(node.control, "-q", "list_consumers", "queue_name", "prefetch_count")
    handed_out = dict(line.split("\t") for line in listed.splitlines())

    of = own_house.settings
    assert {f"{of.namespace}.{part}": str(of.prefetch) for part in INBOUND}.items() <= handed_out.items()


async def test_an_event_that_was_committed_late_is_published_although_later_ones_were(
    new_database: Databases,
) -> None:
    database = Database((await new_database()).replace("postgresql://", "postgresql+asyncpg://"))
    await migrate(database.engine)
    published: list[bytes] = []

    async def publish(_key: str, body: bytes, _id: str, _cause: str | None) -> bool:
        published.append(body)
        return True

    async def are_out(number: int) -> bool:
        return len(published) == number

    relay = Relay(database, publish, poll_seconds=0.05)
    running = asyncio.create_task(relay.run())
    async with database.transaction() as slow:
        await events.add(slow, [_event(b"drawn first")])
        async with database.transaction() as quick:
            await events.add(quick, [_event(b"drawn second")])
        await until(lambda: are_out(1))
    await until(lambda: are_out(2))
    relay.stop()
    await running
    await database.close()

    assert published == [b"drawn second", b"drawn first"]


def _event(body: bytes) -> StoredEvent:
    return StoredEvent(uuid.uuid4(), uuid.uuid4(), 1, "order.entered", "", body, None)


def test_nothing_is_given_back_to_the_broker_or_acknowledged_before_it_is_done() -> None:
    """`nack` as a retry comes round for ever; what is acknowledged first is lost with the process."""
    refusals = {"nack", "reject", "basic_nack", "basic_reject", "NackMessage", "RejectMessage", "ACK_FIRST"}
    calls = {f"{path.name}: {name}" for path in SOURCES for name in _names(path) if name in refusals}

    assert SOURCES
    assert calls == set()


def _names(path: Path) -> Iterator[str]:
    for part in ast.walk(ast.parse(path.read_text())):
        if isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Name):
            yield part.id


@pytest.mark.parametrize(
    ("error", "down", "conflict"),
    [
        (asyncpg.SerializationError("40001"), False, True),
        (asyncpg.DeadlockDetectedError("40P01"), False, True),
        (asyncpg.LockNotAvailableError("55P03"), False, True),
        (asyncpg.UniqueViolationError("23505"), False, True),
        (asyncpg.AdminShutdownError("57P01"), True, False),
        (asyncpg.CannotConnectNowError("57P03"), True, False),
        (asyncpg.ConnectionDoesNotExistError("08003"), True, False),
        (asyncpg.TooManyConnectionsError("53300"), True, False),
        (asyncpg.DiskFullError("53100"), True, False),
        (asyncpg.ReadOnlySQLTransactionError("25006"), True, False),
        (asyncpg.InterfaceError("connection is closed"), True, False),
        (ConnectionResetError(), True, False),
        (TimeoutError(), True, False),
        (asyncpg.UntranslatableCharacterError("22P05"), False, False),
        (asyncpg.NumericValueOutOfRangeError("22003"), False, False),
        (asyncpg.CheckViolationError("23514"), False, False),
        (KeyError("a bug"), False, False),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else "",
)
def test_what_the_database_says_is_told_apart_by_its_code(error: Exception, down: bool, conflict: bool) -> None:
    assert (is_down(error), is_conflict(error)) == (down, conflict)
