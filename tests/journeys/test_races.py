"""Copies of the adapter race on one series and are killed in the middle: every message one order, no hole, no loss."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import aio_pika
import pytest
from actors import Crm, until
from given import an_accepted_offer
from house import House, HouseOf
from running import Copy

PUBLISHERS = 4
EACH = 60


async def publish_many(house: House, crm: Crm) -> None:
    """One sender with a connection of its own, every message confirmed by the broker."""
    async with await aio_pika.connect(house.settings.broker_url.get_secret_value()) as connection:
        crm.channel = await connection.channel()
        for n in range(EACH):
            await crm.send(an_accepted_offer(type="SURE", number=f"{crm.source}-{n}"))


async def entered(house: House) -> int:
    return int(await house.database.fetchval("SELECT count(*) FROM orders"))


async def at_least(house: House, count: int) -> bool:
    return await entered(house) >= count


async def all_sent(house: House) -> bool:
    return not await house.database.fetchval("SELECT count(*) FROM events WHERE sent_at IS NULL")


@pytest.fixture
async def raced(another_house: HouseOf) -> House:
    """Three copies at work in small batches; two are killed on the way, the third has to finish."""
    house = await another_house(batch_messages=5)
    async with AsyncExitStack() as stack:
        copies = await asyncio.gather(*(Copy.start(house.settings) for _ in range(2)))
        for copy in copies:
            stack.push_async_callback(copy.kill)
        publishing = asyncio.gather(*[publish_many(house, await house.crm()) for _ in range(PUBLISHERS)])
        for copy, share in zip(copies, (4, 2), strict=True):
            await until(partial(at_least, house, PUBLISHERS * EACH // share))
            await copy.kill()
        await publishing
        await until(lambda: at_least(house, PUBLISHERS * EACH))
        await until(lambda: all_sent(house))
    return house


async def test_copies_that_race_and_are_killed_make_one_order_a_message_without_a_hole_in_numbers_or_events(
    raced: House,
) -> None:
    everything = PUBLISHERS * EACH
    rows = await raced.database.fetch("SELECT sequence_number, number FROM orders ORDER BY sequence_number")
    assert [row["sequence_number"] for row in rows] == list(range(1, everything + 1))
    assert [row["number"] for row in rows] == [f"2026-{n:05}" for n in range(1, everything + 1)]
    offers = await raced.database.fetchval("SELECT count(DISTINCT number) FROM order_origins")
    assert offers == everything

    await raced.warehouse.until(lambda: len(distinct(raced)) == 2 * everything)
    assert set(map(tuple, first_arrivals(raced).values())) == {(1, 2)}


def distinct(house: House) -> set[str]:
    return {event.body["id"] for event in house.warehouse.events}


def first_arrivals(house: House) -> dict[str, list[int]]:
    """The positions of every order, in the order in which the warehouse first saw them."""
    positions: dict[str, list[int]] = {}
    for event in house.warehouse.events:
        seen = positions.setdefault(event.body["subject"], [])
        if event.data["position"] not in seen:
            seen.append(event.data["position"])
    return positions


async def test_parallel_publishers_on_one_copy_leave_no_hole(house: House) -> None:
    crms = [await house.crm() for _ in range(PUBLISHERS)]
    data = [an_accepted_offer(number=f"{n}", confirmed_on="2800-05-05") for n in range(25)]
    tickets = [(crm, ticket) for crm in crms for ticket in await asyncio.gather(*(crm.send(one) for one in data))]
    answers = await asyncio.gather(*(crm.answer(ticket) for crm, ticket in tickets))

    numbers = sorted(answer["orders"][0]["number"] for answer in answers)
    assert numbers == [f"2800-{n:05}" for n in range(1, PUBLISHERS * 25 + 1)]
