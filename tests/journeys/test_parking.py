"""What is unknown parks the message; the missing entry, once it arrives, sets it going again (contract 5)."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Crm, Deliveries, Orders
from given import a_customer, a_line, an_accepted_offer, an_item

Json = dict[str, Any]


def codes(answer: Json) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


WAITING_FOR: list[tuple[str, str, Json, Json, str]] = [
    ("customer", "P-CUSTOMER", a_customer(), {"customer": "P-CUSTOMER"}, "unknown_customer"),
    ("item", "P-ITEM", an_item(), {"lines": [a_line(item="P-ITEM")]}, "unknown_item"),
    ("uom", "P-UOM", {"decimals": 0}, {"lines": [a_line(item=None, kind="uncoded", uom="P-UOM")]}, "unknown_code"),
    ("vat_code", "P-VAT", {"rate": "4"}, {"lines": [a_line(vat_code="P-VAT")]}, "unknown_code"),
    ("currency", "PSK", {"decimals": 2}, {"currency": "PSK", "exchange_rate": "2"}, "unknown_code"),
    ("exchange_rate", "DKK/1999-01-01", {"rate": "7"}, {"currency": "DKK", "confirmed_on": "1999-06-01"}, ""),
    ("payment_type", "P-TYPE", {}, {"payments": [{"type": "P-TYPE", "solution": "30EOM"}]}, "unknown_code"),
    (
        "payment_solution",
        "P-SOLUTION",
        {"instalments": [{"percent": "100"}]},
        {"payments": [{"type": "TRANSFER", "solution": "P-SOLUTION"}]},
        "unknown_code",
    ),
    ("expense_type", "P-EXPENSE", {"vat_code": "S22"}, {"expenses": [{"type": "P-EXPENSE", "amount": 1}]}, ""),
    ("discount_type", "P-DISCOUNT", {"priority": 1}, {"discounts": [{"percent": 1, "type": "P-DISCOUNT"}]}, ""),
]


def offer(fields: Json) -> Json:
    given = an_accepted_offer(**fields)
    for line in given["offers"][0]["lines"]:
        if line.get("kind") == "uncoded":
            line |= {"description": "Made to measure", "vat_code": "S22"}
    if fields.get("confirmed_on"):
        given["orders_dated"] = "2001-06-01"
    return given


@pytest.mark.parametrize(("kind", "key", "entry", "fields", "code"), WAITING_FOR, ids=lambda value: str(value)[:20])
async def test_a_message_parks_for_what_is_unknown_and_goes_on_once_it_arrives(
    crm: Crm, warehouse: Deliveries, kind: str, key: str, entry: Json, fields: Json, code: str
) -> None:
    ticket = await crm.send(offer(fields))
    parked = await crm.answer(ticket)
    assert (parked["outcome"], set(codes(parked))) == ("parked", {code} if code else set(codes(parked)))

    await crm.register(kind, key, entry)
    assert (await crm.answer(ticket))["outcome"] == "created"
    assert len(await warehouse.received("order.entered")) == 1


async def test_a_message_that_waits_for_two_entries_goes_on_after_the_second(crm: Crm, orders: Orders) -> None:
    ticket = await crm.send(an_accepted_offer(customer="TWO-C", lines=[a_line(item="TWO-I")]))
    await crm.answer(ticket)
    await crm.register("customer", "TWO-C", a_customer())
    assert codes(await crm.answer(ticket)) == ["unknown_item"]

    await crm.register("item", "TWO-I", an_item())
    assert (await crm.answer(ticket))["outcome"] == "created"
    assert await orders.count() == 1


async def test_after_its_replay_a_repeated_message_is_a_duplicate(crm: Crm, orders: Orders) -> None:
    data = an_accepted_offer(customer="LATE")
    ticket = await crm.send(data, id="late")
    await crm.answer(ticket)
    await crm.register("customer", "LATE", a_customer())
    await crm.answer(ticket)

    assert (await crm.publish(data, id="late"))["outcome"] == "duplicate"
    assert await orders.count() == 1


async def test_a_replay_that_fails_again_publishes_no_second_refusal(crm: Crm, warehouse: Deliveries) -> None:
    ticket = await crm.send(an_accepted_offer(customer="AGAIN", lines=[a_line(item="NEVER")]))
    await crm.answer(ticket)
    await crm.register("customer", "AGAIN", a_customer())
    await crm.answer(ticket)

    assert len(await warehouse.received("message.refused")) == 1


async def test_a_blocked_customer_parks_the_offer_until_the_block_is_lifted(crm: Crm) -> None:
    await crm.register("customer", "BLOCKED", a_customer(blocked={"from": "2026-01-01"}))
    ticket = await crm.send(an_accepted_offer(customer="BLOCKED"))
    assert codes(await crm.answer(ticket)) == ["customer_blocked"]

    await crm.register("customer", "BLOCKED", a_customer(), revision=2)
    assert (await crm.answer(ticket))["outcome"] == "created"


@pytest.mark.parametrize(
    ("blocked", "outcome"),
    [
        ({"from": "2026-03-11"}, "created"),
        ({"to": "2026-03-09"}, "created"),
        ({"to": "2026-03-10"}, "parked"),
        ({"from": "2026-03-10", "to": "2026-03-10"}, "parked"),
        ({}, "parked"),
    ],
)
async def test_a_block_holds_from_its_first_to_its_last_day(crm: Crm, blocked: Json, outcome: str) -> None:
    code = f"BLOCK{crm.source}"
    await crm.register("customer", code, a_customer(blocked=blocked))

    assert (await crm.publish(an_accepted_offer(customer=code)))["outcome"] == outcome


@pytest.mark.parametrize(
    ("account", "type_", "outcome"),
    [
        ("contact", "OFF", "parked"),
        ("contact", "LOOSE", "parked"),
        ("supplier", "OFF", "parked"),
        ("supplier", "LOOSE", "created"),
    ],
)
async def test_only_a_customer_may_order_unless_its_type_lets_a_supplier(
    crm: Crm, account: str, type_: str, outcome: str
) -> None:
    code = f"ACCOUNT{crm.source}"
    await crm.register("customer", code, a_customer(account=account))
    answer = await crm.publish(an_accepted_offer(customer=code, type=type_))

    assert answer["outcome"] == outcome
    assert outcome == "created" or codes(answer) == ["not_a_customer"]


async def test_an_offer_type_that_no_order_type_takes_parks(crm: Crm) -> None:
    answer = await crm.publish(an_accepted_offer(type="UNHEARD"))

    assert (answer["outcome"], codes(answer)) == ("parked", ["offer_type_unmapped"])


async def test_a_line_without_any_vat_code_parks(crm: Crm) -> None:
    await crm.register("customer", "NOVAT", a_customer(vat_code=None))
    answer = await crm.publish(an_accepted_offer(customer="NOVAT", lines=[a_line(item="BARE")]))

    assert (answer["outcome"], codes(answer)) == ("parked", ["vat_missing"])


async def test_a_message_waiting_for_its_vat_code_goes_on_when_its_item_gets_one(crm: Crm) -> None:
    await crm.register("customer", "NOVAT2", a_customer(vat_code=None))
    await crm.register("item", "BARE2", an_item(vat_code=None))
    ticket = await crm.send(an_accepted_offer(customer="NOVAT2", lines=[a_line(item="BARE2")]))
    await crm.answer(ticket)

    await crm.register("item", "BARE2", an_item(), revision=2)
    assert (await crm.answer(ticket))["outcome"] == "created"


async def test_an_unknown_barcode_waits_for_the_item_that_has_it(crm: Crm) -> None:
    ticket = await crm.send(an_accepted_offer(lines=[a_line(item=None, barcode="8712345678906")]))
    assert codes(await crm.answer(ticket)) == ["unknown_item"]

    await crm.register("item", "WITH-BARCODE", an_item(barcodes=["8712345678906"]))
    assert (await crm.answer(ticket))["outcome"] == "created"


async def test_a_customers_own_item_code_waits_for_its_row(crm: Crm) -> None:
    await crm.register("customer", "OWN-CODES", a_customer())
    ticket = await crm.send(an_accepted_offer(customer="OWN-CODES", lines=[a_line(item=None, customer_item="K-9")]))
    assert codes(await crm.answer(ticket)) == ["unknown_item"]

    await crm.register("customer", "OWN-CODES", a_customer(items=[{"item": "A1", "customer_item": "K-9"}]), revision=2)
    assert (await crm.answer(ticket))["outcome"] == "created"


async def test_a_retired_entry_is_unknown(crm: Crm) -> None:
    await crm.register("item", "RETIRED", an_item())
    await crm.register("item", "RETIRED", None, revision=2)

    assert codes(await crm.publish(an_accepted_offer(lines=[a_line(item="RETIRED")]))) == ["unknown_item"]


@pytest.mark.parametrize("revision", [3, 2])
async def test_a_lower_or_equal_revision_is_stale_and_changes_nothing(
    crm: Crm, warehouse: Deliveries, revision: int
) -> None:
    key = f"STALE{crm.source}"
    await crm.register("item", key, an_item(), revision=3)
    answer = await crm.register("item", key, None, revision=revision)

    assert (answer["outcome"], codes(answer)) == ("duplicate", ["stale_revision"])
    assert (await crm.publish(an_accepted_offer(lines=[a_line(item=key)])))["outcome"] == "created"
    assert {event.routing_key for event in await warehouse.all()} == {"order.entered"}


async def test_an_applied_registry_change_publishes_no_event(crm: Crm, warehouse: Deliveries) -> None:
    answer = await crm.register("item", "QUIET", an_item())

    assert (answer, await warehouse.all()) == ({"outcome": "applied", "orders": [], "reasons": []}, [])


async def test_a_change_counts_for_the_very_next_message(crm: Crm, orders: Orders) -> None:
    for revision, price in enumerate(("5", "6", "7"), 1):
        await crm.register("item", "MOVING", an_item(selling_price=price), revision=revision)
        line = a_line(item="MOVING", unit_price=None, quantity="1")
        order = await orders.of(await crm.publish(an_accepted_offer(number=price, lines=[line])))
        assert order["lines"][0]["unit_price"] == price


async def test_a_faulty_entry_is_refused_with_every_fault(crm: Crm) -> None:
    answer = await crm.register("item", "FAULTY", {"uom": 7, "colour": "red"})

    assert {(reason["code"], reason["path"]) for reason in answer["reasons"]} == {
        ("invalid", "/entry/description"),
        ("invalid", "/entry/uom"),
        ("invalid", "/entry/colour"),
    }
