"""Which day an order is dated, and what of the offer's days only warns (contract 3, *Order date*)."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from actors import Crm, Orders
from given import DAY, a_customer, a_line, accepted, an_accepted_offer, an_offer
from given_configuration import with_parameters
from house import HouseOf

Json = dict[str, Any]


async def enter(crm: Crm, orders: Orders, *lines: Json, **fields: Any) -> Json:
    """The order of an offer of these lines."""
    given = {"lines": list(lines)} if lines else {}
    return await orders.of(await crm.publish(an_accepted_offer(**given | fields)))


def warned(order: Json) -> list[tuple[str, str | None]]:
    return [(warning["code"], warning["line"]) for warning in order["warnings"]]


async def test_the_order_is_dated_by_the_latest_acceptance(crm: Crm, orders: Orders) -> None:
    await crm.register("customer", "JOINED", a_customer(grouping={"offers": {"summary": True}}))
    offers = [an_offer(number=day, customer="JOINED", confirmed_on=day) for day in ("2026-03-12", "2026-03-11")]

    assert (await orders.of(await crm.publish(accepted(*offers))))["date"] == "2026-03-12"


async def test_orders_dated_comes_before_every_other_date(crm: Crm, orders: Orders) -> None:
    order = await orders.of(await crm.publish(an_accepted_offer(type="CLOCK") | {"orders_dated": "2026-05-05"}))

    assert order["date"] == "2026-05-05"


async def test_an_order_of_a_type_by_processing_is_dated_today(crm: Crm, orders: Orders) -> None:
    before = datetime.datetime.now(datetime.UTC).date()
    order = await enter(crm, orders, type="CLOCK")

    assert before <= datetime.date.fromisoformat(order["date"]) <= datetime.datetime.now(datetime.UTC).date()


async def test_today_is_that_of_the_configured_time_zone(another_house: HouseOf) -> None:
    zone = "Pacific/Kiritimati" if datetime.datetime.now(datetime.UTC).hour >= 10 else "Pacific/Pago_Pago"
    house = await another_house(parameters=with_parameters(f'time_zone = "{zone}"\n'))
    crm = await house.crm()
    order = await enter(crm, Orders(house.database, crm), type="CLOCK")

    assert order["date"] == datetime.datetime.now(ZoneInfo(zone)).date().isoformat()
    assert order["date"] != datetime.datetime.now(datetime.UTC).date().isoformat()


@pytest.mark.parametrize("field", ["valid_until", "closed_on", "delivery_on"])
async def test_a_date_that_has_passed_only_warns(crm: Crm, orders: Orders, field: str) -> None:
    assert len(warned(await enter(crm, orders, **{field: "2026-03-09"}))) == 1


@pytest.mark.parametrize("field", ["valid_until", "closed_on", "delivery_on"])
async def test_the_order_date_itself_has_not_passed(crm: Crm, orders: Orders, field: str) -> None:
    assert warned(await enter(crm, orders, **{field: DAY})) == []


async def test_a_line_delivered_in_the_past_is_warned_of_by_its_number(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, a_line(1), a_line("2.5", delivery_on="2026-03-09"))

    assert warned(order) == [("delivery_in_past", "2.5")]


async def test_an_item_that_is_running_out_warns(crm: Crm, orders: Orders) -> None:
    await crm.register("item", "LAST", {"description": "Last", "uom": "EA", "vat_code": "S22", "running_out_on": DAY})

    assert warned(await enter(crm, orders, a_line(item="LAST"))) == [("running_out", "1")]


@pytest.mark.parametrize(("cancelled_on", "outcome"), [("2026-03-10", "refused"), ("2026-03-11", "created")])
async def test_an_offer_cancelled_on_or_before_the_order_date_is_refused(
    crm: Crm, cancelled_on: str, outcome: str
) -> None:
    answer = await crm.publish(an_accepted_offer(cancelled_on=cancelled_on))

    assert answer["outcome"] == outcome
    assert outcome == "created" or answer["reasons"][0]["code"] == "offer_cancelled"
