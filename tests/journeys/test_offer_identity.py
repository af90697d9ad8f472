"""Which offer a message means, and what of it must not change once it is converted (contract 3 *Repetition*)."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Crm, Orders
from given import a_line, accepted, an_accepted_offer, an_offer
from house import House

Json = dict[str, Any]


def part(*quantities: str | None, **fields: Any) -> Json:
    """Lines of ten each, of which these quantities are accepted; None says nothing."""
    lines = [a_line(index, accepted_quantity=quantity) for index, quantity in enumerate(quantities, 1)]
    return an_accepted_offer(**({"lines": lines} | fields))


def codes(answer: Json) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def test_another_version_of_a_converted_offer_is_superseded_and_names_its_orders(crm: Crm) -> None:
    first = await crm.publish(part("4"))
    answer = await crm.publish(part("4", version=2))

    assert (answer["outcome"], codes(answer)) == ("refused", ["offer_superseded"])
    assert [order["number"] for order in answer["orders"]] == [order["number"] for order in first["orders"]]


async def test_another_version_is_converted_with_conversion_all(crm: Crm, orders: Orders) -> None:
    await crm.publish(part("4"))
    answer = await crm.publish(part("10", version=2) | {"conversion": "all"})

    assert answer["outcome"] == "created"
    assert [order["origin"][0]["version"] for order in await orders.all()] == [1, 2]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"customer": "C2", "currency": "EUR"}, "/offers/0/customer"),
        ({"currency": "DKK"}, "/offers/0/currency"),
        ({"lines": [a_line(item="A2")]}, "/offers/0/lines/0/item"),
    ],
)
async def test_the_same_version_with_another_customer_currency_or_item_is_refused(
    crm: Crm, fields: Json, path: str
) -> None:
    first = await crm.publish(part("4"))
    answer = await crm.publish(part("4", **fields))

    assert [(reason["code"], reason["path"]) for reason in answer["reasons"]] == [("offer_changed", path)]
    assert [order["number"] for order in answer["orders"]] == [order["number"] for order in first["orders"]]


async def test_another_item_on_a_line_that_was_never_converted_is_no_change(crm: Crm) -> None:
    await crm.publish(part("4", "0"))
    changed = an_accepted_offer(lines=[a_line(1, accepted_quantity="1"), a_line(2, item="A2")])

    assert (await crm.publish(changed))["outcome"] == "created"


async def test_an_offer_of_another_source_is_another_offer(house: House, crm: Crm) -> None:
    other = await house.crm()
    answers = [await sender.publish(an_accepted_offer(number="SAME")) for sender in (crm, other)]

    assert [answer["outcome"] for answer in answers] == ["created", "created"]


async def test_an_offer_of_another_type_is_another_offer(crm: Crm) -> None:
    answers = [await crm.publish(an_accepted_offer(type=type_)) for type_ in ("OFF", "SURE")]

    assert [answer["outcome"] for answer in answers] == ["created", "created"]


async def test_an_offer_twice_in_one_message_is_refused(crm: Crm) -> None:
    answer = await crm.publish(accepted(an_offer(), an_offer()))

    assert (answer["outcome"], answer["reasons"][0]["path"]) == ("refused", "/offers/1/number")
