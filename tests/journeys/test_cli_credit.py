"""`order-adapter credit check`: what is reserved is worked out anew from the orders, compared and mended (§6.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from actors import FULFILMENT_REPORTED, ORDER_ACTION_REQUESTED, ORDER_CHANGE_REQUESTED, Crm
from desk import Desk
from given import DAY, a_line, accepted, an_accepted_offer, an_offer
from house import House, HouseOf

Json = dict[str, Any]
OPEN = "122.00"
"""What ten A1 at 10.00 come to with their VAT."""


@pytest.fixture
async def house(another_house: HouseOf) -> House:
    return await another_house()


@pytest.fixture
async def crm(house: House) -> Crm:
    return await house.crm()


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.settings)


def numbers(answer: Json) -> list[str]:
    return [order["number"] for order in answer["orders"]]


async def an_order(crm: Crm, number: str, type_: str = "SURE") -> str:
    [entered] = numbers(await crm.publish(an_accepted_offer(type=type_, number=number)))
    return entered


def row(account: str, order: str | None, reserved: str, recomputed: str) -> Json:
    return {"account": account, "order": order, "reserved": reserved, "recomputed": recomputed}


async def test_whatever_happened_to_orders_they_reserve_what_is_open_of_them(crm: Crm, desk: Desk) -> None:
    await an_order(crm, "untouched")
    lower, part, cancelled = [await an_order(crm, number) for number in ("lower", "part", "cancelled")]
    by = {"by": "eva"}
    await crm.publish(by | {"order": lower, "lines": [{"line": 1, "quantity": "3"}]}, ORDER_CHANGE_REQUESTED)
    document = {"kind": "delivery_note", "number": "D1", "date": DAY}
    delivered = {"order": part, "document": document, "lines": [{"line": 1, "quantity": "4"}]}
    await crm.publish(delivered, FULFILMENT_REPORTED)
    await crm.publish(by | {"order": cancelled, "action": "cancel"}, ORDER_ACTION_REQUESTED)
    await crm.publish(an_accepted_offer(customer="C2", lines=[a_line(discounts="33.33+5")]))

    checked = await desk.run("credit", "check", "--json")

    assert (checked.code, checked.json) == (0, [])


async def test_orders_and_accounts_that_reserve_something_else_are_told_and_mended(
    crm: Crm, desk: Desk, house: House
) -> None:
    wrong, right = await an_order(crm, "wrong"), await an_order(crm, "right")
    # The account agrees with its orders: what is wrong shows only where the order is reckoned anew.
    await house.database.execute("UPDATE orders SET credit_amount = 100 WHERE number = $1", wrong)
    await house.database.execute("UPDATE credit_accounts SET reserved = 222 WHERE code = 'C1'")
    expected = [row("C1", wrong, "100", OPEN), row("C1", None, "222", "244.00")]

    found = await desk.run("credit", "check", "--json")
    repaired = await desk.run("credit", "check", "--repair", "--json")
    again = await desk.run("credit", "check", "--json")

    assert (found.code, found.json) == (1, expected)
    assert (repaired.code, repaired.json) == (0, expected)
    assert (again.code, again.json) == (0, [])
    stored = dict(await house.database.fetch("SELECT number, credit_amount FROM orders"))
    assert stored == {wrong: Decimal(OPEN), right: Decimal(OPEN)}


async def test_an_account_alone_that_is_wrong_is_mended_or_opened(crm: Crm, desk: Desk, house: House) -> None:
    await an_order(crm, "one")
    await house.database.execute("UPDATE credit_accounts SET reserved = 5")
    lower = await desk.run("credit", "check", "--repair", "--json")
    await house.database.execute("DELETE FROM credit_accounts")
    missing = await desk.run("credit", "check", "--repair", "--json")
    await house.database.execute("INSERT INTO credit_accounts VALUES ('GONE', 7)")
    unused = await desk.run("credit", "check", "--repair", "--json")

    assert lower.json == [row("C1", None, "5", OPEN)]
    assert missing.json == [row("C1", None, "0", OPEN)]
    assert unused.json == [row("GONE", None, "7", "0")]
    assert (await desk.run("credit", "check")).code == 0


async def test_an_order_that_ended_reserves_nothing_any_more(crm: Crm, desk: Desk, house: House) -> None:
    order = await an_order(crm, "ended")
    await crm.publish({"order": order, "by": "eva", "action": "cancel"}, ORDER_ACTION_REQUESTED)
    await house.database.execute("UPDATE orders SET credit_amount = 122")

    found = await desk.run("credit", "check", "--repair", "--json")

    assert found.json == [row("C1", order, "122", "0")]
    assert await house.database.fetchval("SELECT credit_amount FROM orders") == 0


async def test_more_orders_than_a_page_are_all_looked_at(crm: Crm, desk: Desk, house: House) -> None:
    for part in range(3):
        offers = [an_offer(number=f"{part}-{number}") for number in range(150)]
        assert (await crm.publish(accepted(*offers)))["outcome"] == "created"
    assert (await desk.run("credit", "check")).code == 0
    await house.database.execute("UPDATE orders SET credit_amount = credit_amount + 1")

    found = await desk.run("credit", "check", "--repair", "--json")

    assert len([one for one in found.json if one["order"]]) == 450
    assert (await desk.run("credit", "check")).code == 0
    assert await house.database.fetchval("SELECT reserved FROM credit_accounts WHERE code = 'C1'") == 450 * 122
