"""Supplier orders become customer orders, once, and what no longer agrees with them is told (contract 3, §3)."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from actors import SUPPLIER_ORDER_PLACED, Crm, Deliveries, Orders, until
from given import DAY, a_bought_line, a_customer, a_destination, an_item, placed
from given_configuration import ORDER_TYPES, with_parameters
from house import House, HouseOf
from running import running

from adapter.domain.decision import RegistryChange
from adapter.intake.addressing import read_message
from adapter.intake.overlay import Overlay
from adapter.intake.simulating import Simulating
from adapter.intake.stored_orders import StoredOrders
from adapter.messaging.decoding import Limits
from handlers.queues import HANDLERS
from schemas.events import SupplierOrderDiverged

Json = dict[str, Any]
ALL_FLOWS = ORDER_TYPES.replace(
    'code = "STD"\n', 'code = "STD"\nsupplier_flows = ["drop_ship", "on_demand", "intercompany"]\n'
)


async def place(crm: Crm, data: Json, **attributes: Any) -> Json:
    return await crm.publish(data, SUPPLIER_ORDER_PLACED, **attributes)


def codes(answer: Json) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


async def test_what_was_bought_becomes_an_order_at_our_price_with_its_cost(crm: Crm, orders: Orders) -> None:
    order = await orders.of(await place(crm, placed(our_reference="O-1", notes="Ring twice")))

    [line] = order["lines"]
    assert (order["customer"], order["date"], order["our_reference"], order["notes"]) == (
        "C1",
        DAY,
        "O-1",
        "Ring twice",
    )
    assert (line["unit_price"], line["net"]) == ("7.5", "75.00")
    assert line["cost"] == {
        "supplier": "S1",
        "unit_cost": "5",
        "total_cost": "50.00",
        "currency": "EUR",
        "origin": "supplier_order",
        "reference": "PO-1",
        "markup_percent": "50",
        "profit": "25.00",
    }
    assert order["origin"] == [
        {
            "kind": "supplier_order",
            "source": crm.source,
            "type": None,
            "number": "PO-1",
            "version": None,
            "date": DAY,
            "line": None,
        }
    ]


async def test_without_an_order_type_for_its_flow_it_parks(crm: Crm) -> None:
    answer = await place(crm, placed(order_type=None))

    assert (answer["outcome"], codes(answer)) == ("parked", ["order_type_unknown"])


async def test_the_customer_is_found_by_the_project_of_the_line(crm: Crm, orders: Orders) -> None:
    await crm.register("customer", f"P{crm.source}", a_customer())
    await crm.register("project", f"J{crm.source}", {"customer": f"P{crm.source}"})
    answer = await place(crm, placed(a_bought_line(project=f"J{crm.source}"), customer=None))

    assert (await orders.of(answer))["customer"] == f"P{crm.source}"


async def test_the_customer_is_found_by_his_company(crm: Crm, orders: Orders) -> None:
    await crm.register("customer", f"G{crm.source}", a_customer(companies=["OTHER", f"B{crm.source}"]))
    answer = await place(crm, placed(customer=None, issued_by=f"B{crm.source}"))

    assert (await orders.of(answer))["customer"] == f"G{crm.source}"


async def test_the_customer_is_found_by_his_destination(crm: Crm, orders: Orders) -> None:
    place_of = f"D{crm.source}"
    recipients = [{"code": "R1"}, {"code": "R2", "destinations": [a_destination("X"), a_destination(place_of)]}]
    await crm.register("customer", f"K{crm.source}", a_customer(recipients=recipients))
    order = await orders.of(await place(crm, placed(customer=None, destination=place_of)))

    assert (order["customer"], order["recipient"], order["destination"]["code"]) == (f"K{crm.source}", "R2", place_of)


async def test_a_company_that_has_moved_to_another_customer_is_found_there(crm: Crm, orders: Orders) -> None:
    company = f"B{crm.source}"
    await crm.register("customer", f"M1{crm.source}", a_customer(companies=[company]))
    await place(crm, placed(customer=None, issued_by=company))
    await crm.register("customer", f"M1{crm.source}", a_customer(), revision=2)
    await crm.register("customer", f"M2{crm.source}", a_customer(companies=[company]))
    answer = await place(crm, placed(number="PO-2", customer=None, issued_by=company))

    assert (await orders.of(answer))["customer"] == f"M2{crm.source}"


async def test_several_customers_of_a_company_park_with_the_candidates(crm: Crm) -> None:
    for code in ("T1", "T2"):
        await crm.register("customer", f"{code}{crm.source}", a_customer(companies=[f"B{crm.source}"]))
    answer = await place(crm, placed(customer=None, issued_by=f"B{crm.source}"))

    [reason] = answer["reasons"]
    assert (answer["outcome"], reason["code"]) == ("parked", "customer_undetermined")
    assert reason["candidates"] == [f"T1{crm.source}", f"T2{crm.source}"]


@pytest.mark.parametrize(
    ("says", "kind", "entry"),
    [
        ("project", "project", {"customer": "C1"}),
        ("issued_by", "customer", a_customer(companies=["KEY"])),
        ("destination", "customer", a_customer(recipients=[{"code": "R", "destinations": [{"code": "KEY"}]}])),
    ],
)
async def test_what_says_whose_it_is_may_come_later(
    crm: Crm, orders: Orders, says: str, kind: str, entry: Json
) -> None:
    key = f"L{crm.source}"
    given: Json = {"customer": None, says: key}
    parked = await place(crm, placed(**given))
    await crm.register(kind, key, json.loads(json.dumps(entry).replace("KEY", key)))
    await until(lambda: _made(orders))

    [order] = await orders.all()
    assert codes(parked) == ["customer_undetermined"]
    assert order["customer"] == ("C1" if kind == "project" else key)


async def _made(orders: Orders) -> bool:
    return await orders.count() == 1


async def test_an_item_may_be_named_by_its_supplier_and_come_later(crm: Crm, orders: Orders) -> None:
    code = f'I/"{crm.source}'
    line = a_bought_line(item=None, supplier_item=code, unit_price="3")
    parked = await place(crm, placed(line))
    await crm.register("item", f"N{crm.source}", an_item(suppliers=[{"supplier": "S1", "supplier_item": code}]))
    await until(lambda: _made(orders))

    [order] = await orders.all()
    assert codes(parked) == ["unknown_item"]
    assert order["lines"][0]["item"] == f"N{crm.source}"


async def test_one_supplier_order_for_several_customers_makes_an_order_each(crm: Crm, orders: Orders) -> None:
    await crm.register("customer", f"V{crm.source}", a_customer())
    lines = [a_bought_line(1), a_bought_line(2, customer=f"V{crm.source}"), a_bought_line(3, quantity="4")]
    expenses = [{"type": "FREIGHT", "amount": "24.00"}]
    first, second = await orders.each_of(await place(crm, placed(*lines, expenses=expenses)))

    assert [first["customer"], second["customer"]] == ["C1", f"V{crm.source}"]
    assert [line["line"] for line in first["lines"]] == ["1", "3"]
    assert [first["totals"]["expenses"], second["totals"]["expenses"]] == ["14.00", "10.00"]
    assert await links(orders, crm) == {(1, "10", "10"), (2, "10", "10"), (3, "4", "4")}


async def links(orders: Orders, crm: Crm) -> set[tuple[int, str, str]]:
    """Line, what was bought, what the links of it come to."""
    rows = await orders.database.fetch(
        "SELECT l.line, l.bought, l.linked, sum(k.quantity) AS sum FROM supplier_orders s"
        " JOIN supplier_order_lines l ON l.supplier_order_id = s.id"
        " JOIN supplier_order_links k ON k.supplier_order_id = s.id AND k.line = l.line"
        " JOIN order_lines o ON o.order_id = k.order_id AND o.line = k.order_line AND o.quantity = k.quantity"
        " WHERE s.source = $1 GROUP BY 1, 2, 3",
        crm.source,
    )
    assert [row["linked"] for row in rows] == [row["sum"] for row in rows]
    return {(int(row["line"]), f"{row['bought']:f}", f"{row['sum']:f}") for row in rows}


async def test_the_same_supplier_order_under_another_id_is_a_duplicate(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    first, second = await place(crm, placed()), await place(crm, placed(a_bought_line(quantity=10.0)))

    assert (second["outcome"], second["reasons"]) == ("duplicate", [])
    assert second["orders"] == [order | {"duplicate": True} for order in first["orders"]]
    assert await orders.count() == 1
    assert len(await warehouse.all()) == 1


async def test_the_same_number_of_another_source_is_another_supplier_order(house: House, crm: Crm) -> None:
    other = await house.crm()
    answers = [await place(sender, placed()) for sender in (crm, other)]

    assert [answer["outcome"] for answer in answers] == ["created", "created"]


async def test_other_content_alters_nothing_and_tells_the_differences(
    crm: Crm, orders: Orders, warehouse: Deliveries
) -> None:
    before = await orders.of(await place(crm, placed(a_bought_line(1), a_bought_line(2))))
    answer = await place(crm, placed(a_bought_line(1, quantity="12", unit_cost="4"), carrier="DHL"))

    differences = [
        {"path": "/supplier_order/carrier", "ordered": None, "now": "DHL"},
        {"path": "/supplier_order/lines/0/quantity", "ordered": "10", "now": "12"},
        {"path": "/supplier_order/lines/0/unit_cost", "ordered": "5", "now": "4"},
        {
            "path": "/supplier_order/lines",
            "ordered": {"line": "2", "item": "A2", "quantity": "10", "unit_cost": "5"},
            "now": None,
        },
    ]
    [event] = await warehouse.received("supplier-order.diverged")
    assert SupplierOrderDiverged.model_validate(event.data).orders[0].duplicate
    assert (answer["outcome"], codes(answer)) == ("duplicate", ["diverged"] * 4)
    assert [{name: reason[name] for name in ("path", "ordered", "now")} for reason in answer["reasons"]] == differences
    assert event.body["subject"] == "PO-1"
    assert event.data["supplier_order"] == {"number": "PO-1", "source": crm.source}
    assert (event.data["orders"], event.data["differences"]) == (answer["orders"], differences)
    assert event.data["caused_by"]["id"] == crm.sent[-1]
    assert await orders.all() == [before]


async def test_a_divergence_that_is_delivered_again_is_told_once(crm: Crm, warehouse: Deliveries) -> None:
    await place(crm, placed())
    answers = [await place(crm, placed(carrier="DHL"), id=f"again {crm.source}") for _ in range(2)]

    assert [codes(answer) for answer in answers] == [["diverged"], ["diverged"]]
    assert len(await warehouse.received("supplier-order.diverged")) == 1


async def test_a_refused_supplier_order_may_be_placed_again_under_another_id(crm: Crm) -> None:
    refused = await place(crm, placed(a_bought_line(item="A1")))
    answer = await place(crm, placed())

    assert (codes(refused), answer["outcome"]) == (["price_missing"], "created")


async def test_copies_that_race_for_one_supplier_order_never_link_more_than_was_bought(
    house: House, crm: Crm, orders: Orders
) -> None:
    async with running(house.settings), running(house.settings):
        tickets = [
            await crm.send(placed(a_bought_line(quantity=str(5 + n % 3))), SUPPLIER_ORDER_PLACED) for n in range(24)
        ]
        answers = await asyncio.gather(*(crm.answer(ticket) for ticket in tickets))

    outcomes = [answer["outcome"] for answer in answers]
    [made] = await orders.all()
    assert (outcomes.count("created"), outcomes.count("duplicate")) == (1, 23)
    assert {order["number"] for answer in answers for order in answer["orders"]} == {made["number"]}
    assert await links(orders, crm) == {(1, made["lines"][0]["quantity"], made["lines"][0]["quantity"])}
    assert sum(codes(answer) == ["diverged"] for answer in answers) == 16


async def test_the_database_itself_keeps_links_within_what_was_bought(crm: Crm, orders: Orders) -> None:
    await place(crm, placed())

    with pytest.raises(Exception, match="never_more_than_bought"):
        await orders.database.execute(
            "UPDATE supplier_order_lines SET linked = linked + 1 WHERE supplier_order_id ="
            " (SELECT id FROM supplier_orders WHERE source = $1)",
            crm.source,
        )


async def test_its_orders_are_weighed_against_the_credit_limit_and_reserve_it(crm: Crm, orders: Orders) -> None:
    code = f"L{crm.source}"
    await crm.register("customer", code, a_customer(credit={"limit": "150", "control": "block"}))
    await crm.register("project", code, {"customer": code})
    made = [
        await orders.of(await place(crm, placed(number=number, customer=None, project=code))) for number in ("1", "2")
    ]

    reserved = await orders.database.fetchval("SELECT reserved FROM credit_accounts WHERE code = $1", code)
    assert [order["stage"] for order in made] == ["entered", "blocked"]
    assert reserved == sum(Decimal(order["totals"]["total"]) for order in made)


async def test_a_disagreement_holds_the_order_where_that_is_the_rule(another_house: HouseOf) -> None:
    house = await another_house(parameters=with_parameters('agreement = "hold"'), order_types=ALL_FLOWS)
    crm = await house.crm()
    answer = await place(crm, placed(order_type=None, flow="intercompany"))
    order = await Orders(house.database, crm).of(answer)

    [hold] = order["holds"]
    assert (order["stage"], hold["kind"]) == ("blocked", "agreement")
    assert order["customer_order"] == {"number": "PO-1", "date": DAY}
    assert [(warning["code"], warning["line"]) for warning in order["warnings"]] == [("price_disagreement", "1")]


async def test_lines_are_parted_by_project_where_the_company_groups_so(another_house: HouseOf) -> None:
    house = await another_house(order_types=ALL_FLOWS, grouping="[supplier_orders]\nsummary = true\nproject = true\n")
    crm = await house.crm()
    lines = [a_bought_line(1, project="P1"), a_bought_line(2), a_bought_line(3, project="P1")]
    made = await Orders(house.database, crm).each_of(await place(crm, placed(*lines, flow="on_demand")))

    assert [[line["line"] for line in order["lines"]] for order in made] == [["1", "3"], ["2"]]


@pytest.fixture
def simulating(house: House) -> Simulating:
    return Simulating(house.adapter.database, house.adapter.business, Overlay())


async def simulated(simulating: Simulating, crm: Crm, *messages: Json) -> list[Any]:
    bodies = [json.dumps(crm.envelope(data, SUPPLIER_ORDER_PLACED)).encode() for data in messages]
    return await simulating.simulate([read_message(body, HANDLERS, Limits()) for body in bodies])


async def test_a_simulation_says_what_would_become_of_it_and_keeps_nothing(
    simulating: Simulating, crm: Crm, orders: Orders
) -> None:
    first, second, third = await simulated(simulating, crm, placed(), placed(), placed(carrier="DHL"))
    real = await orders.of(await place(crm, placed()))

    assert [one.handled.outcome for one in (first, second, third)] == ["created", "duplicate", "duplicate"]
    assert [event.type for event in third.events] == ["supplier-order.diverged"]
    assert first.orders == [real]


async def test_a_simulation_sees_what_was_placed_in_earnest(simulating: Simulating, crm: Crm) -> None:
    answer = await place(crm, placed())
    [one] = await simulated(simulating, crm, placed())

    assert (one.handled.outcome, [order.number for order in one.handled.orders]) == (
        "duplicate",
        [order["number"] for order in answer["orders"]],
    )


async def test_a_simulation_finds_customers_by_what_is_laid_over_the_registries(
    simulating: Simulating, crm: Crm
) -> None:
    company = f"B{crm.source}"
    simulating.registries.lay([RegistryChange("customer", f"O{crm.source}", 1, a_customer(companies=[company]))])
    [found] = await simulated(simulating, crm, placed(customer=None, issued_by=company))
    simulating.registries.lay([RegistryChange("customer", f"O{crm.source}", 2, a_customer())])
    [lost] = await simulated(simulating, crm, placed(number="PO-2", customer=None, issued_by=company))

    assert [order["customer"] for order in found.orders] == [f"O{crm.source}"]
    assert lost.handled.codes == ["customer_undetermined"]


async def test_what_was_made_of_a_supplier_order_is_found_to_compare(house: House, crm: Crm) -> None:
    answer = await place(crm, placed())
    body = json.dumps(crm.envelope(placed(), SUPPLIER_ORDER_PLACED)).encode()
    batch = [read_message(body, HANDLERS, Limits())]
    stored = await StoredOrders.read(house.adapter.database, batch, house.adapter.business)

    assert [order["number"] for order in stored.documents(0)] == [order["number"] for order in answer["orders"]]


SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
async def published(another_house: HouseOf) -> tuple[House, Crm]:
    """A house with the registries and the configuration of the published samples, and somebody to send them."""
    files = {name: (SAMPLES / f"config/{name}.toml").read_text() for name in ("parameters", "numbering", "order_types")}
    house = await another_house(**files)
    crm = await house.crm()
    for entry in (SAMPLES / "registry.jsonl").read_text().splitlines():
        change = json.loads(entry)
        await crm.publish(change | {"revision": change["revision"] + 1}, "registry.changed.v1")
    return house, crm


async def sample(published: tuple[House, Crm], name: str) -> Json:
    house, crm = published
    answer = await crm.publish_body((SAMPLES / f"supplier-order-{name}.json").read_bytes(), SUPPLIER_ORDER_PLACED)
    return await Orders(house.database, crm).of(answer)


async def test_the_published_order_of_a_group_company_gives_exactly_its_figures(published: tuple[House, Crm]) -> None:
    order = await sample(published, "placed")

    assert (order["number"], order["customer"], order["currency"]) == ("2010-00001", "7300070011115", "SEK")
    assert {name: order["totals"][name] for name in ("goods", "expenses", "vat", "total")} == {
        "goods": "6225.00",
        "expenses": "0.00",
        "vat": "0.00",
        "total": "6225.00",
    }
    assert [(line["unit_price"], line["net"]) for line in order["lines"]] == [("50", "6000.00"), ("15", "225.00")]
    assert [(one["type"], one["amount"]) for one in order["expenses"]] == [
        ("TRANSPORT_DOCUMENTS", "100.00"),
        ("ORDER_VALUE_DISCOUNT", "-100.00"),
    ]
    assert [(warning["code"], warning["line"]) for warning in order["warnings"]] == [("price_disagreement", "1")]
    assert "gives 52" in order["warnings"][0]["message"]
    assert (order["customer_order"], order["your_reference"]) == ({"number": "34", "date": "2010-01-20"}, "MAFO")
    assert (order["stage"], order["destination"]["code"]) == ("entered", "STOCKHOLM")


async def test_the_published_drop_shipment_gives_exactly_its_figures(published: tuple[House, Crm]) -> None:
    order = await sample(published, "drop-ship")

    costs = [line["cost"] for line in order["lines"]]
    assert (order["customer"], order["currency"], order["totals"]["total"]) == ("7300070011115", "SEK", "2440.00")
    assert [line["net"] for line in order["lines"]] == ["2080.00", "360.00"]
    assert [cost["total_cost"] for cost in costs] == ["1220.00", "194.40"]
    assert [cost["profit"] for cost in costs] == ["860.00", "165.60"]
    assert {(cost["origin"], cost["supplier"], cost["reference"]) for cost in costs} == {
        ("supplier_order", "LINKOPING", "PO-2010-0007")
    }
