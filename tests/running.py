"""The adapter on a broker and a database: in this process, or as processes that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from adapter.app import Adapter
from adapter.parts import database_of
from adapter.persistence.migrating import migrate
from config.settings import Settings

_ROOT = Path(__file__).parents[1]


def settings(broker_url: str, database_url: str, namespace: str, config_dir: Path, **fields: object) -> Settings:
    given = {
        "broker_url": broker_url,
        "database_url": database_url,
        "namespace": namespace,
        "config_dir": config_dir,
        "operations_address": "",
        "database_pool_size": 5,
    }
    return Settings.model_validate(given | fields)


async def migrated(of: Settings) -> None:
    database = database_of(of)
    try:
        await migrate(database.engine)
    finally:
        await database.close()


@asynccontextmanager
async def running(of: Settings) -> AsyncIterator[Adapter]:
    """The adapter at work in this process, on a database that is up to date."""
    adapter = Adapter.of(of)
    try:
        await adapter.start()
        yield adapter
    finally:
        await adapter.stop()


class Copy:
    """The adapter as a process of its own, `order-adapter serve`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._told: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, of: Settings) -> Copy:
        """Returns once it consumes."""
        serve = (sys.executable, "-m", "adapter", "serve")
        process = await asyncio.create_subprocess_exec(*serve, env=os.environ | environment(of), stderr=PIPE, cwd=_ROOT)
        copy = cls(process)
        ready = asyncio.Event()
        copy._told = asyncio.create_task(copy._listen(ready))
        await asyncio.wait_for(ready.wait(), 60)
        return copy

    async def _listen(self, ready: asyncio.Event) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            if b'"event":"ready"' in line.replace(b": ", b":"):
                ready.set()

    async def kill(self) -> None:
        """Without warning, in the middle of whatever it does."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        if self._told is not None:
            await self._told


def environment(of: Settings) -> Mapping[str, str]:
    assert of.database_url is not None
    return {
        "ORDER_ADAPTER_BROKER_URL": of.broker_url.get_secret_value(),
        "ORDER_ADAPTER_DATABASE_URL": of.database_url.get_secret_value(),
        "ORDER_ADAPTER_NAMESPACE": of.namespace,
        "ORDER_ADAPTER_CONFIG_DIR": str(of.config_dir),
        "ORDER_ADAPTER_OPERATIONS_ADDRESS": "",
        "ORDER_ADAPTER_BATCH_MESSAGES": str(of.batch_messages),
        "ORDER_ADAPTER_LOG_FORMAT": "json",
        "PYTHONPATH": str(_ROOT),
    }
