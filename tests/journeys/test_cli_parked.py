"""The parking lot at the command line: looked at, replayed, edited, discarded."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from actors import Crm, Json
from desk import Desk
from given import a_line, an_accepted_offer, an_item
from house import House

from adapter.cli.parked_replay import sums

LISTED = ["id", "source", "message_id", "type", "state", "codes", "first_seen", "last_seen", "attempts"]


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.settings)


async def set_aside(crm: Crm, **fields: object) -> None:
    answer = await crm.publish(an_accepted_offer(**fields))
    assert answer["outcome"] in {"parked", "refused"}, answer


async def mine(desk: Desk, crm: Crm, *words: str) -> list[Json]:
    found: list[Json] = await desk.json("parked", "list", "--source", crm.source, *words)
    return found


async def test_what_waits_is_listed_with_exactly_the_fields_of_the_contract(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-1")
    await set_aside(crm, confirmed_on=None, number="P-2")

    [parked] = await mine(desk, crm)
    [refused] = await mine(desk, crm, "--refused")

    assert list(parked) == LISTED
    assert (parked["state"], parked["codes"], parked["attempts"]) == ("parked", ["unknown_customer"], 1)
    assert (refused["state"], refused["codes"]) == ("refused", ["offer_not_confirmed"])
    assert await mine(desk, crm, "--code", "unknown_item") == []
    assert await mine(desk, crm, "--since", "2100-01-01") == []


async def test_a_message_is_shown_with_its_reasons_and_as_it_came(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-3")
    [listed] = await mine(desk, crm)

    shown = await desk.json("parked", "show", str(listed["id"]))
    exported = await desk.run("parked", "export", "--source", crm.source)

    assert json.loads(shown["body"])["data"]["offers"][0]["number"] == "P-3"
    assert [reason["path"] for reason in shown["reasons"]] == ["/offers/0/customer"]
    assert shown["properties"]["content_type"] == "application/cloudevents+json"
    assert exported.lines == [shown]


async def test_a_message_that_is_not_there_is_a_failure(desk: Desk) -> None:
    assert (await desk.run("parked", "show", "999999999")).code == 1
    assert (await desk.run("parked", "replay", "999999999")).code == 1
    assert (await desk.run("parked", "discard", "999999999", "--by", "Anna", "--reason", "lost")).code == 1


async def test_a_dry_run_says_what_would_become_of_it_and_changes_nothing(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-4")
    before = await mine(desk, crm)

    printed = await desk.run("parked", "replay", str(before[0]["id"]), "--dry-run", "--json")

    assert printed.code == 1
    [result] = printed.json
    assert (result["outcome"], result["codes"], result["orders"]) == ("parked", ["unknown_customer"], [])
    assert await mine(desk, crm) == before


async def test_what_can_be_cured_is_replayed_and_answered_again(house: House, desk: Desk, crm: Crm) -> None:
    ticket = await crm.send(an_accepted_offer(type="SHORT", number="P-5") | {"orders_dated": "2025-05-05"})
    assert (await crm.answer(ticket))["outcome"] == "parked"
    [listed] = await mine(desk, crm)
    covered = (house.settings.config_dir / "numbering.toml").read_text().replace("2026-01-01", "2025-01-01")
    cured = house.settings.config_dir.parent / f"cured-{crm.source}"
    cured.mkdir()
    for file in house.settings.config_dir.iterdir():
        (cured / file.name).write_text(covered if file.name == "numbering.toml" else file.read_text())

    printed = await desk.run(
        "parked", "replay", "--all", "--source", crm.source, "--json", ORDER_ADAPTER_CONFIG_DIR=str(cured)
    )

    [result] = printed.json
    assert (printed.code, result["outcome"], result["id"]) == (0, "created", listed["id"])
    assert [one["number"] for one in (await crm.answer(ticket))["orders"]] == result["orders"]
    assert await mine(desk, crm) == []


async def test_a_replay_needs_no_broker(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-10")
    [listed] = await mine(desk, crm)

    printed = await desk.run(
        "parked", "replay", str(listed["id"]), "--json", ORDER_ADAPTER_BROKER_URL="amqp://guest:guest@127.0.0.1:1/"
    )

    assert [result["codes"] for result in printed.json] == [["unknown_customer"]]
    assert "no answers are sent" in printed.err


async def test_a_discarded_message_is_gone_from_the_list_and_stays_on_record(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-6")
    [listed] = await mine(desk, crm)

    printed = await desk.run("parked", "discard", str(listed["id"]), "--by", "Anna", "--reason", "a test")

    shown = await desk.json("parked", "show", str(listed["id"]))
    assert (printed.code, shown["state"], shown["by"], shown["note"]) == (0, "discarded", "Anna", "a test")
    assert await mine(desk, crm) == []


async def test_who_discards_a_message_is_on_record_also_where_nobody_says_so(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-6-2")
    [listed] = await mine(desk, crm)

    printed = await desk.run("parked", "discard", str(listed["id"]))

    shown = await desk.json("parked", "show", str(listed["id"]))
    assert (printed.code, shown["state"], shown["note"]) == (0, "discarded", "")
    assert shown["by"] == getpass.getuser()


async def test_an_edited_message_is_kept_beside_the_original_and_succeeds(desk: Desk, crm: Crm, tmp_path: Path) -> None:
    await set_aside(crm, number="P-7", lines=[a_line(item=f"GONE-{crm.source}")])
    [listed] = await mine(desk, crm)
    whole = await desk.json("parked", "show", str(listed["id"]))
    (tmp_path / "body").write_text(whole["body"].replace(f"GONE-{crm.source}", "A1"))
    signed = ("--by", "Anna", "--reason", "renamed")

    edited = (await desk.run("parked", "edit", str(listed["id"]), str(tmp_path / "body"), *signed)).json["id"]
    printed = await desk.run("parked", "replay", str(edited), "--json")

    assert [result["outcome"] for result in printed.json] == ["created"]
    original = await desk.json("parked", "show", str(listed["id"]))
    assert (original["state"], original["body"]) == ("discarded", whole["body"])
    for words in (("replay",), ("discard",), ("edit", str(tmp_path / "body"))):
        again = await desk.run("parked", words[0], str(listed["id"]), *words[1:])
        assert f"it is discarded (edited, now {edited}: renamed)" in again.err


async def test_an_edited_message_keeps_its_identity(desk: Desk, crm: Crm, tmp_path: Path) -> None:
    await set_aside(crm, customer="NOBODY", number="P-8")
    [listed] = await mine(desk, crm)
    other = crm.envelope(an_accepted_offer(number="P-8"))
    (tmp_path / "body").write_text(json.dumps(other))

    printed = await desk.run(
        "parked", "edit", str(listed["id"]), str(tmp_path / "body"), "--by", "Anna", "--reason", "mine"
    )

    assert printed.code == 1
    assert "must keep its id" in printed.err


async def test_what_is_put_in_place_of_a_message_must_be_readable(desk: Desk, crm: Crm, tmp_path: Path) -> None:
    await set_aside(crm, customer="NOBODY", number="P-9")
    [listed] = await mine(desk, crm)
    (tmp_path / "body").write_text("{")

    printed = await desk.run("parked", "edit", str(listed["id"]), str(tmp_path / "body"))

    assert (printed.code, "is not valid JSON" in printed.err) == (1, True), printed.err


async def test_what_arrived_meanwhile_is_replayed_by_itself(desk: Desk, crm: Crm) -> None:
    ticket = await crm.send(an_accepted_offer(number="P-9", lines=[a_line(item=f"LATE-{crm.source}")]))
    assert (await crm.answer(ticket))["outcome"] == "parked"

    await crm.register("item", f"LATE-{crm.source}", an_item())

    assert (await crm.answer(ticket))["outcome"] == "created"
    assert await mine(desk, crm) == []


async def test_a_replay_says_who_wanted_it_and_why(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-11")
    [listed] = await mine(desk, crm)

    for reason in (("--reason", "registered"), ()):
        await desk.run("parked", "replay", str(listed["id"]), "--by", "Anna", *reason)

    shown = await desk.json("parked", "show", str(listed["id"]))
    assert (shown["by"], shown["note"], shown["attempts"]) == ("Anna", "registered", 3)


async def test_a_dry_run_signs_nothing(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-12")
    [listed] = await mine(desk, crm)

    await desk.run("parked", "replay", str(listed["id"]), "--by", "Anna", "--dry-run")

    assert (await desk.json("parked", "show", str(listed["id"])))["by"] is None


@pytest.mark.parametrize("how", [(), ("--dry-run",)])
async def test_a_replay_of_what_has_succeeded_meanwhile_is_a_duplicate(
    desk: Desk, crm: Crm, how: tuple[str, ...]
) -> None:
    ticket = await crm.send(an_accepted_offer(number="P-13", lines=[a_line(item=f"NOW-{crm.source}")]))
    await crm.answer(ticket)
    [listed] = await mine(desk, crm)
    await crm.register("item", f"NOW-{crm.source}", an_item())
    created = (await crm.answer(ticket))["orders"][0]["number"]

    printed = await desk.run("parked", "replay", str(listed["id"]), "--json", *how)

    assert printed.code == 0
    [result] = printed.json
    assert (result["id"], result["outcome"], result["orders"]) == (listed["id"], "duplicate", [created])


async def test_what_waits_is_counted_by_its_cause(desk: Desk, crm: Crm) -> None:
    for number, item in enumerate(["GONE", "AWAY", "GONE"]):
        await set_aside(crm, number=f"P-14-{number}", lines=[a_line(item=f"{item}-{crm.source}")])
    ids = [listed["id"] for listed in await mine(desk, crm)]

    causes = await mine(desk, crm, "--by-cause")

    assert [(cause["awaits"], cause["messages"], cause["example"]) for cause in causes] == [
        ([f"item/GONE-{crm.source}"], 2, ids[0]),
        ([f"item/AWAY-{crm.source}"], 1, ids[1]),
    ]
    assert {tuple(cause["codes"]) for cause in causes} == {("unknown_item",)}
    assert causes[0]["message"].startswith(f"The item GONE-{crm.source} is not known")


async def test_a_span_of_time_chooses_messages(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-15")

    assert await mine(desk, crm, "--until", "2000-01-01") == []
    assert len(await mine(desk, crm, "--until", "2100-01-01")) == 1


async def test_all_of_a_filter_are_discarded_at_once(desk: Desk, crm: Crm) -> None:
    await set_aside(crm, customer="NOBODY", number="P-16")
    await set_aside(crm, number="P-17", lines=[a_line(item=f"GONE-{crm.source}")])

    chosen = ("--all", "--source", crm.source, "--code", "unknown_item")
    printed = await desk.run("parked", "discard", *chosen, "--by", "Anna", "--reason", "sent again")

    assert (printed.code, printed.err) == (0, "1 discarded.\n")
    assert [listed["codes"] for listed in await mine(desk, crm)] == [["unknown_customer"]]


def test_a_thousand_results_are_told_as_sums() -> None:
    created = [{"id": n, "outcome": "created", "codes": [], "orders": [f"O-{n}"]} for n in range(1, 900)]
    parked = [{"id": n, "outcome": "parked", "codes": ["unknown_item"], "orders": []} for n in range(900, 1001)]

    assert list(sums([*parked, *created])) == [
        {"outcome": "created", "codes": [], "messages": 899, "ids": "1 … 899", "orders": "O-1 … O-899"},
        {"outcome": "parked", "codes": ["unknown_item"], "messages": 101, "ids": "900 … 1000", "orders": ""},
    ]
