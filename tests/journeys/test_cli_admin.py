"""An administrator at the command line: is everything there, and if not, what is the cure?"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest
from actors import Crm
from clerk import Clerk
from conftest import Databases
from given import an_accepted_offer
from given_configuration import a_configuration
from house import House
from running import environment

from adapter.messaging.topology import Names, Topology

NOWHERE = "127.0.0.1:1"


@pytest.fixture
async def clerk(broker_url: str, new_database: Databases, namespace: str, tmp_path: Path) -> Clerk:
    """Somebody with a new database, an empty namespace on the broker and a configuration."""
    return Clerk(
        {
            "ORDER_ADAPTER_BROKER_URL": broker_url,
            "ORDER_ADAPTER_DATABASE_URL": await new_database(),
            "ORDER_ADAPTER_NAMESPACE": namespace,
            "ORDER_ADAPTER_CONFIG_DIR": str(a_configuration(tmp_path / "config")),
        }
    )


@pytest.fixture
async def wrong_queue(broker_url: str, namespace: str) -> str:
    """A queue of ours that somebody declared in another way."""
    name = f"{namespace}.registry-changed"
    async with await aio_pika.connect(broker_url) as connection:
        await (await connection.channel()).declare_queue(name, durable=True)
    return name


def results(printed: list[dict[str, Any]]) -> dict[str, str]:
    return {row["check"]: row["result"] for row in printed}


def test_a_new_database_is_brought_up_to_date_once(clerk: Clerk) -> None:
    first, second = clerk.json("migrate"), clerk.json("migrate")

    assert first["before"] is None
    assert second == {"before": first["after"], "after": first["after"]}


def test_a_check_of_what_is_in_order_ends_well(clerk: Clerk) -> None:
    clerk.run("migrate")

    assert results(clerk.json("check")) == dict.fromkeys(
        ("settings", "configuration", "schema", "broker", "topology"), "ok"
    )


def test_a_check_names_a_schema_that_is_behind_and_the_cure(clerk: Clerk) -> None:
    printed = clerk.run("check")

    assert printed.code == 1
    assert "order-adapter migrate" in printed.out


@pytest.fixture
async def newer(clerk: Clerk) -> Clerk:
    """Somebody whose database was brought up to date by a later version of the adapter."""
    await asyncio.to_thread(clerk.run, "migrate")
    database = await asyncpg.connect(clerk.environ["ORDER_ADAPTER_DATABASE_URL"])
    await database.execute("UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    return clerk


@pytest.mark.parametrize("command", [("check",), ("migrate",), ("orders", "list")])
def test_a_schema_that_is_newer_than_the_program_is_told_as_that(newer: Clerk, command: tuple[str, ...]) -> None:
    printed = newer.run(*command)

    assert printed.code == 1
    assert "at revision 9999" in printed.out + printed.err
    assert "run the version that belongs to it" in printed.out + printed.err


def test_a_check_lists_every_fault_of_the_configuration(clerk: Clerk, tmp_path: Path) -> None:
    (tmp_path / "config" / "parameters.toml").write_text("company = 5\nrouding = 'half_up'\n")

    printed = clerk.run("check")

    assert printed.code == 1
    assert all(key in printed.out for key in ("company", "company_currency", "rouding"))


def test_a_check_names_the_queue_that_is_not_as_it_must_be(clerk: Clerk, wrong_queue: str) -> None:
    clerk.run("migrate")

    printed = clerk.run("check", "--json")

    assert printed.code == 1
    assert results(printed.json)["topology"] == "fault"
    assert wrong_queue in printed.json[-1]["details"]


def test_a_check_without_settings_checks_nothing_else() -> None:
    printed = Clerk().run("check", "--json", ORDER_ADAPTER_DATABASE_URL="", ORDER_ADAPTER_NAMESPCE="x")

    assert printed.code == 1
    assert "Did you mean ORDER_ADAPTER_NAMESPACE?" in printed.json[0]["details"]
    assert set(results(printed.json[1:]).values()) == {"not checked"}


@pytest.mark.parametrize(
    ("words", "variable", "address"),
    [
        (("registry", "list"), "ORDER_ADAPTER_DATABASE_URL", f"postgresql://u@{NOWHERE}/d"),
        (("migrate",), "ORDER_ADAPTER_DATABASE_URL", f"postgresql://u@{NOWHERE}/d"),
        (("check",), "ORDER_ADAPTER_DATABASE_URL", f"postgresql://u@{NOWHERE}/d"),
        (("check",), "ORDER_ADAPTER_BROKER_URL", f"amqp://{NOWHERE}/"),
        (("publish", "-"), "ORDER_ADAPTER_BROKER_URL", f"amqp://{NOWHERE}/"),
    ],
)
def test_what_cannot_be_reached_ends_with_3_and_names_the_setting(
    clerk: Clerk, words: tuple[str, ...], variable: str, address: str
) -> None:
    printed = clerk.run(*words, given=b"", **{variable: address})

    assert printed.code == 3
    assert variable in printed.out + printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("user", "vhost", "cure"),
    [
        ("nobody:wrong", "", "Check user and password in ORDER_ADAPTER_BROKER_URL."),
        ("", "no-such-vhost", "Check the end of ORDER_ADAPTER_BROKER_URL"),
    ],
)
def test_a_broker_that_refuses_us_is_told_with_what_to_check(clerk: Clerk, user: str, vhost: str, cure: str) -> None:
    parts = urlsplit(clerk.environ["ORDER_ADAPTER_BROKER_URL"])
    mine, _, host = parts.netloc.rpartition("@")
    refused = parts._replace(netloc=f"{user or mine}@{host}", path=f"/{vhost}").geturl()

    printed = clerk.run("check", "--json", ORDER_ADAPTER_BROKER_URL=refused)

    told = {row["check"]: row["details"] for row in printed.json}
    assert (printed.code, cure in told["broker"]) == (3, True), told["broker"]


def test_a_database_that_does_not_exist_cannot_be_reached(clerk: Clerk) -> None:
    url = clerk.environ["ORDER_ADAPTER_DATABASE_URL"].rpartition("/")[0]

    printed = clerk.run("registry", "list", ORDER_ADAPTER_DATABASE_URL=f"{url}/no_such_database")

    assert printed.code == 3
    assert '"no_such_database" does not exist' in printed.err


def test_a_command_refuses_a_schema_that_is_behind(clerk: Clerk) -> None:
    printed = clerk.run("registry", "list", "--json")

    assert (printed.code, printed.out) == (1, "")
    assert printed.err.endswith("Run `order-adapter migrate`.\n")


def test_settings_are_listed_with_their_secrets_masked(clerk: Clerk) -> None:
    secret = "amqp://guest:very-secret@broker/"

    printed = clerk.run("settings", "--json", ORDER_ADAPTER_BROKER_URL=secret)

    shown = {row["name"]: row for row in printed.json}
    assert shown["ORDER_ADAPTER_BROKER_URL"]["value"] == "amqp://guest:***@broker/"
    assert shown["ORDER_ADAPTER_BROKER_URL"]["source"] == "environment"
    assert "very-secret" not in printed.out + clerk.run("settings", ORDER_ADAPTER_BROKER_URL=secret).out


def test_the_topology_names_queues_types_and_handlers_without_a_broker(clerk: Clerk, namespace: str) -> None:
    printed = clerk.run("topology", "--json", ORDER_ADAPTER_BROKER_URL=f"amqp://{NOWHERE}/")

    offers = printed.json["queues"][0]
    assert (offers["queue"], offers["type"]) == (f"{namespace}.offer-accepted", "offer.accepted.v1")
    assert offers["handler"] == "handlers.offer_accepted"


def test_what_an_administrator_loads_is_for_the_virtual_host_of_the_settings(clerk: Clerk) -> None:
    definitions = json.loads(
        clerk.run("topology", "--definitions", ORDER_ADAPTER_BROKER_URL="amqp://h/of%20orders").out
    )

    assert {one["vhost"] for one in definitions["queues"]} == {"of orders"}
    assert len(definitions["bindings"]) == 6


def test_a_list_for_people_is_aligned_text_without_frames(clerk: Clerk) -> None:
    lines = clerk.run("topology").out.splitlines()

    assert len({line.index("topic") for line in lines[1:3]}) == 1
    assert "│" not in "".join(lines)


async def printed_by_publish(house: House, *words: str, given: bytes, **environ: str) -> Any:
    clerk = Clerk({**environment(house.settings), **environ})
    return await asyncio.to_thread(clerk.run, "publish", *words, "-", given=given)


def an_event(id: str, source: str, data: object, type: str = "offer.accepted.v1") -> bytes:
    return json.dumps({"specversion": "1.0", "id": id, "source": source, "type": type, "data": data}).encode()


async def test_published_messages_are_answered_in_their_order(house: House, crm: Crm) -> None:
    offers = [an_accepted_offer(number=f"{crm.source}-{i}") for i in range(3)]
    events = [an_event(f"{i}", crm.source, offer) for i, offer in enumerate(offers)]

    printed = await printed_by_publish(house, "--wait", given=b"\n".join([*events, events[0]]))

    assert printed.code == 0, printed.err
    assert [answer["outcome"] for answer in printed.lines] == ["created", "created", "created", "duplicate"]
    assert printed.lines[3]["orders"][0]["number"] == printed.lines[0]["orders"][0]["number"]


async def test_a_refused_message_ends_publishing_with_1(house: House, crm: Crm) -> None:
    printed = await printed_by_publish(house, "--wait", given=an_event("1", crm.source, {}))

    assert printed.code == 1
    assert [reason["code"] for reason in printed.json["reasons"]] == ["invalid"]


async def test_messages_without_a_queue_are_told_and_the_others_are_sent(house: House, crm: Crm) -> None:
    good = an_event("1", crm.source, an_accepted_offer(number=crm.source))
    unknown = an_event("2", crm.source, {}, type="offer.rejected.v1")

    printed = await printed_by_publish(house, "--wait", given=unknown + b"\n" + good)

    assert printed.code == 1
    assert [answer["outcome"] for answer in printed.lines] == ["created"]
    assert printed.err.startswith("-: message 1: not sent, since its type")


async def test_a_message_may_go_straight_to_a_queue(house: House, crm: Crm) -> None:
    unknown = an_event("2", crm.source, {}, type="offer.rejected.v1")

    printed = await printed_by_publish(house, "--wait", "--queue", "offer-accepted", given=unknown)

    assert [reason["code"] for reason in printed.json["reasons"]] == ["unknown_type"]


async def test_without_an_adapter_an_answer_is_not_waited_for_for_ever(
    house: House, clerk: Clerk, namespace: str
) -> None:
    await Topology(Names(namespace)).prepare(house.connection, declare=True)

    printed = await printed_by_publish(
        house, "--wait", "--timeout", "0.1", given=an_event("1", "crm", {}), ORDER_ADAPTER_NAMESPACE=namespace
    )

    assert (printed.code, printed.out) == (1, "")
    assert "no answer within 0.1 seconds" in printed.err


async def test_without_an_exchange_nothing_is_sent(house: House) -> None:
    printed = await printed_by_publish(house, given=an_event("1", "crm", {}), ORDER_ADAPTER_NAMESPACE="nothing-here")

    assert printed.code == 1
    assert "exchange nothing-here.inbound" in printed.err
    assert "Traceback" not in printed.err
