"""What is cleaned away is never missed: everything old, everything cleaned, every kind of message sent again."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping
from typing import cast

import pytest
from actors import ORDER_CHANGE_REQUESTED, Crm, Json, until
from desk import Desk
from given import a_customer, a_line, an_accepted_offer
from history import History, changed
from house import House

from adapter.persistence import retention
from adapter.persistence.database import Connection

SUCCEEDED = ("whole", "part", "all", "bought", "change", "delivery", "close", "item")
FOR_EVER = {f"ORDER_ADAPTER_KEEP_{what}_DAYS": "0" for what in ("MESSAGES", "PARKED", "EVENTS", "EXPLANATIONS")}
FAILED = ("refused", "invalid", "parked")


@pytest.fixture
async def history(own_house: House, own_crm: Crm) -> History:
    """A message of every kind and outcome, all ten years ago."""
    made = History(own_crm, own_house.database)
    await made.make()
    await made.age()
    return made


def rows(printed: list[Json]) -> Mapping[str, int]:
    return {row["what"]: row["rows"] for row in printed}


async def test_every_message_that_comes_again_after_all_is_cleaned_changes_nothing(
    history: History, own_desk: Desk
) -> None:
    before = await history.figures()
    cleaned = rows(await own_desk.json("cleanup"))
    assert min(cleaned.values()) > 0, cleaned

    again = {name: await history.send_again(name) for name in history.sent}

    assert {name: again[name]["outcome"] for name in SUCCEEDED} == dict.fromkeys(SUCCEEDED, "duplicate")
    assert {name: again[name]["orders"] for name in SUCCEEDED} == {
        name: history.answers[name]["orders"] for name in SUCCEEDED
    }
    assert {name: (again[name]["outcome"], again[name]["repeated"]) for name in FAILED} == {
        name: (history.answers[name]["outcome"], True) for name in FAILED
    }
    assert await history.figures() == before


async def test_another_content_under_the_id_of_a_cleaned_message_is_still_refused(
    history: History, own_desk: Desk
) -> None:
    await own_desk.json("cleanup")

    answer = await history.send("part", an_accepted_offer(number="H-2", lines=[a_line(accepted_quantity=5)]))

    assert [reason["code"] for reason in answer["reasons"]] == ["message_id_reused"]


async def test_an_offer_of_which_something_is_left_can_be_accepted_further(history: History, own_desk: Desk) -> None:
    await own_desk.json("cleanup")

    whole = await history.send("once more", an_accepted_offer(number="H-1", type="SURE"))
    rest = await history.send("the rest", an_accepted_offer(number="H-2"))

    assert (whole["outcome"], rest["outcome"]) == ("duplicate", "created")
    assert rest["orders"][0]["duplicate"]


async def test_an_order_is_shown_changed_and_counted_on_after_its_past_is_cleaned(
    history: History, own_desk: Desk
) -> None:
    number = history.answers["part"]["orders"][0]["number"]
    await history.send("more", changed(number, "5"), ORDER_CHANGE_REQUESTED)
    await history.until_sent()
    await history.age()
    before = await own_desk.json("orders", "show", number)

    await own_desk.json("cleanup")

    assert await own_desk.json("orders", "show", number) == before
    answer = await history.send("even more", changed(number, "6"), ORDER_CHANGE_REQUESTED)
    assert (answer["outcome"], answer["orders"][0]["version"]) == ("applied", 3)
    told = await own_desk.json("orders", "history", number)
    assert [event["position"] for event in told] == [1, 2, 3]
    assert [event["order"] is None for event in told] == [True, False, False]
    assert (told[0]["caused_by"]["id"], told[1]["change"]["dimension"]) == ("part", "content")
    assert "Order" in (await own_desk.run("orders", "history", number)).out
    bought = history.answers["bought"]["orders"][0]["number"]
    assert "no longer kept" in (await own_desk.run("orders", "explain", bought)).err


async def test_a_parked_message_replayed_after_the_cleanup_still_makes_one_order(
    history: History, own_crm: Crm, own_desk: Desk
) -> None:
    await own_desk.json("cleanup")
    [parked] = await own_desk.json("parked", "list")

    await own_crm.register("customer", "NOBODY", a_customer(name="Nobody"))
    await own_desk.run("parked", "replay", str(parked["id"]))
    again = await history.send_again("parked")

    assert (parked["message_id"], again["outcome"], len(again["orders"])) == ("parked", "duplicate", 1)


async def test_what_was_replayed_long_ago_is_gone_from_the_parking_lot_and_still_a_duplicate(
    history: History, own_crm: Crm, own_desk: Desk
) -> None:
    await own_crm.register("customer", "NOBODY", a_customer(name="Nobody"))
    replayed = "SELECT id FROM parked WHERE message_id = 'parked' AND state = 'replayed'"
    await until(lambda: history.database.fetchval(replayed))
    id = await history.database.fetchval(replayed)
    await history.until_sent()
    await history.age()

    await own_desk.json("cleanup")

    assert (await own_desk.run("parked", "show", str(id))).code == 1
    assert (await history.send_again("parked"))["outcome"] == "duplicate"


async def test_events_are_not_sent_again_without_their_order(history: History, own_desk: Desk) -> None:
    number = history.answers["whole"]["orders"][0]["number"]
    await own_desk.json("cleanup")

    printed = await own_desk.run("events", "replay", number, "--dry-run", "--json")

    assert (printed.json["events"], printed.code) == (1, 0)
    assert "no longer kept whole" in printed.err


async def test_a_cleanup_never_passes_an_event_that_has_not_left(history: History) -> None:
    now = datetime.datetime.now(datetime.UTC)
    async with history.database.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE events SET sent_at = NULL WHERE id = 3")

        passed = await retention.old_events(cast("Connection", connection), 0, now, 100)

    assert [event.id for event in passed] == [1, 2]


async def test_what_is_young_or_kept_for_ever_stays_and_a_dry_run_counts_the_rest(
    own_house: House, own_crm: Crm, own_desk: Desk
) -> None:
    history = History(own_crm, own_house.database)
    await history.make()
    assert set(rows(await own_desk.json("cleanup")).values()) == {0}

    await history.age()
    kept = await own_desk.run("cleanup", "--json", given=b"", **FOR_EVER)
    counted = await own_desk.json("cleanup", "--dry-run")

    assert {(row["days"], row["rows"]) for row in kept.json} == {(None, 0)}
    assert await own_desk.json("cleanup") == counted
    assert set(rows(await own_desk.json("cleanup", "--dry-run")).values()) == {0}


async def test_the_running_adapter_cleans_by_itself_and_gives_way_to_another_copy(
    history: History, own_house: House
) -> None:
    housekeeping = own_house.adapter.housekeeping
    async with own_house.database.acquire() as other, other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock(hashtext('order-adapter cleanup'))")
        await asyncio.wait_for(housekeeping.clean(), 5)
        assert await history.database.fetchval("SELECT bool_and(whole) FROM inbox")

    await housekeeping.clean()

    assert not await history.database.fetchval("SELECT bool_or(whole) FROM inbox")
