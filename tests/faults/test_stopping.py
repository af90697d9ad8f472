"""Starting while a service is not there yet, stopping in the middle of the work (contract 9)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import asyncpg
import pytest
from actors import Crm, until
from cable import cable
from given import STANDARD_REGISTRY, an_accepted_offer
from running import running

from config.settings import Settings

from .served import Served, serving

MANY = 150


@asynccontextmanager
async def filled(of: Settings, messages: int) -> AsyncIterator[Crm]:
    """Registries are known, and so many offers wait for the adapter."""
    async with await aio_pika.connect(of.broker_url.get_secret_value()) as connection:
        async with running(of):
            crm = await Crm.at(await connection.channel(), of.namespace)
            for entry in STANDARD_REGISTRY:
                await crm.register(entry["kind"], entry["key"], entry["entry"])
        for number in range(messages):
            await crm.send(an_accepted_offer(number=f"OF-{number}"))
        yield crm


def database_url(of: Settings) -> str:
    assert of.database_url is not None
    return of.database_url.get_secret_value()


async def count_orders(of: Settings) -> int:
    connection = await asyncpg.connect(database_url(of))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM orders"))
    finally:
        await connection.close()


def handled(*copies: Served) -> list[dict[str, object]]:
    return [event for copy in copies for event in copy.named("message_handled")]


async def test_what_a_copy_has_finished_before_it_stops_is_not_delivered_again(of: Settings) -> None:
    async with filled(of, 0) as crm, serving(of, ORDER_ADAPTER_BATCH_MESSAGES="7") as first, serving(of) as second:
        await asyncio.gather(first.until("ready"), second.until("ready"))
        for number in range(MANY):
            await crm.send(an_accepted_offer(number=f"OF-{number}"))
            if number == MANY // 3:
                first.ask_to_stop()
        assert await first.end() == 0
        assert first.named("message_handled") != []

        async def all_there() -> bool:
            return await count_orders(of) == MANY and len(handled(first, second)) >= MANY

        await until(all_there)
        second.ask_to_stop()
        assert await second.end() == 0
    outcomes = handled(first, second)
    assert {event["outcome"] for event in outcomes} == {"created"}
    assert len({event["id"] for event in outcomes}) == len(outcomes) == MANY


async def test_one_copy_after_the_other_is_replaced_without_a_repetition(of: Settings) -> None:
    async with filled(of, MANY):
        before: list[Served] = []
        for _ in range(2):
            async with serving(of, ORDER_ADAPTER_BATCH_MESSAGES="3", ORDER_ADAPTER_PREFETCH="20") as copy:
                await copy.until("message_handled")
                copy.ask_to_stop()
                assert await copy.end() == 0
            before.append(copy)

        async with serving(of) as last:
            await until_orders(of, MANY)
            last.ask_to_stop()
            assert await last.end() == 0
    assert {event["outcome"] for event in handled(*before, last)} == {"created"}


async def until_orders(of: Settings, number: int) -> None:
    async def there() -> bool:
        return await count_orders(of) == number

    await until(there)


async def test_a_second_signal_ends_it_at_once(of: Settings) -> None:
    url = database_url(of)
    async with (
        cable(url) as way,
        filled(of, 0) as crm,
        serving(of, ORDER_ADAPTER_DATABASE_URL=way.of(url)) as served,
    ):
        await served.until("ready")
        way.stick()
        await crm.send(an_accepted_offer())
        served.ask_to_stop()
        await served.until("stopping")
        served.ask_to_stop()

        assert await asyncio.wait_for(served.end(), 3) == 128 + 15
        assert served.named("stopped") == []
        assert [told["because"] for told in served.named("stopping")] == ["SIGTERM", "SIGTERM again: at once"]


@pytest.mark.parametrize("setting", ["DATABASE", "BROKER"])
async def test_it_starts_when_a_service_comes_later(of: Settings, setting: str) -> None:
    url = database_url(of) if setting == "DATABASE" else of.broker_url.get_secret_value()
    async with cable(url) as way:
        way.cut()
        async with serving(of, **{f"ORDER_ADAPTER_{setting}_URL": way.of(url)}) as served:
            assert (await served.until("waiting"))["waits_for"] == setting.lower()
            await way.mend()

            await served.until("ready")


@pytest.mark.parametrize("after", [2_500, 4_500, 6_500, 8_500])
async def test_it_starts_although_the_broker_goes_away_while_it_starts(of: Settings, after: int) -> None:
    url = of.broker_url.get_secret_value()
    async with filled(of, 1), cable(url) as way, serving(of, ORDER_ADAPTER_BROKER_URL=way.of(url)) as served:
        way.break_after(after)
        await served.until("ready")
        assert way.has_broken, way.carried

        await until_orders(of, 1)
