"""What people and secrets are called turns up nowhere that operators look, whatever becomes of a message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from http.client import HTTPConnection
from typing import Any

import aio_pika
import asyncpg
import pytest
from actors import OFFER_ACCEPTED, REGISTRY_CHANGED, Crm
from desk import Desk
from given import STANDARD_REGISTRY, a_customer, a_line, an_accepted_offer
from running import environment

from config.settings import Settings

from .served import Served, serving

CANARY = "Zanzibarra"
TOKEN = f"{CANARY}-token"
ADDRESS = {"name": CANARY, "street": f"Via {CANARY} 1", "postal_code": "1", "city": CANARY, "country": "IT"}
PERSONAL = {"notes": CANARY, "your_reference": CANARY, "destination": ADDRESS, "extra": {"name": CANARY}}
BUG = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a bug, and what it quotes: % % %', NEW, convert_from(NEW.body, 'UTF8'), '{canary}'; END $$;
CREATE TRIGGER fail BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.body::text LIKE '%{marked}%') EXECUTE FUNCTION fail()
"""


@pytest.fixture
async def crm(of: Settings) -> AsyncIterator[Crm]:
    async with await aio_pika.connect(of.broker_url.get_secret_value()) as connection:
        channel = await connection.channel()
        await channel.declare_exchange(f"{of.namespace}.inbound", "topic", durable=True)
        yield await Crm.at(channel, of.namespace)


async def with_a_bug(of: Settings) -> None:
    """From now on the database fails on the events of one offer, quoting all that is in them."""
    assert of.database_url is not None
    connection = await asyncpg.connect(of.database_url.get_secret_value())
    await connection.execute(BUG.format(canary=CANARY, marked=b"MARKED".hex()))
    await connection.close()


async def outcomes(crm: Crm) -> list[str]:
    """What becomes of messages of every kind, with personal data wherever it can stand."""
    customer = a_customer(name=CANARY, emails={"order_confirmation": f"{CANARY}@example.com"})
    await crm.register("customer", "PERSON", customer)
    given: list[dict[str, Any]] = [
        an_accepted_offer(number="GOOD", customer="PERSON", **PERSONAL),
        an_accepted_offer(number="REFUSED", customer="PERSON", **PERSONAL | {"confirmed_on": None}),
        an_accepted_offer(number="UNREADABLE", customer="PERSON", **PERSONAL | {"destination": {"name": [CANARY]}}),
        an_accepted_offer(number="PARKED", customer="PERSON", lines=[a_line(item="NEVER")], **PERSONAL),
        an_accepted_offer(number="MARKED", customer="PERSON", **PERSONAL),
    ]
    answers = [await crm.publish(data, OFFER_ACCEPTED, subject=CANARY) for data in given]
    malformed = json.dumps({"specversion": "1.0", "source": crm.source, "data": PERSONAL}).encode()[:-1]
    answers.append(await crm.publish_body(malformed, headers={"name": CANARY}))
    entry = {"kind": "customer", "key": "PERSON", "revision": 9, "entry": {"name": CANARY, CANARY: CANARY}}
    answers.append(await crm.publish(entry, REGISTRY_CHANGED))
    return [answer["outcome"] for answer in answers]


async def pages(served: Served) -> str:
    address = str((await served.until("operations_listening"))["address"])
    return "\n".join([await asyncio.to_thread(_page, address, path) for path in ("/health/ready", "/metrics", "/")])


def _page(address: str, path: str) -> str:
    connection = HTTPConnection(address, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
    page = connection.getresponse().read().decode()
    connection.close()
    return page


@pytest.mark.parametrize("level", ["debug", "info"])
async def test_personal_data_and_secrets_stand_in_no_log_metric_page_or_check(
    of: Settings, crm: Crm, level: str
) -> None:
    await with_a_bug(of)
    told = {
        "ORDER_ADAPTER_LOG_LEVEL": level,
        "ORDER_ADAPTER_OPERATIONS_ADDRESS": "127.0.0.1:0",
        "ORDER_ADAPTER_OPERATIONS_TOKEN": TOKEN,
    }
    async with serving(of, **told) as served:
        await served.until("ready")
        for entry in STANDARD_REGISTRY:
            await crm.register(entry["kind"], entry["key"], entry["entry"])
        became = await outcomes(crm)
        shown = await pages(served)
        served.ask_to_stop()
        assert await served.end() == 0
    for words in (("settings",), ("check",), ("parked", "list"), ("parked", "list", "--refused")):
        printed = await Desk(of).run(*words, given=b"", **told)
        shown += printed.out + printed.err

    assert became == ["created", "refused", "refused", "parked", "parked", "refused", "refused"]
    assert [event["where"] for event in served.named("unexpected_error")] == ["intake"]
    assert "order_adapter_messages_total" in shown
    assert CANARY not in json.dumps(served.events) + shown
    assert _password(of) not in json.dumps(served.events) + shown


def _password(of: Settings) -> str:
    return environment(of)["ORDER_ADAPTER_DATABASE_URL"].partition("@")[0].rpartition(":")[2]
