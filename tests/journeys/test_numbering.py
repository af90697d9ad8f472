"""Numbers as orders get them: the worked examples, dates, ranges, numbers from outside (§7.3)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from actors import Crm, Orders
from given import accepted, an_accepted_offer, an_offer

Json = dict[str, Any]

_years = itertools.count(2101)
"""Periods are years: every journey numbers in one of its own."""


@pytest.fixture
def year() -> int:
    return next(_years)


async def number(crm: Crm, type_: str, day: str, **fields: Any) -> Json:
    """The answer to an offer of this type, accepted on this day."""
    offer = an_accepted_offer(type=type_, number=f"{type_} {len(crm.sent)}", confirmed_on=day)
    return await crm.publish(offer | fields)


def code(answer: Json) -> tuple[str, list[str]]:
    return answer["outcome"], [reason["code"] for reason in answer["reasons"]]


async def drawn(orders: Orders, answer: Json) -> int:
    return int((await orders.of(answer))["sequence_number"])


async def numbered(crm: Crm, orders: Orders, type_: str, *days: str) -> list[int]:
    return [await drawn(orders, await number(crm, type_, day)) for day in days]


async def hole(orders: Orders, numbering: str, year: int, free: int) -> None:
    """Somebody deleted an order by hand, as §7.3 begins."""
    async with orders.database.acquire() as connection, connection.transaction():
        where = (numbering, free, f"{year}-01-01")
        await connection.execute(
            "DELETE FROM numbers WHERE numbering = $1 AND number = $2 AND period_start = $3::text::date", *where
        )
        await connection.execute(
            "DELETE FROM number_series WHERE numbering = $1 AND period_start = $2::text::date", where[0], where[2]
        )


async def used(crm: Crm, orders: Orders, type_: str, numbering: str, year: int) -> None:
    """1 dated 2 January, 2 dated 5 January, 4 dated 10 January; 3 is free."""
    days = [f"{year}-01-{day:02}" for day in (2, 5, 5, 10)]
    assert await numbered(crm, orders, type_, *days) == [1, 2, 3, 4]
    await hole(orders, numbering, year, 3)


@pytest.mark.parametrize(("day", "expected"), [(3, None), (5, 3), (7, 3), (10, 3), (12, 5)])
async def test_progressive_with_recovery_fills_a_hole_only_where_dates_stay_in_order(
    crm: Crm, orders: Orders, year: int, day: int, expected: int | None
) -> None:
    await used(crm, orders, "STRICT", "STRICT", year)
    answer = await number(crm, "STRICT", f"{year}-01-{day:02}")

    if expected is None:
        assert code(answer) == ("parked", ["no_number_for_date"])
    else:
        assert await drawn(orders, answer) == expected


@pytest.mark.parametrize("day", [3, 5, 12])
async def test_recovery_alone_fills_the_lowest_hole_whatever_the_date(
    crm: Crm, orders: Orders, year: int, day: int
) -> None:
    await used(crm, orders, "RECOVERING", "RECOVERING", year)

    assert await numbered(crm, orders, "RECOVERING", f"{year}-01-{day:02}", f"{year}-01-20") == [3, 5]


async def test_neither_goes_on_after_the_highest(crm: Crm, orders: Orders, year: int) -> None:
    await used(crm, orders, "OFF", "ORD", year)

    assert await numbered(crm, orders, "OFF", f"{year}-01-03") == [5]


async def test_the_period_is_that_of_the_order_date_not_of_the_clock(crm: Crm, orders: Orders, year: int) -> None:
    order = await orders.of(await number(crm, "OFF", f"{year}-06-01"))

    assert (order["number"], order["sequence_number"], order["numbering"]) == (f"{year}-00001", 1, "ORD")


async def test_order_types_that_share_a_numbering_share_one_counter(crm: Crm, orders: Orders, year: int) -> None:
    answers = [await number(crm, type_, f"{year}-02-01") for type_ in ("OFF", "SURE", "SHOP")]

    assert [await drawn(orders, answer) for answer in answers] == [1, 2, 3]


async def test_a_refused_message_uses_no_number(crm: Crm, orders: Orders, year: int) -> None:
    day = f"{year}-02-01"
    offers = [an_offer(number="GOOD", confirmed_on=day), an_offer(number="BAD", confirmed_on=day, customer="NOBODY")]
    await crm.publish(accepted(*offers))

    assert await numbered(crm, orders, "OFF", day) == [1]


async def test_several_orders_of_one_message_are_numbered_in_message_order(crm: Crm, orders: Orders, year: int) -> None:
    offers = [an_offer(number=f"{n}", confirmed_on=f"{year}-02-01") for n in range(4)]
    made = await orders.each_of(await crm.publish(accepted(*offers)))

    assert [(order["sequence_number"], order["origin"][0]["number"]) for order in made] == [
        (n + 1, f"{n}") for n in range(4)
    ]


async def test_a_date_without_a_policy_and_a_used_up_range_are_told_apart(crm: Crm, orders: Orders) -> None:
    assert await numbered(crm, orders, "SHORT", "2027-01-01", "2027-01-01") == [1, 2]

    assert code(await number(crm, "SHORT", "2027-01-01")) == ("parked", ["range_exhausted"])
    assert code(await number(crm, "SHORT", "2030-01-01")) == ("parked", ["no_policy_for_date"])


async def test_a_message_of_which_one_order_gets_no_number_makes_none(crm: Crm, orders: Orders) -> None:
    offers = [an_offer(number=f"{n}", type="SHORT", confirmed_on="2028-01-01") for n in range(3)]
    answer = await crm.publish(accepted(*offers))

    assert (code(answer), await orders.count()) == (("parked", ["range_exhausted"]), 0)
    assert await numbered(crm, orders, "SHORT", "2028-01-01") == [1]


async def test_a_number_from_outside_is_the_orders(crm: Crm, orders: Orders, year: int) -> None:
    order = await orders.of(await number(crm, "OUTSIDE", f"{year}-03-01", order_number=123))

    assert (order["number"], order["sequence_number"]) == (f"X{year}-123", 123)


async def test_a_number_from_outside_that_is_missing_taken_or_out_of_range_is_refused(
    crm: Crm, orders: Orders, year: int
) -> None:
    day = f"{year}-03-01"
    await number(crm, "OUTSIDE", day, order_number=100)

    assert code(await number(crm, "OUTSIDE", day)) == ("refused", ["number_required"])
    assert code(await number(crm, "OUTSIDE", day, order_number=100)) == ("refused", ["number_taken"])
    assert code(await number(crm, "OUTSIDE", day, order_number=201)) == ("refused", ["invalid"])
    assert await orders.count() == 1


async def test_a_number_supplied_for_a_type_that_draws_them_is_refused(crm: Crm, year: int) -> None:
    answer = await number(crm, "OFF", f"{year}-03-01", order_number=7)

    assert (answer["outcome"], answer["reasons"][0]["path"]) == ("refused", "/order_number")


async def test_numbers_follow_dates_however_messages_arrive_in_a_progressive_series(
    crm: Crm, orders: Orders, year: int
) -> None:
    days = [f"{year}-04-{day:02}" for day in (3, 1, 3, 2, 5, 4, 5)]
    answers = [await number(crm, "STRICT", day) for day in days]

    made = [await orders.of(answer) for answer in answers if answer["outcome"] == "created"]
    assert [order["date"] for order in made] == [f"{year}-04-{day:02}" for day in (3, 3, 5, 5)]
    assert [order["sequence_number"] for order in made] == [1, 2, 3, 4]
