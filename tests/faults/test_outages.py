"""Broker and database go away and come back: nothing is lost, nobody is parked for it, and the log says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from actors import PATIENCE, Crm, until
from cable import Cable, cable
from given import an_accepted_offer
from house import House
from pydantic import SecretStr
from running import running
from structlog.testing import capture_logs

from adapter.app import Adapter

from .conftest import HouseWith

Log = list[Any]


@asynccontextmanager
async def by_cable(house: House, setting: str, url: str) -> AsyncIterator[tuple[Cable, Adapter, Log]]:
    """The only adapter in the house reaches one of its services by way of a cable."""
    await house.adapter.stop()
    async with cable(url) as way:
        of = house.settings.model_copy(update={setting: SecretStr(way.of(url))})
        with capture_logs() as log:
            async with running(of) as adapter:
                yield way, adapter, log


def named(log: Log, *names: str) -> list[Any]:
    return [event for event in log if event["event"] in names]


async def until_logged(log: Log, name: str, times: int = 1) -> None:
    async def there() -> bool:
        return len(named(log, name)) >= times

    await until(there)


async def parked(house: House, crm: Crm) -> int:
    return int(await house.database.fetchval("SELECT count(*) FROM parked WHERE source = $1", crm.source))


def database_url(house: House) -> str:
    assert house.settings.database_url is not None
    return house.settings.database_url.get_secret_value()


async def test_while_the_database_is_away_messages_wait_and_no_attempt_is_burnt(house_with: HouseWith) -> None:
    house = await house_with()
    crm = await house.crm()
    async with by_cable(house, "database_url", database_url(house)) as (way, _, log):
        way.cut()
        tickets = [await crm.send(an_accepted_offer(number=f"OF-{number}")) for number in range(30)]
        await until_logged(log, "consumption_paused")
        await way.mend()

        assert {(await crm.answer(ticket))["outcome"] for ticket in tickets} == {"created"}
        await until_logged(log, "database_recovered")
    handled = named(log, "message_handled")
    assert {(event["attempt"], event["redelivered"]) for event in handled} == {(1, False)}
    assert await parked(house, crm) == 0
    assert named(log, "unexpected_error") == []


async def test_the_log_tells_once_when_the_database_goes_and_once_when_it_is_back(house_with: HouseWith) -> None:
    house = await house_with()
    crm = await house.crm()
    async with by_cable(house, "database_url", database_url(house)) as (way, adapter, log):
        way.cut()
        await until_logged(log, "database_lost")
        ticket = await crm.send(an_accepted_offer())
        await until_logged(log, "consumption_paused")
        await way.mend()
        await until_logged(log, "consumption_resumed")
        assert (await crm.answer(ticket))["outcome"] == "created"
        address = adapter.settings.database_address

    lost, recovered = named(log, "database_lost", "database_recovered")
    assert (lost["address"], lost["log_level"]) == (address, "error")
    assert (recovered["address"], recovered["log_level"]) == (address, "info")
    assert 0 < recovered["seconds"] < PATIENCE


async def test_an_answer_of_the_database_that_never_comes_leaves_one_order(house_with: HouseWith) -> None:
    house = await house_with(database_statement_seconds=2)
    crm = await house.crm()
    async with by_cable(house, "database_url", database_url(house)) as (way, _, log):
        way.stick()
        ticket = await crm.send(an_accepted_offer())
        await until(lambda: _handed_over(house))
        way.cut()
        await way.mend()

        assert (await crm.answer(ticket))["outcome"] in {"created", "duplicate"}
    assert await house.database.fetchval("SELECT count(*) FROM orders") == 1
    assert named(log, "unexpected_error") == []


async def test_a_database_that_has_gone_silent_is_lost_once_a_statement_has_had_its_time(house_with: HouseWith) -> None:
    house = await house_with(database_statement_seconds=1)
    crm = await house.crm()
    async with by_cable(house, "database_url", database_url(house)) as (way, _, log):
        way.stick()
        ticket = await crm.send(an_accepted_offer())
        await until_logged(log, "consumption_paused")
        await way.mend()

        assert (await crm.answer(ticket))["outcome"] in {"created", "duplicate"}
    assert named(log, "consumption_paused")[0]["because"] == "database: no answer in time (TimeoutError)"


async def _handed_over(house: House) -> bool:
    channel = await house.connection.channel()
    declared = await channel.declare_queue(f"{house.settings.namespace}.offer-accepted", passive=True)
    await channel.close()
    return declared.declaration_result.message_count == 0


async def test_a_broker_that_goes_while_messages_are_in_hand_is_no_error_of_ours(house_with: HouseWith) -> None:
    house = await house_with(batch_messages=3)
    crm, keeper = await house.crm(), await asyncpg.connect(database_url(house))
    url = house.settings.broker_url.get_secret_value()
    async with by_cable(house, "broker_url", url) as (way, _, log):
        async with keeper.transaction():
            await keeper.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
            tickets = [await crm.send(an_accepted_offer(number=f"OF-{number}")) for number in range(10)]
            await until(lambda: _handed_over(house))
            way.cut()
            await until_logged(log, "broker_lost", 2)
        await until(lambda: _orders(house, 10))
        await way.mend()
        assert {(await crm.answer(ticket))["outcome"] for ticket in tickets} <= {"created", "duplicate"}
    await keeper.close()
    assert named(log, "unexpected_error") == []


async def _orders(house: House, number: int) -> bool:
    return bool(await house.database.fetchval("SELECT count(*) = $1 FROM orders", number))


async def test_both_connections_to_the_broker_are_told_of_and_come_back(house_with: HouseWith) -> None:
    house = await house_with()
    crm = await house.crm()
    url = house.settings.broker_url.get_secret_value()
    async with by_cable(house, "broker_url", url) as (way, adapter, log):
        way.cut()
        await until_logged(log, "broker_lost", 2)
        tickets = [await crm.send(an_accepted_offer(number=f"OF-{number}")) for number in range(10)]
        await way.mend()
        await until_logged(log, "broker_recovered", 2)
        assert {(await crm.answer(ticket))["outcome"] for ticket in tickets} == {"created"}
        address = adapter.settings.broker_address

    for told in (named(log, "broker_lost"), named(log, "broker_recovered")):
        assert {(event["connection"], event["address"]) for event in told} == {
            ("consuming", address),
            ("publishing", address),
        }


async def test_stopping_in_order_is_no_outage(house_with: HouseWith) -> None:
    house = await house_with()
    with capture_logs() as log:
        await house.adapter.stop()

    assert named(log, "broker_lost", "database_lost", "unexpected_error") == []


async def test_a_connection_that_the_database_ends_is_replaced(house_with: HouseWith) -> None:
    house = await house_with()
    crm = await house.crm()
    server = await asyncpg.connect(database_url(house))
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'order-adapter' AND datname = current_database()"
    )
    await server.close()

    assert (await crm.publish(an_accepted_offer()))["outcome"] == "created"
    async with house.warehouse.arrived:
        await house.warehouse.arrived.wait_for(lambda: len(house.warehouse.events) >= 1)
