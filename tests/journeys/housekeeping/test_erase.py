"""A customer's personal data is found nowhere once it is erased, and his accounts are what they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from actors import (
    FULFILMENT_REPORTED,
    OFFER_ACCEPTED,
    ORDER_ACTION_REQUESTED,
    ORDER_CHANGE_REQUESTED,
    SUPPLIER_ORDER_PLACED,
    Crm,
    Json,
)
from desk import Desk
from given import a_customer, a_line, a_note, an_accepted_offer, an_item
from history import History, a_supplier_order
from house import House

CANARY = "kanarie"
"""Begins every word that must not be found again."""

CUSTOMER = "C9"
ERASE = ("erase", CUSTOMER, "--yes", "--by", "eva", "--reason", "he asked for it")


def an_address(place: str) -> Json:
    names = ("name", "street", "postal_code", "city", "region")
    return {name: f"{CANARY} {place} {name}"[:50] for name in names} | {"country": "DK"}


def personal(place: str) -> Json:
    """Every field of an offer, a supplier order or a change that may tell of a person."""
    return {
        "our_reference": f"{CANARY} {place} ours",
        "your_reference": f"{CANARY} {place} yours",
        "destination": an_address(place),
        "notes": f"Ask {CANARY} {place}",
    }


def in_an_offer(place: str) -> Json:
    return personal(place) | {
        "final_notes": f"{CANARY} {place} final",
        "extra": {"who": f"{CANARY} {place} extra", CANARY: 1},
        "payments": [{"type": "TRANSFER", "solution": "30EOM", "percent": "100", "bank": f"{CANARY} {place} bank"}],
        "lines": [
            a_line(notes=f"{CANARY} {place} line", extra={"of": f"{CANARY} {place}"}),
            a_note(2, f"Ring {CANARY} {place}"),
        ],
    }


def an_entry() -> Json:
    destinations = [{"code": "HOME", "address": an_address("registry"), "default": True}]
    return a_customer(
        name=f"{CANARY} Rossi",
        emails={"orders": f"{CANARY}@example.com"},
        recipients=[{"code": "SELF", "default": True, "destinations": destinations}],
        credit={"limit": "100000", "control": "block"},
    )


@pytest.fixture
async def history(own_house: House, own_crm: Crm) -> History:
    """A customer whose data is wherever it can get to, and another one beside him."""
    made = History(own_crm, own_house.database)
    await own_crm.register("customer", CUSTOMER, an_entry())
    offer = an_accepted_offer(type="SURE", number="E-1", customer=CUSTOMER, **in_an_offer("offer"))
    order = (await made.send("order", offer))["orders"][0]["number"]
    await made.send("from registry", an_accepted_offer(number="E-2", customer=CUSTOMER))
    await made.send("neighbour", an_accepted_offer(number="E-3", notes="Ring twice"))
    bought = a_supplier_order(customer=CUSTOMER, **personal("bought"), extra={"to": f"{CANARY} bought"})
    await made.send("bought", bought, SUPPLIER_ORDER_PLACED)
    change = {"order": order, "by": "eva", "reason": f"{CANARY} called", "set": personal("change")}
    await made.send("change", change, ORDER_CHANGE_REQUESTED)
    added = {"order": order, "by": f"{CANARY} Rossi", "add": [a_note(3, f"And {CANARY} added")]}
    await made.send("added", added, ORDER_CHANGE_REQUESTED)
    document = {"kind": "delivery_note", "number": "D9", "date": "2026-03-11"}
    delivery = {"order": order, "document": document, "lines": [{"line": 1, "quantity": 1}]}
    await made.send("delivery", delivery, FULFILMENT_REPORTED)
    close = {"order": order, "action": "close", "by": "eva", "reason": f"{CANARY} reason", "note": f"{CANARY} note"}
    await made.send("close", close, ORDER_ACTION_REQUESTED)
    refused = an_accepted_offer(number="E-4", customer=CUSTOMER, confirmed_on=None, **in_an_offer("refused"))
    await made.send("refused", refused)
    parked = in_an_offer("parked") | {"lines": [a_line(item="LATE")]}
    await made.send("parked", an_accepted_offer(number="E-5", customer=CUSTOMER, **parked))
    await send_with_header(own_crm, an_accepted_offer(number="E-6", customer=CUSTOMER, lines=[a_line(item="LATE")]))
    await own_crm.publish_body(f'{{"nonsense": "{CUSTOMER}", "{CANARY}": '.encode())
    await made.until_sent()
    return made


async def send_with_header(crm: Crm, data: Json) -> None:
    envelope = crm.envelope(data, id="with header", subject=f"{CANARY} subject", more=f"{CANARY} more")
    await crm.publish_body(json.dumps(envelope).encode(), OFFER_ACCEPTED, headers={"x-who": f"{CANARY} header"})


async def dump(database: asyncpg.Pool) -> str:
    """Every row of every table as text."""
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [row for table in tables for row in await database.fetch(f'SELECT * FROM "{table[0]}"')]  # noqa: S608 -- ours
    return "\n".join(text for row in rows for text in texts(row.values()))


def texts(values: Any) -> Iterator[str]:
    for value in values:
        yield value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


TABLES = (
    "orders",
    "order_lines",
    "numbers",
    "credit_accounts",
    "fulfilments",
    "offers",
    "offer_lines",
    "order_origins",
)
EVENTS = "SELECT order_id, position, type, sent_at, body FROM events WHERE order_id IS NOT NULL ORDER BY 1, 2"


async def accounts(database: asyncpg.Pool) -> list[Any]:
    """What nobody may miss: numbers, lines, amounts, credit, deliveries, conversions, and orders as they were told."""
    tables = [await database.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]  # noqa: S608 -- ours
    rows = [tuple(value for value in row.values() if not isinstance(value, bytes)) for table in tables for row in table]
    told = [tuple(row.values()) for row in await database.fetch(EVENTS)]
    return [*rows, *((*event, figures_of(json.loads(body)["data"]["order"])) for *event, body in told)]


def figures_of(order: Json) -> Json:
    kept = (
        "number",
        "version",
        "stage",
        "status",
        "totals",
        "vat_summary",
        "due_dates",
        "customer",
        "origin",
        "expenses",
    )
    lines = [{name: line[name] for name in ("line", "item", "quantity", "net", "vat")} for line in order["lines"]]
    return {name: order[name] for name in kept} | {"lines": lines}


async def test_what_was_erased_is_found_in_no_table(history: History, own_desk: Desk) -> None:
    assert (await dump(history.database)).count(CANARY) > 50

    printed = await own_desk.run(*ERASE, "--json")

    assert printed.code == 0, printed.err
    assert [line for line in (await dump(history.database)).splitlines() if CANARY in line] == []
    assert min(printed.json["erased"].values()) > 0, printed.json


async def test_the_accounts_are_what_they_were_and_nothing_is_published(history: History, own_desk: Desk) -> None:
    before, written = await accounts(history.database), (await history.figures())["events written"]

    await own_desk.run(*ERASE)

    assert await accounts(history.database) == before
    assert (await history.figures())["events written"] == written
    assert (await own_desk.run("credit", "check")).code == 0
    neighbour = history.answers["neighbour"]["orders"][0]["number"]
    assert (await own_desk.json("orders", "show", neighbour))["notes"] == "Ring twice"


async def test_what_came_before_is_known_when_it_comes_again(history: History, own_crm: Crm, own_desk: Desk) -> None:
    before = await history.figures()
    await own_desk.run(*ERASE)

    again = {name: await history.send_again(name) for name in history.sent}

    assert {answer["outcome"] for name, answer in again.items() if name not in {"refused", "parked"}} == {"duplicate"}
    assert [again[name]["repeated"] for name in ("refused", "parked")] == [True, True]
    same = await own_crm.publish(history.sent["bought"][0]["data"], SUPPLIER_ORDER_PLACED, id="bought again")
    assert (same["outcome"], same["reasons"]) == ("duplicate", [])
    assert (await history.figures())["events written"] == before["events written"]


async def test_what_waits_goes_on_without_it_and_is_known_in_both_forms(
    history: History, own_crm: Crm, own_desk: Desk
) -> None:
    await own_desk.run(*ERASE)

    await own_crm.register("item", "LATE", an_item())
    replayed = await own_desk.run("parked", "replay", "--all", "--json")
    again = await history.send_again("parked")

    assert replayed.code == 0, replayed.out
    assert again["outcome"] == "duplicate"
    order = await own_desk.json("orders", "show", again["orders"][0]["number"])
    assert (order["notes"], order["destination"]["address"]["country"]) == ("(erased)", "DK")
    assert CANARY not in json.dumps(order)


async def test_an_erased_order_can_be_changed_explained_and_told_again(history: History, own_desk: Desk) -> None:
    number = history.answers["from registry"]["orders"][0]["number"]
    await own_desk.run(*ERASE)

    changed = {"order": number, "by": "eva", "lines": [{"line": 1, "quantity": "11"}]}
    answer = await history.send("later", changed, ORDER_CHANGE_REQUESTED)

    assert (answer["outcome"], answer["orders"][0]["version"]) == ("applied", 2)
    assert (await own_desk.run("orders", "explain", number)).code == 0
    assert (await own_desk.json("events", "replay", number))["events"] >= 1


async def test_it_is_on_record_who_erased_how_much_and_why_and_a_second_time_nothing_is_left(
    history: History, own_desk: Desk
) -> None:
    await own_desk.run(*ERASE)

    again = await own_desk.run(*ERASE, "--json")

    records = await history.database.fetch("SELECT customer, actor, reason, erased, ended_at FROM erasures ORDER BY id")
    assert [tuple(row)[:3] for row in records] == [(CUSTOMER, "eva", "he asked for it")] * 2
    assert json.loads(records[0]["erased"])["orders"] == 3
    assert all(row["ended_at"] for row in records)
    assert (again.code, set(again.json["erased"].values())) == (0, {0})


async def test_a_dry_run_counts_the_same_and_erases_nothing(history: History, own_desk: Desk) -> None:
    before = await dump(history.database)

    counted = await own_desk.json("erase", CUSTOMER, "--dry-run")

    assert await dump(history.database) == before
    assert counted["erased"] == (await own_desk.json(*ERASE))["erased"]
    assert len(counted["open_orders"]) == 2


async def test_a_customer_who_is_not_known_is_told_and_nobody_erases_unasked(own_house: House, own_desk: Desk) -> None:
    unknown = await own_desk.run("erase", "NOBODY", "--yes")
    unasked = await own_desk.run("erase", "C1")

    assert (unknown.code, unasked.code) == (1, 2)
    assert "--yes" in unasked.err
    assert await own_house.database.fetchval("SELECT count(*) FROM erasures") == 0
