"""Numbers that another system used are taken over, shown, and given back."""

from __future__ import annotations

import asyncio
import datetime

import pytest
from actors import Crm, Json
from given import an_accepted_offer
from house import House

from adapter.domain.numbering import Numbering
from adapter.intake.number_periods import NumberPeriod, periods
from adapter.intake.taking import free, take
from adapter.persistence import number_queries

DATE = datetime.date(2026, 3, 10)


@pytest.fixture
def numbering(house: House) -> Numbering:
    """A numbering of our own, so that no other journey draws from it."""
    return house.adapter.business.numberings["RECOVERING"]


async def taken(house: House, numbering: Numbering, numbers: range, year: int = 2026) -> str | None:
    async with house.adapter.database.transaction() as connection:
        return await take(connection, numbering, numbers, DATE.replace(year=year), "ACME")


async def freed(house: House, numbering: Numbering, number: int, day: datetime.date | None = None) -> str | None:
    async with house.adapter.database.transaction() as connection:
        return await free(connection, numbering, number, day)


async def period(house: House, numbering: Numbering, year: int) -> NumberPeriod:
    async with house.adapter.database.connection() as connection:
        found = periods(await number_queries.on_record(connection, numbering.code), numbering)
    return next(one for one in found if one.start.year == year)


async def an_order(crm: Crm, year: int, number: str) -> Json:
    dated = {"orders_dated": f"{year}-03-10"}
    answer = await crm.publish(an_accepted_offer(type="RECOVERING", number=number) | dated)
    order: Json = answer["orders"][0]
    return order


async def test_numbers_taken_over_are_never_drawn(house: House, numbering: Numbering, crm: Crm) -> None:
    assert await taken(house, numbering, range(1, 4), 2040) is None
    assert await taken(house, numbering, range(5, 6), 2040) is None

    drawn = [(await an_order(crm, 2040, f"N-{n}"))["number"] for n in range(2)]

    assert drawn == ["R2040-00004", "R2040-00006"]


async def test_holes_are_the_free_numbers_below_the_highest(house: House, numbering: Numbering) -> None:
    await taken(house, numbering, range(3, 5), 2041)
    await taken(house, numbering, range(8, 9), 2041)

    document = (await period(house, numbering, 2041)).document

    assert document["holes"] == [1, 2, 5, 6, 7]
    assert document["numbers"][0] == {
        "sequence_number": 3,
        "number": "R2041-00003",
        "order": None,
        "date": "2041-03-10",
    }


async def test_a_number_used_already_is_not_taken_over_again(house: House, numbering: Numbering) -> None:
    await taken(house, numbering, range(2, 3), 2042)

    assert await taken(house, numbering, range(1, 4), 2042) == "Used already: 2."
    assert [one.sequence_number for one in (await period(house, numbering, 2042)).numbers] == [2]


async def test_a_number_given_back_is_drawn_again(house: House, numbering: Numbering, crm: Crm) -> None:
    await taken(house, numbering, range(1, 4), 2043)

    assert await freed(house, numbering, 2, DATE.replace(year=2043)) is None

    assert (await an_order(crm, 2043, "N-10"))["number"] == "R2043-00002"


async def test_the_number_of_an_order_is_not_given_back(house: House, numbering: Numbering, crm: Crm) -> None:
    await an_order(crm, 2044, "N-20")

    fault = await freed(house, numbering, 1, DATE.replace(year=2044))

    assert fault == "Number 1 of numbering RECOVERING is an order's."


async def test_a_number_of_several_periods_is_given_back_only_with_a_date(house: House, numbering: Numbering) -> None:
    for year in (2045, 2046):
        await taken(house, numbering, range(900, 901), year)

    assert "Say which one with --date" in (await freed(house, numbering, 900) or "")
    assert await freed(house, numbering, 900, datetime.date(2046, 12, 31)) is None
    assert [one.sequence_number for one in (await period(house, numbering, 2045)).numbers] == [900]


async def test_a_number_that_is_free_cannot_be_given_back(house: House, numbering: Numbering) -> None:
    assert await freed(house, numbering, 999) == "Number 999 of numbering RECOVERING is free already."


async def test_numbers_outside_every_range_are_not_taken_over(house: House) -> None:
    short = house.adapter.business.numberings["SHORT"]

    assert await taken(house, short, range(2, 5), 2027) == "No range of numbering SHORT holds 3, 4."


async def test_a_date_without_policy_takes_nothing_over(house: House) -> None:
    short = house.adapter.business.numberings["SHORT"]

    assert "no policy for 2035-03-10" in (await taken(house, short, range(1, 2), 2035) or "")


async def test_numbers_are_taken_over_while_others_are_drawn(house: House, numbering: Numbering, crm: Crm) -> None:
    async def take_each(numbers: range) -> list[str | None]:
        return [await taken(house, numbering, range(number, number + 1), 2047) for number in numbers]

    taking = asyncio.create_task(take_each(range(1, 21)))
    drawn = await asyncio.gather(*(an_order(crm, 2047, f"N-{n}") for n in range(100, 120)))
    faults = await taking

    found = await period(house, numbering, 2047)
    assert len({order["number"] for order in drawn}) == 20
    assert [one.sequence_number for one in found.numbers] == list(range(1, len(found.numbers) + 1))
    assert len(found.numbers) == 20 + faults.count(None)
