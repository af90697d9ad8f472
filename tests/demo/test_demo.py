"""`order-adapter demo`: what a person sees, that it checks itself, and that nothing of it is left."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aio_pika
import asyncpg
import pytest
from aiormq.exceptions import ChannelNotFoundEntity

from adapter.demo.house import FOLDER
from adapter.demo.morning import MORNING, message
from adapter.demo.playing import Played
from adapter.messaging.decoding import Limits
from adapter.messaging.validation import validate
from schemas.registry_changed import RegistryChanged

_DEMO = [sys.executable, "-m", "adapter", "demo"]
_MOST_SECONDS = 60
_TOTALS = {number: total for scene in MORNING for number, total in scene.orders.items()}
_SCENES = {scene.file: scene for scene in MORNING}


@pytest.fixture(scope="module")
def environment(broker_url: str, database_server_url: str) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ORDER_ADAPTER_")}
    return mine | {"ORDER_ADAPTER_BROKER_URL": broker_url, "ORDER_ADAPTER_DATABASE_URL": database_server_url}


@pytest.fixture(scope="module")
def shown(environment: Mapping[str, str]) -> str:
    """What the demonstration writes when nobody sits at a terminal."""
    done = subprocess.run(_DEMO, env=environment, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(("number", "total"), _TOTALS.items())
def test_the_table_at_the_end_has_every_order_with_its_total(shown: str, number: str, total: str) -> None:
    table = shown.partition("The orders of the morning")[2]

    assert re.search(rf"^  {number} .* {total} (EUR|DKK)", table, re.MULTILINE)


@pytest.mark.parametrize(
    "told",
    [
        "goods 197750.00 + VAT 25 % 49437.50 = 247187.50",
        "duplicate 2008-00001  nothing stored, nothing published",
        "price by quantity from 100 REAM ·· 3.95",
        "not price by quantity: threshold 500 is not reached by 120",
        "invalid  /offers/0/lines/1/unit_price",
        "delivery_day is not a field here; did you mean delivery_on?",
        "operator  message.refused",
        "parked    unknown_item  /offers/0/lines/0/item",
        "the parked message is handled again",
        "credit blocked, by credit limit of customer SERRA",
        "warehouse 2026-00008 order.entered 1, order.confirmed 2, order.blocked 3",
        "Numbers without holes",
        "All as it must be: 12 messages, 10 orders, 22 events",
        "Try next",
    ],
)
def test_a_person_is_told(shown: str, told: str) -> None:
    assert told in shown


def test_without_a_terminal_it_is_plain_text(shown: str) -> None:
    assert "\x1b" not in shown
    assert [line for line in shown.splitlines() if line != line.rstrip()] == []


async def test_nothing_is_left_behind(shown: str, broker_url: str, database_server_url: str) -> None:
    await _nothing_is_left(_namespace(shown), broker_url, database_server_url)


async def test_a_request_to_stop_in_the_middle_leaves_nothing_either(
    environment: Mapping[str, str], broker_url: str, database_server_url: str
) -> None:
    with _started(environment) as demo:
        assert demo.stdout is not None
        told = next(line for line in demo.stdout if "Namespace" in line)
        demo.send_signal(signal.SIGTERM)
        rest = demo.stdout.read()
        code = await asyncio.to_thread(demo.wait, _MOST_SECONDS)

    assert code == 130
    assert "Everything that the demonstration made is removed" in rest
    await _nothing_is_left(_namespace(told), broker_url, database_server_url)


def test_an_outcome_that_must_not_be_is_told() -> None:
    refused = Played(_SCENES["08-expenses"], {"outcome": "refused", "orders": [], "reasons": []}, None, [])

    assert [fault.partition(":")[0] for fault in refused.faults()] == ["outcome", "orders", "events"]


def test_every_entry_of_its_registry_is_to_the_contract() -> None:
    rows = [json.loads(line) for line in (FOLDER / "registry.jsonl").read_text(encoding="utf-8").splitlines()]
    read = [validate(RegistryChanged, row, Limits()) for row in rows]

    assert rows
    assert [found for found in read if isinstance(found, list)] == []


def test_every_message_in_its_folder_is_played() -> None:
    files = {path.stem for path in (FOLDER / "morning").glob("*.json")}

    assert files == set(_SCENES)
    assert len({message(file)["id"] for file in files}) == len(files)


@contextmanager
def _started(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    unbuffered = {**environment, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(_DEMO, env=unbuffered, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as demo:
        try:
            yield demo
        finally:
            demo.kill()


def _namespace(shown: str) -> str:
    found = re.search(r"demo-[0-9a-f]{8}", shown)
    assert found is not None
    return found[0]


async def _nothing_is_left(namespace: str, broker_url: str, database_server_url: str) -> None:
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelNotFoundEntity):
            await channel.declare_queue(f"{namespace}.offer-accepted", passive=True)
    server = await asyncpg.connect(database_server_url)
    database = f"order_adapter_{namespace.replace('-', '_')}"
    left = await server.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", database)
    await server.close()

    assert left == 0
