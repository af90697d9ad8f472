"""Decimals are read exactly, from text and from JSON numbers, and written as the contract says (Conventions)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from actors import Crm, Orders
from given import a_line, an_accepted_offer

Json = dict[str, Any]


async def raw_offer(crm: Crm, **literals: str) -> Json:
    """An offer of one line in which fields hold these pieces of JSON."""
    body = json.dumps(crm.envelope(an_accepted_offer(lines=[a_line() | {name: f"@{name}@" for name in literals}])))
    for name, literal in literals.items():
        body = body.replace(f'"@{name}@"', literal)
    return await crm.publish_body(body.encode())


@pytest.mark.parametrize("literal", ['"0.10000001"', "0.10000001"])
async def test_a_price_is_kept_to_the_last_of_its_eight_decimals(crm: Crm, orders: Orders, literal: str) -> None:
    order = await orders.of(await raw_offer(crm, unit_price=literal, quantity="1"))

    assert order["lines"][0]["unit_price"] == "0.10000001"


@pytest.mark.parametrize("literal", ['"123456789012345678.12345678"', "123456789012345678.12345678"])
async def test_eighteen_digits_before_the_point_survive(crm: Crm, orders: Orders, literal: str) -> None:
    order = await orders.of(await raw_offer(crm, unit_price=literal, quantity="1"))

    assert order["lines"][0]["unit_price"] == "123456789012345678.12345678"
    assert order["lines"][0]["net"] == "123456789012345678.12"


@pytest.mark.parametrize("literal", ["2.675", '"2.675"'])
async def test_half_a_cent_rounds_up_whatever_a_binary_float_would_say(crm: Crm, orders: Orders, literal: str) -> None:
    order = await orders.of(await raw_offer(crm, unit_price=literal, quantity="1"))

    assert order["totals"]["goods"] == "2.68"


@pytest.mark.parametrize(
    "literal", ['"1e2"', '" 1"', '"1,5"', '"+1"', '".5"', '"0x1"', "0.123456789", "1234567890123456789", "true"]
)
async def test_a_number_in_any_other_notation_is_refused_at_its_place(crm: Crm, literal: str) -> None:
    answer = await raw_offer(crm, unit_price=literal)

    assert answer["outcome"] == "refused"
    [reason] = answer["reasons"]
    assert (reason["code"], reason["path"]) == ("invalid", "/offers/0/lines/0/unit_price")


@pytest.mark.parametrize(("literal", "price"), [("1e2", "100"), ("1.50E+1", "15"), ("1e-8", "0.00000001")])
async def test_a_json_number_with_an_exponent_is_read_exactly_too(
    crm: Crm, orders: Orders, literal: str, price: str
) -> None:
    order = await orders.of(await raw_offer(crm, unit_price=literal))

    assert order["lines"][0]["unit_price"] == price


async def test_prices_and_quantities_go_out_without_trailing_zeros_and_money_with_those_of_its_currency(
    crm: Crm, orders: Orders
) -> None:
    order = await orders.of(await raw_offer(crm, unit_price='"4300.00"', quantity="10.000", line="1.50"))

    [line] = order["lines"]
    assert (line["line"], line["quantity"], line["unit_price"]) == ("1.5", "10", "4300")
    assert (line["net"], order["totals"]["total"]) == ("43000.00", "52460.00")


async def test_a_currency_without_decimals_has_none_in_its_money(crm: Crm, orders: Orders) -> None:
    order = await orders.of(await crm.publish(an_accepted_offer(customer="C2", lines=[a_line(unit_price="10.05")])))

    assert (order["currency"], order["totals"]["goods"], order["totals"]["total"]) == ("JPY", "101", "123")
