"""What an order is made of: line kinds, header, dates, warnings, what is kept and what is resolved (§1, §2.3)."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Crm, Orders
from given import a_customer, a_destination, a_line, a_note, an_accepted_offer, an_uncoded_line
from given_configuration import with_parameters
from house import HouseOf

Json = dict[str, Any]


async def enter(crm: Crm, orders: Orders, *lines: Json, **fields: Any) -> Json:
    """The order of an offer of these lines."""
    given = {"lines": list(lines)} if lines else {}
    return await orders.of(await crm.publish(an_accepted_offer(**given | fields)))


async def test_an_offer_keeps_price_discounts_rate_and_terms_and_takes_warehouse_and_number_from_its_type(
    crm: Crm, orders: Orders
) -> None:
    promised = {
        "currency": "DKK",
        "exchange_rate": "8",
        "discounts": "10",
        "payments": [{"type": "TRANSFER", "solution": "AT_ONCE"}],
        "notes": "as agreed",
        "shipping": "AIR",
        "carrier": "UPS",
        "delivery_on": "2026-04-01",
    }
    order = await enter(crm, orders, a_line(unit_price="3"), **promised)

    assert {name: order[name] for name in ("currency", "exchange_rate", "notes", "shipping", "carrier")} == {
        name: promised[name] for name in ("currency", "exchange_rate", "notes", "shipping", "carrier")
    }
    [line] = order["lines"]
    assert (line["unit_price"], line["discount"], line["delivery_on"]) == ("3", "3.00", "2026-04-01")
    assert (line["warehouse"], line["warehouse_reason"], order["numbering"]) == ("MAIN", "SALE", "ORD")


async def test_what_the_offer_leaves_out_comes_from_the_customer(crm: Crm, orders: Orders) -> None:
    recipients = [{"code": "R", "default": True, "destinations": [a_destination("D", default=True, carrier="DHL")]}]
    entry = a_customer(
        currency="DKK",
        language="da",
        shipping="SEA",
        recipients=recipients,
        payments=[{"type": "TRANSFER", "solution": "30EOM", "percent": "100"}],
        agents=[
            {"agent": "P1", "commission_percent": "5"},
            {"agent": "P2"},
            {"agent": "OLD", "valid_to": "2026-01-01"},
        ],
    )
    await crm.register("customer", "FULL", entry)
    order = await enter(crm, orders, customer="FULL")

    assert {name: order[name] for name in ("currency", "exchange_rate", "language", "shipping", "recipient")} == {
        "currency": "DKK",
        "exchange_rate": "7.46",
        "language": "da",
        "shipping": "SEA",
        "recipient": "R",
    }
    assert (order["destination"]["code"], order["carrier"]) == ("D", "DHL")
    assert order["agents"] == [
        {"agent": "P1", "commission_percent": "5"},
        {"agent": "P2", "commission_percent": None},
    ]
    assert [due["date"] for due in order["due_dates"]] == ["2026-04-30"]


async def test_a_commission_left_out_is_the_customers_null_is_none_and_0_is_nothing(crm: Crm, orders: Orders) -> None:
    await crm.register("customer", "AGENTS", a_customer(agents=[{"agent": "P1", "commission_percent": "5"}]))
    given = [
        [{"agent": "P1"}],
        [{"agent": "P1", "commission_percent": None}],
        [{"agent": "P1", "commission_percent": 0}],
    ]
    made = [await enter(crm, orders, customer="AGENTS", number=f"{n}", agents=one) for n, one in enumerate(given)]

    assert [order["agents"][0]["commission_percent"] for order in made] == ["5", None, "0"]


async def test_an_address_of_its_own_is_a_destination(crm: Crm, orders: Orders) -> None:
    address = {"name": "Site", "street": "Road 1", "postal_code": "1000", "city": "Oslo", "country": "NO"}
    order = await enter(crm, orders, destination=address)

    assert order["destination"] == {"code": None, "address": address | {"region": None}}


async def test_every_kind_of_line_counts_where_it_belongs(crm: Crm, orders: Orders) -> None:
    lines = [
        a_line(1),
        an_uncoded_line(2, unit_price="5"),
        a_line(3, kind="charge", item=None, description="Assembly", quantity="1", unit_price="30", vat_code="S22"),
        a_note(4),
        a_line(5, kind="giveaway", quantity="1"),
    ]
    order = await enter(crm, orders, *lines)

    assert [line["kind"] for line in order["lines"]] == ["item", "uncoded", "charge", "note", "giveaway"]
    assert [line["warehouse"] for line in order["lines"]] == ["MAIN", None, None, None, "MAIN"]
    totals = order["totals"]
    assert (totals["goods"], totals["charges"], totals["giveaways"]) == ("150.00", "30.00", "10.00")
    assert (totals["net"], totals["vat"], totals["total"]) == ("180.00", "39.60", "219.60")


async def test_a_note_has_neither_quantity_nor_price(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, a_line(), a_note(2, text="Two\nlines"))

    note = order["lines"][1]
    assert (note["description"], note["quantity"], note["unit_price"], note["net"]) == (
        "Two\nlines",
        None,
        None,
        "0.00",
    )


async def test_a_charge_may_be_negative(crm: Crm, orders: Orders) -> None:
    rebate = a_line(2, kind="charge", item=None, description="Rebate", quantity="1", unit_price="-20", vat_code="S22")

    assert (await enter(crm, orders, a_line(), rebate))["totals"]["net"] == "80.00"


async def test_a_negative_total_is_refused(crm: Crm) -> None:
    rebate = a_line(2, kind="charge", item=None, description="Rebate", quantity="1", unit_price="-200", vat_code="S22")
    answer = await crm.publish(an_accepted_offer(lines=[a_line(), rebate]))

    assert (answer["outcome"], [reason["code"] for reason in answer["reasons"]]) == ("refused", ["invalid"])


async def test_an_omitted_price_is_the_items_selling_price_in_the_orders_currency(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, a_line(item="A2", unit_price=None), currency="DKK", exchange_rate="7.46")

    assert order["lines"][0]["unit_price"] == "55.95"


async def test_an_omitted_quantity_is_the_economic_lot_else_1(crm: Crm, orders: Orders) -> None:
    await crm.register("customer", "LOTS", a_customer(items=[{"item": "A1", "economic_lot": "25"}]))
    lines = [a_line(1, quantity=None), a_line(2, item="A2", quantity=None)]
    order = await enter(crm, orders, *lines, customer="LOTS")

    assert [line["quantity"] for line in order["lines"]] == ["25", "1"]


async def test_an_item_is_described_in_the_customers_language_and_measured_in_its_own_unit(
    crm: Crm, orders: Orders
) -> None:
    await crm.register("customer", "DANE", a_customer(language="da"))
    order = await enter(crm, orders, a_line(item="A2"), a_line(2, item="A2", description="Own words"), customer="DANE")

    assert [(line["description"], line["uom"]) for line in order["lines"]] == [("Pensel", "EA"), ("Own words", "EA")]


async def test_an_item_is_found_by_barcode_and_by_the_customers_own_code(crm: Crm, orders: Orders) -> None:
    await crm.register(
        "item", "CODED", {"description": "Glue", "uom": "EA", "vat_code": "S22", "barcodes": ["4006381"]}
    )
    await crm.register("customer", "CODES", a_customer(items=[{"item": "CODED", "customer_item": "K-1"}]))
    lines = [a_line(1, item=None, barcode="4006381"), a_line(2, item=None, customer_item="K-1")]
    order = await enter(crm, orders, *lines, customer="CODES")

    assert [line["item"] for line in order["lines"]] == ["CODED", "CODED"]


async def test_the_customers_vat_code_comes_before_the_items(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, a_line(1, item="B1"), a_line(2, item="B1", vat_code="S10"))

    assert [line["vat_code"] for line in order["lines"]] == ["S22", "S10"]


async def test_every_line_names_its_offer_with_the_offers_own_date(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, number="OF-9", date="2026-02-01", version=3)

    assert order["lines"][0]["origin"] == {
        "kind": "offer",
        "source": crm.source,
        "type": "OFF",
        "number": "OF-9",
        "version": 3,
        "date": "2026-02-01",
        "line": "1",
    }


async def test_an_offer_known_in_the_whole_company_is_the_same_of_every_source(another_house: HouseOf) -> None:
    house = await another_house(parameters=with_parameters('offer_identity = "company"\n'))
    first, second = await house.crm(), await house.crm()
    made = await first.publish(an_accepted_offer())
    again = await second.publish(an_accepted_offer())

    assert again["outcome"] == "duplicate"
    assert [order["number"] for order in again["orders"]] == [order["number"] for order in made["orders"]]


@pytest.mark.parametrize(("policy", "stage"), [("hold", "blocked"), ("accept", "entered")])
async def test_a_missing_price_holds_or_passes_as_configured(another_house: HouseOf, policy: str, stage: str) -> None:
    house = await another_house(parameters=with_parameters(f'missing_price = "{policy}"\n'))
    crm = await house.crm()
    order = await enter(crm, Orders(house.database, crm), a_line(unit_price=None))

    assert (order["stage"], order["lines"][0]["unit_price"]) == (stage, "0")
    assert [hold["kind"] for hold in order["holds"]] == (["price"] if policy == "hold" else [])


async def test_a_second_use_of_the_customers_own_order_number_warns(crm: Crm, orders: Orders) -> None:
    own = {"number": "PO-7", "date": "2026-03-01"}
    entered = [await enter(crm, orders, number=number, customer_order=own) for number in ("OWN-1", "OWN-2")]

    assert [[warning["code"] for warning in order["warnings"]] for order in entered] == [
        [],
        ["customer_order_repeated"],
    ]
