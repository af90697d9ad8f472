"""`order-adapter serve` as a process, and what it logs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from running import environment

from config.settings import Settings

Event = dict[str, Any]
PATIENCE = 40


@dataclass(slots=True)
class Served:
    """One run, and everything that it has logged so far."""

    process: Process
    events: list[Event] = field(default_factory=list)
    _logged: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            async with self._logged:
                self.events.append(json.loads(line))
                self._logged.notify_all()

    async def until(self, name: str, times: int = 1) -> Event:
        """The event of this name, once it has been logged so often."""
        async with asyncio.timeout(PATIENCE), self._logged:
            await self._logged.wait_for(lambda: len(self.named(name)) >= times)
        return self.named(name)[times - 1]

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event["event"] == name]

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def end(self) -> int:
        """Its exit code, once it has ended by itself."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@asynccontextmanager
async def serving(of: Settings, **environ: str) -> AsyncIterator[Served]:
    """One copy; it is killed at the end where it has not ended."""
    given: Mapping[str, str] = os.environ | dict(environment(of)) | environ
    words = (sys.executable, "-m", "adapter", "serve")
    process = await asyncio.create_subprocess_exec(*words, env=given, stderr=PIPE, stdout=DEVNULL)
    served = Served(process)
    listening = asyncio.create_task(served.listen())
    try:
        yield served
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening
