"""`serve` as a supervisor sees it: its log, its signals, its exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import pytest
from cable import Cable
from conftest import Databases
from given_configuration import a_configuration
from running import environment, migrated, settings

from config.settings import Settings

Event = dict[str, Any]


@dataclass(slots=True)
class Served:
    """One run of `order-adapter serve`, and what it has logged so far."""

    process: Process
    events: list[Event] = field(default_factory=list)

    async def until(self, name: str) -> Event:
        """The next event of this name."""
        assert self.process.stderr is not None
        async with asyncio.timeout(40):
            async for line in self.process.stderr:
                self.events.append(json.loads(line))
                if self.events[-1]["event"] == name:
                    return self.events[-1]
        raise AssertionError(f"no {name} in {self.events}")

    async def end(self) -> int:
        """Its exit code, once it has ended."""
        _, rest = await self.process.communicate()
        self.events += [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode or 0

    @property
    def names(self) -> list[str]:
        return [event["event"] for event in self.events]


@asynccontextmanager
async def serving(of: Settings, environ: Mapping[str, str] | None = None) -> AsyncIterator[Served]:
    given = {"ORDER_ADAPTER_LOG_LEVEL": "info", "ORDER_ADAPTER_OPERATIONS_ADDRESS": "127.0.0.1:0"} | dict(environ or {})
    words = (sys.executable, "-m", "adapter", "serve")
    process = await asyncio.create_subprocess_exec(*words, env=os.environ | environment(of) | given, stderr=PIPE)
    try:
        yield Served(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def house(broker_url: str, new_database: Databases, namespace: str, tmp_path: Path) -> Settings:
    """What a copy of the adapter of its own is started with; its database is up to date."""
    of = settings(broker_url, await new_database(), namespace, a_configuration(tmp_path))
    await migrated(of)
    return of


async def test_a_signal_ends_it_in_order(house: Settings) -> None:
    async with serving(house) as served:
        await served.until("ready")
        served.process.send_signal(signal.SIGTERM)

        assert await served.end() == 0
    assert served.names[0] == "started"
    assert served.names[-2:] == ["stopping", "stopped"]
    assert all({"timestamp", "level", "event", "instance"} <= event.keys() for event in served.events)


@pytest.fixture
async def broker_cable(broker_url: str) -> AsyncIterator[Cable]:
    """The way to the broker, not yet there."""
    parts = urlsplit(broker_url)
    cable = Cable(parts.hostname or "", parts.port or 5672)
    await cable.mend()
    cable.cut()
    yield cable
    cable.cut()


def why_not_started(address: str) -> str:
    connection = HTTPConnection(address, timeout=5)
    connection.request("GET", "/health/ready")
    checks = json.loads(connection.getresponse().read())["checks"]
    connection.close()
    return str(checks["started"]["why"])


async def test_it_starts_when_the_broker_comes_later(house: Settings, broker_url: str, broker_cable: Cable) -> None:
    async with serving(house, {"ORDER_ADAPTER_BROKER_URL": broker_cable.of(broker_url)}) as served:
        address = (await served.until("operations_listening"))["address"]
        assert (await served.until("waiting"))["waits_for"] == "broker"
        assert await asyncio.to_thread(why_not_started, address) == "Starting: the broker is waited for."
        await broker_cable.mend()

        await served.until("ready")


async def test_it_gives_up_when_the_database_does_not_come(house: Settings) -> None:
    nowhere = {"ORDER_ADAPTER_DATABASE_URL": "postgresql://u@127.0.0.1:1/d", "ORDER_ADAPTER_START_SECONDS": "0.1"}
    async with serving(house, nowhere) as served:
        assert await served.end() == 3
    assert (served.names[-1], served.events[-1]["level"]) == ("not_reachable", "critical")


async def test_a_signal_ends_the_waiting_too(house: Settings) -> None:
    async with serving(house, {"ORDER_ADAPTER_DATABASE_URL": "postgresql://u@127.0.0.1:1/d"}) as served:
        await served.until("waiting")
        served.process.send_signal(signal.SIGINT)

        assert await served.end() == 0


async def test_a_queue_that_is_not_as_it_must_be_stops_the_start(house: Settings, broker_url: str) -> None:
    name = f"{house.namespace}.offer-accepted"
    async with await aio_pika.connect(broker_url) as connection:
        await (await connection.channel()).declare_queue(name, durable=True)

    async with serving(house) as served:
        told = await served.until("topology_mismatch")
        assert await served.end() == 1
    assert (told["level"], told["what"]) == ("critical", f"queue {name}")
    assert "inequivalent arg 'x-" in told["found"]
    assert told["cure"]


async def test_a_schema_that_is_behind_stops_the_start(house: Settings, new_database: Databases) -> None:
    async with serving(house, {"ORDER_ADAPTER_DATABASE_URL": await new_database()}) as served:
        told = await served.until("schema_behind")
        assert await served.end() == 1
    assert (told["level"], told["found"], told["cure"]) == ("critical", "none", "Run `order-adapter migrate`.")


async def test_every_fault_of_settings_and_configuration_is_in_the_log(house: Settings, tmp_path: Path) -> None:
    (tmp_path / "parameters.toml").write_text("")
    async with serving(house) as served:
        assert await served.end() == 1
    assert [event["what"] for event in served.events] == [
        "parameters.toml: company",
        "parameters.toml: company_currency",
    ]
    assert {(event["event"], event["level"]) for event in served.events} == {("configuration_fault", "critical")}
