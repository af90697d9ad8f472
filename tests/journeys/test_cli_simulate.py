"""`simulate`, `numbers` and `events` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from actors import Crm, Json, until_marked
from desk import Desk
from given import a_line, an_accepted_offer, an_item
from house import House


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.settings)


def written(folder: Path, *values: Json) -> str:
    file = folder / "file.jsonl"
    file.write_text("".join(json.dumps(value) + "\n" for value in values))
    return str(file)


async def test_every_message_has_one_line_in_its_order(desk: Desk, crm: Crm, tmp_path: Path) -> None:
    messages = [crm.envelope(an_accepted_offer(number=f"L-{n}", customer=c)) for n, c in enumerate(("C1", "NOBODY"))]

    printed = await desk.run("simulate", written(tmp_path, *messages), "--json")

    assert printed.code == 0, printed.err
    assert [line["id"] for line in printed.lines] == [message["id"] for message in messages]
    assert [line["answer"]["outcome"] for line in printed.lines] == ["created", "parked"]
    created, parked = printed.lines
    assert list(created) == ["id", "answer", "orders", "explanation", "events"]
    assert [event["type"] for event in created["events"]] == ["order.entered.v1"]
    assert created["events"][0]["data"]["order"] == created["orders"][0]
    assert (parked["orders"], parked["explanation"]) == ([], [])
    assert [event["type"] for event in parked["events"]] == ["message.refused.v1"]


async def test_standard_input_is_simulated_on_a_day_and_over_other_registries(
    desk: Desk, crm: Crm, tmp_path: Path
) -> None:
    offer = an_accepted_offer(type="CLOCK", number="L-9", lines=[a_line(item="A2", unit_price=None)])
    laid = written(tmp_path, {"kind": "item", "key": "A2", "entry": an_item(selling_price="99.00")})
    message = json.dumps(crm.envelope(offer), indent=1).encode()

    printed = await desk.run("simulate", "-", "--at", "2034-02-03", "--registry", laid, given=message)

    [line] = printed.lines
    assert (line["orders"][0]["date"], line["orders"][0]["lines"][0]["unit_price"]) == ("2034-02-03", "99")


async def test_faulty_registry_entries_are_told_before_anything_is_simulated(desk: Desk, tmp_path: Path) -> None:
    laid = written(tmp_path, {"kind": "item", "key": "A2", "entry": {"colour": "red"}})

    printed = await desk.run("simulate", "-", "--registry", laid)

    assert (printed.code, printed.out) == (1, "")
    assert "entry 1:" in printed.err
    assert "/entry/colour" in printed.err


async def test_a_comparison_tells_what_would_differ(desk: Desk, crm: Crm, tmp_path: Path) -> None:
    message = crm.envelope(an_accepted_offer(number="L-10", lines=[a_line(item="A2", unit_price=None)]))
    answer = await crm.publish_body(json.dumps(message).encode())
    laid = tmp_path / "registry.jsonl"
    laid.write_text(json.dumps({"kind": "item", "key": "A2", "entry": an_item(selling_price="8.00")}))

    printed = await desk.run("simulate", written(tmp_path, message), "--compare", "--registry", str(laid))

    [line] = printed.lines
    unit_price = {"order": answer["orders"][0]["number"], "path": "/lines/1/unit_price", "stored": "7.5", "now": "8"}
    assert unit_price in line["differences"]


async def test_a_file_that_is_not_there_is_a_failure_in_words(desk: Desk) -> None:
    printed = await desk.run("simulate", "/nowhere.jsonl")

    assert (printed.code, printed.out) == (1, "")
    assert "/nowhere.jsonl" in printed.err


async def test_numbers_are_shown_taken_over_and_freed_under_one_word(desk: Desk) -> None:
    dated = ("--date", "2050-03-03")
    assert (await desk.run("numbers", "take", "STRICT", "2-4", *dated)).code == 0
    assert (await desk.run("numbers", "take", "STRICT", "4", *dated)).code == 1
    assert (await desk.run("numbers", "free", "STRICT", "3", *dated)).code == 0

    shown = await desk.json("numbers", "STRICT")

    assert shown["numbering"] == "STRICT"
    [period] = [one for one in shown["periods"] if one["start"] == "2050-01-01"]
    assert period == {
        "start": "2050-01-01",
        "numbers": [
            {"sequence_number": n, "number": f"S2050-0000{n}", "order": None, "date": "2050-03-03"} for n in (2, 4)
        ],
        "holes": [1, 3],
    }


async def test_a_numbering_that_nobody_knows_is_a_failure(desk: Desk) -> None:
    printed = await desk.run("numbers", "NONE")

    assert (printed.code, printed.out) == (1, "")
    assert "There is no numbering NONE." in printed.err


async def test_events_of_an_order_are_replayed_on_request(house: House, desk: Desk, crm: Crm) -> None:
    answer = await crm.publish(an_accepted_offer(type="SURE", number="L-11"))
    number = answer["orders"][0]["number"]
    await house.warehouse.until(lambda: len(told(house, number)) == 2)
    await until_marked(house.database, number)

    counted = await desk.json("events", "replay", number, "--dry-run")
    asked = await desk.json("events", "replay", "--origin", "offer:SURE/L-11", "--position", "2-")

    assert (counted, asked) == ({"events": 2, "dry_run": True}, {"events": 1, "dry_run": False})
    await house.warehouse.until(lambda: len(told(house, number)) == 3)
    assert told(house, number)[-1]["replayed"] is True


def told(house: House, number: str) -> list[Json]:
    return [event.body for event in house.warehouse.events if event.body.get("subject") == number]


async def test_replaying_everything_by_mistake_is_wrong_usage(desk: Desk) -> None:
    assert (await desk.run("events", "replay")).code == 2
