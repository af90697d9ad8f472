"""Two orders whose numbers would read the same: the second is set aside, and nothing beside it (N19, §7.4.4)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from actors import Crm
from given import a_customer, accepted, an_accepted_offer
from house import House, HouseOf

Json = dict[str, Any]

NUMBERING = """
[[numbering]]
code = "ORD"
formula = "{order_type}-{number}-{customer}"
[[numbering.policy]]
valid_from = 2000-01-01
period = "none"
[[numbering.policy.range]]
start = 1

[[numbering]]
code = "OUTSIDE"
formula = "{order_type}-{number}-{customer}"
[[numbering.policy]]
valid_from = 2000-01-01
period = "none"
[[numbering.policy.range]]
start = 1
external = true
"""

ORDER_TYPES = "".join(
    f"""
[[order_type]]
code = "{code}"
offer_types = ["{code}"]
numbering = "{numbering}"
"""
    for code, numbering in (("A", "ORD"), ("A-2", "ORD"), ("B", "OUTSIDE"), ("B-2", "OUTSIDE"))
)


@pytest.fixture
async def crm(another_house: HouseOf) -> Crm:
    house: House = await another_house(numbering=NUMBERING, order_types=ORDER_TYPES)
    crm = await house.crm()
    for code in ("C", "1-C"):
        await crm.register("customer", code, a_customer())
    return crm


def of(order_type: str, customer: str, **fields: Any) -> Json:
    return an_accepted_offer(type=order_type, customer=customer, number=f"{order_type}/{customer}") | fields


def told(answer: Json) -> tuple[str, list[str], list[str]]:
    codes = [reason["code"] for reason in answer["reasons"]]
    return answer["outcome"], codes, [order["number"] for order in answer["orders"]]


async def test_an_order_whose_number_would_read_as_anothers_is_parked_and_its_number_stays_free(crm: Crm) -> None:
    first = await crm.publish(of("A-2", "C"))
    second = await crm.publish(of("A", "1-C"))
    third = await crm.publish(of("A", "C"))

    assert told(first) == ("created", [], ["A-2-1-C"])
    assert told(second) == ("parked", ["range_exhausted"], [])
    assert "A-2-1-C" in second["reasons"][0]["message"]
    assert told(third) == ("created", [], ["A-2-C"])


async def test_two_orders_of_one_message_whose_numbers_would_read_alike_are_parked(crm: Crm) -> None:
    offers = [of(*each)["offers"][0] for each in (("A-2", "C"), ("A", "1-C"))]

    assert told(await crm.publish(accepted(*offers))) == ("parked", ["range_exhausted"], [])


async def test_orders_of_other_messages_beside_it_are_made(crm: Crm) -> None:
    tickets = [await crm.send(of(*each)) for each in (("A-2", "C"), ("A", "1-C"), ("A", "C"))]
    answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))

    assert [told(answer)[:2] for answer in answers] == [
        ("created", []),
        ("parked", ["range_exhausted"]),
        ("created", []),
    ]


async def test_a_number_that_was_sent_and_would_read_as_anothers_is_taken(crm: Crm) -> None:
    first = await crm.publish(of("B-2", "C", order_number=1))
    second = await crm.publish(of("B", "1-C", order_number=2))

    assert told(first) == ("created", [], ["B-2-1-C"])
    assert told(second) == ("refused", ["number_taken"], [])
    assert second["reasons"][0]["path"] == "/order_number"
