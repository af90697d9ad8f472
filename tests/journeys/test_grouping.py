"""Which offers of one message share an order, and what its header says then (§2.5)."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Crm, Orders
from given import a_customer, a_destination, a_line, a_note, accepted, an_offer, grouping
from house import HouseOf

Json = dict[str, Any]

PARTING: list[tuple[str, Json, Json]] = [
    ("document_type", {"type": "OFF"}, {"type": "OFFER2"}),
    ("year", {"date": "2025-12-31"}, {"date": "2026-01-01"}),
    ("month", {"date": "2026-01-31"}, {"date": "2026-02-01"}),
    ("exchange", {"exchange_rate": "7.46", "currency": "DKK"}, {"exchange_rate": "7.47", "currency": "DKK"}),
    ("project", {"project": "P1"}, {"project": "P2"}),
    ("payment", {"payments": [{"type": "TRANSFER", "solution": "30EOM"}]}, {"payments": []}),
    ("destination", {"destination": "NORTH"}, {"destination": "SOUTH"}),
    ("destination", {"destination": "NORTH", "carrier": "DHL"}, {"destination": "NORTH", "carrier": "UPS"}),
]
"""A flag and two offers that it parts."""

ALL_FLAGS = {flag: True for flag, _, _ in PARTING}


async def customer(crm: Crm, **fields: Any) -> str:
    """A customer with two destinations, known under a code of their own."""
    recipients = [{"code": "R", "default": True, "destinations": [a_destination("NORTH"), a_destination("SOUTH")]}]
    code = f"G{crm.source}"
    await crm.register("customer", code, a_customer(recipients=recipients) | fields)
    return code


async def of_two(crm: Crm, code: str, one: Json, other: Json, **fields: Any) -> Json:
    offers = [an_offer(number=number, customer=code, **given) for number, given in (("ONE", one), ("OTHER", other))]
    return await crm.publish(accepted(*offers, **fields))


async def test_without_summary_every_offer_is_an_order_of_its_own(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(**ALL_FLAGS | {"summary": False}))

    assert len(await orders.each_of(await of_two(crm, code, {}, {}))) == 2


@pytest.mark.parametrize(("flag", "one", "other"), PARTING)
async def test_a_flag_parts_offers_that_differ_in_it(
    crm: Crm, orders: Orders, flag: str, one: Json, other: Json
) -> None:
    flags = {"year": True, flag: True} if flag == "month" else {flag: True}
    code = await customer(crm, grouping=grouping(**flags))

    assert len(await orders.each_of(await of_two(crm, code, one, other))) == 2


@pytest.mark.parametrize(("flag", "one", "other"), PARTING)
async def test_without_the_flag_they_are_one_order(crm: Crm, orders: Orders, flag: str, one: Json, other: Json) -> None:
    flags = {name: on for name, on in ALL_FLAGS.items() if name != flag and not (flag == "year" and name == "month")}
    flags |= {"month": False} if flag in {"month", "year"} else {}
    code = await customer(crm, grouping=grouping(**flags))

    assert len(await orders.each_of(await of_two(crm, code, one, other))) == 1


async def test_with_every_flag_on_equal_offers_are_one_order(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(**ALL_FLAGS))

    assert len(await orders.each_of(await of_two(crm, code, {}, {}))) == 1


@pytest.mark.parametrize(
    "other",
    [{"currency": "DKK"}, {"type": "SURE"}, {"customer": "NEIGHBOUR"}],
    ids=["currency", "order type", "customer"],
)
async def test_currency_order_type_and_customer_always_part(crm: Crm, orders: Orders, other: Json) -> None:
    await crm.register("customer", "NEIGHBOUR", a_customer(grouping=grouping()))
    code = await customer(crm, grouping=grouping())
    offers = [an_offer(number="ONE", customer=code), an_offer(**{"number": "OTHER", "customer": code} | other)]

    assert len(await orders.each_of(await crm.publish(accepted(*offers)))) == 2


async def test_a_rate_given_is_the_same_as_the_same_rate_registered(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(exchange=True))
    given, registered = {"currency": "DKK", "exchange_rate": "7.46"}, {"currency": "DKK"}

    assert len(await orders.each_of(await of_two(crm, code, given, registered))) == 1


async def test_the_customers_row_replaces_the_general_one_whole(another_house: HouseOf) -> None:
    house = await another_house(grouping="[offers]\nsummary = true\nproject = true\n")
    crm = await house.crm()
    orders = Orders(house.database, crm)
    general, own = "GENERAL", "OWN"
    await crm.register("customer", general, a_customer())
    await crm.register("customer", own, a_customer(grouping=grouping()))
    by_general = await of_two(crm, general, {"project": "P1"}, {"project": "P2"})
    offers = [an_offer(number=f"{n}", customer=own, project=f"P{n}") for n in (3, 4)]

    assert len(await orders.each_of(by_general)) == 2
    assert len(await orders.each_of(await crm.publish(accepted(*offers)))) == 1


async def test_without_any_grouping_configured_nothing_is_joined(crm: Crm, orders: Orders) -> None:
    assert len(await orders.each_of(await of_two(crm, "C2", {}, {}))) == 2


async def test_one_source_keeps_its_line_numbers(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping())
    lines = [a_line("10"), a_line("2.5"), a_note("7")]
    order = await orders.of(await crm.publish(accepted(an_offer(customer=code, lines=lines))))

    assert [line["line"] for line in order["lines"]] == ["10", "2.5", "7"]


async def test_the_lines_of_several_sources_are_renumbered_in_message_order_and_name_their_origin(
    crm: Crm, orders: Orders
) -> None:
    code = await customer(crm, grouping=grouping())
    lines = {"lines": [a_line("10"), a_line("2.5")]}
    order = await orders.of(await of_two(crm, code, lines, lines))

    assert [line["line"] for line in order["lines"]] == ["1", "2", "3", "4"]
    assert [(line["origin"]["number"], line["origin"]["line"]) for line in order["lines"]] == [
        ("ONE", "10"),
        ("ONE", "2.5"),
        ("OTHER", "10"),
        ("OTHER", "2.5"),
    ]
    assert [origin["number"] for origin in order["origin"]] == ["ONE", "OTHER"]


async def test_groups_that_interleave_keep_message_order(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(project=True))
    offers = [an_offer(number=f"{n}", customer=code, project=f"P{n % 2}") for n in range(5)]
    made = await orders.each_of(await crm.publish(accepted(*offers)))

    assert [[origin["number"] for origin in order["origin"]] for order in made] == [["0", "2", "4"], ["1", "3"]]


async def test_the_header_of_several_sources_is_the_registrys(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(), language="da", shipping="SEA", carrier="DHL")
    own = {
        "our_reference": "us",
        "your_reference": "you",
        "customer_order": {"number": "PO"},
        "notes": "a",
        "final_notes": "b",
        "language": "en",
        "shipping": "AIR",
        "project": "P1",
    }
    order = await orders.of(await of_two(crm, code, own, own))

    dropped = ("our_reference", "your_reference", "customer_order", "notes", "final_notes", "project")
    assert [order[name] for name in dropped] == [None] * 6
    assert (order["language"], order["shipping"], order["carrier"]) == ("da", "SEA", "DHL")


async def test_the_header_of_a_single_source_is_its_own_even_where_grouping_is_on(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(), language="da")
    own = {"our_reference": "us", "customer_order": {"number": "PO", "date": "2026-03-01"}, "language": "en"}
    order = await orders.of(await crm.publish(accepted(an_offer(customer=code, **own))))

    assert (order["our_reference"], order["language"]) == ("us", "en")
    assert order["customer_order"] == {"number": "PO", "date": "2026-03-01"}


async def test_what_offers_were_grouped_by_is_carried_into_the_header(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(project=True, payment=True, destination=True))
    own = {"project": "P1", "destination": "SOUTH", "payments": [{"type": "TRANSFER", "solution": "30EOM"}]}
    order = await orders.of(await of_two(crm, code, own, own))

    assert (order["project"], order["destination"]["code"]) == ("P1", "SOUTH")
    assert [payment["solution"] for payment in order["payments"]] == ["30EOM"]


async def test_a_group_by_exchange_keeps_the_offers_rate(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping(exchange=True))
    own = {"currency": "DKK", "exchange_rate": "7.5"}

    assert (await orders.of(await of_two(crm, code, own, own)))["exchange_rate"] == "7.5"


async def test_expenses_of_one_type_are_summed_and_percents_become_amounts(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping())
    one = {"expenses": [{"type": "FREIGHT", "amount": "20"}]}
    other = {"expenses": [{"type": "FREIGHT", "percent": "10"}]}
    order = await orders.of(await of_two(crm, code, one, other))

    assert [(expense["type"], expense["amount"]) for expense in order["expenses"]] == [("FREIGHT", "30.00")]


async def test_final_discounts_of_a_source_reach_its_own_lines_alone(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping())
    order = await orders.of(await of_two(crm, code, {"final_discounts": "10"}, {}))

    assert [line["final_discount"] for line in order["lines"]] == ["10.00", "0.00"]
    assert order["totals"]["net"] == "190.00"


async def test_line_prices_stand_as_each_offer_promised_them(crm: Crm, orders: Orders) -> None:
    code = await customer(crm, grouping=grouping())
    cheap, dear = {"lines": [a_line(unit_price="1")]}, {"lines": [a_line(unit_price="2")], "discounts": "50"}
    order = await orders.of(await of_two(crm, code, cheap, dear))

    assert [line["net"] for line in order["lines"]] == ["10.00", "10.00"]


async def test_one_supplied_number_cannot_serve_two_orders(crm: Crm) -> None:
    code = await customer(crm)
    answer = await of_two(crm, code, {"type": "OUTSIDE"}, {"type": "OUTSIDE"}, order_number=150)

    assert [(reason["code"], reason["path"]) for reason in answer["reasons"]] == [("invalid", "/order_number")]
