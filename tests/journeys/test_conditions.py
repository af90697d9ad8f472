"""Conditions with figures that others published, through the whole of the adapter (§4, §5, §6, §8)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from actors import REGISTRY_CHANGED, Crm, Json, Orders, until
from given import Data, a_customer, a_line, a_registry_change, accepted, an_item, an_offer
from house import House

from adapter.domain.decision import RegistryChange
from adapter.intake.addressing import read_message
from adapter.intake.overlay import Overlay
from adapter.intake.simulating import Simulated, Simulating
from adapter.messaging.decoding import Limits
from handlers.queues import HANDLERS

TIERS = [("100", "10"), ("120", "9"), ("140", "8"), ("160", "7")]
FREIGHT = [{"type": "FREIGHT", "percent": "2", "minimum": "30"}]
LINES: list[Data] = [
    {"item": "TIERS", "uom": "EA", "price": "11", "quantity_prices": [{"from": f, "price": p} for f, p in TIERS]},
    {"item": "STEPS", "uom": "EA", "price": "100", "quantity_discounts": [
        {"from": "2", "discounts": "7"}, {"from": "3", "discounts": "10"}]},
    {"item": "WORTH", "uom": "EA", "price": "10", "value_discounts": [
        {"from": "100", "discounts": "2"}, {"from": "200", "discounts": "4"}, {"from": "300", "discounts": "6"}]},
    {"item": "BOXED", "uom": "EA", "price": "10"},
    {"item": "HUNDRED", "uom": "EA", "price": "250", "reference_quantity": "1000"},
]  # fmt: skip
REGISTRY: list[tuple[str, str, Data]] = [
    *(("item", line["item"], an_item()) for line in LINES if line["item"] != "BOXED"),
    ("item", "BOXED", an_item(uoms=[{"uom": "BOX", "factor": "5"}], barcodes=["4006381333931"])),
    ("uom", "BOX", {"decimals": 0}),
    ("price_list", "NET/*/EUR/2020-01-01", {"lines": LINES}),
    ("customer", "BUYER", a_customer(
        price_lists=[{"type": "NET", "default": True}],
        items=[{"item": "BOXED", "customer_item": "THEIRS", "economic_lot": "20"}])),
    ("customer", "FREIGHTED", a_customer(expenses=FREIGHT)),
]  # fmt: skip


@pytest.fixture
def simulating(house: House) -> Simulating:
    overlay = Overlay()
    overlay.lay(RegistryChange(kind, key, 1, entry) for kind, key, entry in REGISTRY)
    business = house.adapter.business
    switched = replace(business.parameters, barcodes=True, customer_items=True)
    return Simulating(house.adapter.database, replace(business, parameters=switched), overlay)


async def simulated(simulating: Simulating, crm: Crm, **offer: Any) -> Simulated:
    data = accepted(an_offer(**offer), orders_dated="2026-06-15")
    body = json.dumps(crm.envelope(data, "offer.accepted.v1")).encode()
    [one] = await simulating.simulate([read_message(body, HANDLERS, Limits())])
    return one


async def the_order(simulating: Simulating, crm: Crm, **offer: Any) -> Json:
    [order] = (await simulated(simulating, crm, **offer)).orders
    return order


def resolved(**fields: Any) -> Data:
    """A line whose price is left to the adapter."""
    return a_line(**{"unit_price": None} | fields)


@pytest.mark.parametrize(
    ("item", "quantity", "unit_price", "net"),
    [
        # Fluentis, price lists: 100 → 10, 120 → 9, 140 → 8, 160 → 7; 119 → 10 and 120 → 9 (§4.5).
        ("TIERS", "99", "11", "1089.00"),
        ("TIERS", "100", "10", "1000.00"),
        ("TIERS", "119", "10", "1190.00"),
        ("TIERS", "120", "9", "1080.00"),
        ("TIERS", "160", "7", "1120.00"),
        # 2 → 7 %, 3 → 10 %: exactly 2 gives 7 %.
        ("STEPS", "1", "100", "100.00"),
        ("STEPS", "2", "100", "186.00"),
        ("STEPS", "3", "100", "270.00"),
        # Value 100 → 2 %, 200 → 4 %, 300 → 6 %, inclusive.
        ("WORTH", "9", "10", "90.00"),
        ("WORTH", "10", "10", "98.00"),
        ("WORTH", "20", "10", "192.00"),
        ("WORTH", "30", "10", "282.00"),
        # The reference quantity divides the price.
        ("HUNDRED", "1500", "0.25", "375.00"),
    ],
)
async def test_published_thresholds_are_inclusive(
    simulating: Simulating, crm: Crm, item: str, quantity: str, unit_price: str, net: str
) -> None:
    order = await the_order(simulating, crm, customer="BUYER", lines=[resolved(item=item, quantity=quantity)])

    assert (order["lines"][0]["unit_price"], order["lines"][0]["net"]) == (unit_price, net)


@pytest.mark.parametrize(
    ("price", "quantity", "discounts", "net"),
    [
        ("100", "1", "50+10+5", "42.75"),  # Fluentis, discount widget (§5.2)
        ("200", "1", "10-5", "189.00"),  # 200 → 180 → 189 (§5.3)
        ("1000", "1", "-600#+300#", "1300.00"),  # contract 3
        ("200", "3", "5#", "595.00"),  # per line (C9)
        ("200", "3", [{"amount": "5", "per": "unit"}], "585.00"),
        ("1000", "1", [{"percent": "10"}, {"percent": "3", "application": "on_amount"}], "873.00"),  # parameter off
    ],
)
async def test_published_cascades(
    simulating: Simulating, crm: Crm, price: str, quantity: str, discounts: Any, net: str
) -> None:
    line = a_line(unit_price=price, quantity=quantity, discounts=discounts)

    assert (await the_order(simulating, crm, lines=[line]))["lines"][0]["net"] == net


async def test_the_published_expense_of_fifty_goes_by_the_net_that_is_transferred(
    simulating: Simulating, crm: Crm
) -> None:
    """§6.4: 50 on an offer of net 1000, 600 of it transferred: 30."""
    line = a_line(unit_price="100", accepted_quantity="6")

    order = await the_order(simulating, crm, lines=[line], expenses=[{"type": "FREIGHT", "amount": "50"}])

    assert order["totals"]["expenses"] == "30.00"


@pytest.mark.parametrize(("price", "expenses"), [("1000", "30.00"), ("1500", "30.00"), ("2000", "40.00")])
async def test_a_percent_expense_is_at_least_its_minimum(
    simulating: Simulating, crm: Crm, price: str, expenses: str
) -> None:
    """§6.4, minimum spend value: 2 %, at least 30."""
    lines = [a_line(quantity="1", unit_price=price)]

    assert (await the_order(simulating, crm, customer="FREIGHTED", lines=lines))["totals"]["expenses"] == expenses


async def test_a_quantity_that_is_left_out_is_the_lot_in_the_unit_of_the_line_and_explained(
    simulating: Simulating, crm: Crm
) -> None:
    one = await simulated(
        simulating, crm, customer="BUYER", lines=[resolved(item=None, customer_item="THEIRS", quantity=None, uom="BOX")]
    )

    assert [one.orders[0]["lines"][0][name] for name in ("item", "quantity", "unit_price")] == ["BOXED", "4", "50"]
    told = {entry["field"]: entry["won"]["rule"] for entry in one.explanation if entry["line"] == "1"}
    assert (told["item"], told["quantity"]) == ("customer_item", "economic_lot")


async def test_an_item_found_by_its_barcode_is_explained_by_it(simulating: Simulating, crm: Crm) -> None:
    one = await simulated(
        simulating, crm, customer="BUYER", lines=[resolved(item=None, barcode="4006381333931", quantity="1")]
    )

    told = next(entry for entry in one.explanation if entry["field"] == "item")
    assert (told["value"], told["won"]["rule"], told["won"]["revision"]) == ("BOXED", "barcode", 1)


async def test_an_order_in_a_unit_that_the_item_gets_later_waits_for_it(crm: Crm, orders: Orders) -> None:
    """Without the unit there can be no price either: only what can be cured is told, so the message comes back."""
    item = f"LATE-{crm.source}"
    await crm.publish(a_registry_change("item", item, an_item(selling_price="2")), REGISTRY_CHANGED)
    offer = an_offer(number="WAITS", lines=[resolved(item=item, quantity="3", uom="KG")])

    answer = await crm.publish(accepted(offer))
    grown = an_item(selling_price="2", uoms=[{"uom": "KG", "factor": "4"}])
    await crm.publish(a_registry_change("item", item, grown, 2), REGISTRY_CHANGED)

    assert (answer["outcome"], [one["code"] for one in answer["reasons"]]) == ("parked", ["unknown_code"])

    async def made() -> bool:
        return await orders.count() == 1

    await until(made)
    [order] = await orders.all()
    assert order["lines"][0]["unit_price"] == "8"


async def test_what_was_explained_stays_when_the_registries_change(house: House, crm: Crm, orders: Orders) -> None:
    """Years later and without recomputing: the revisions are those of the day."""
    item = f"OLD-{crm.source}"
    await crm.publish(a_registry_change("item", item, an_item(selling_price="2")), REGISTRY_CHANGED)
    answer = await crm.publish(accepted(an_offer(number="OLD", lines=[resolved(item=item, discounts="10")])))
    before = await _explanation(house, answer)
    await crm.publish(a_registry_change("item", item, None, 2), REGISTRY_CHANGED)

    assert await _explanation(house, answer) == before
    assert [["2 × 10", "20"], ["10 % of 20", "2"], ["rounded, half_up", "2.00"]] in [entry[-1] for entry in before]


async def _explanation(house: House, answer: Json) -> list[Any]:
    [order] = answer["orders"]
    stored = await house.database.fetchval("SELECT explanation FROM orders WHERE number = $1", order["number"])
    explained: list[Any] = json.loads(stored)
    return explained
