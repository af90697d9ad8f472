"""`order-adapter serve` (or another command) as a process of its own, and what it logs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from running import environment

from config.settings import Settings

from . import sabotage
from .sabotage import Sabotage

Event = dict[str, Any]
PATIENCE = 40
SERVE = ("serve",)

# Loading the program takes longer than most tests: one process loads it, and every copy is a fork of that one.
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["adapter.cli", "adapter.cli.serving", "adapter.cli.replays", "sqlalchemy.dialects.postgresql.asyncpg", "pytest"]
)


# A process that is started looks at all others, too; of two who read an exit code at once, one loses it.
_LOOKING = threading.Lock()


def _start(process: BaseProcess) -> None:
    with _LOOKING:
        process.start()


def _exit_code(process: BaseProcess) -> int:
    wait([process.sentinel])
    with _LOOKING:
        return process.exitcode or 0


@dataclass(slots=True)
class Served:
    """One run, and everything that it has logged so far."""

    process: BaseProcess
    events: list[Event] = field(default_factory=list)
    _logged: asyncio.Condition = field(default_factory=asyncio.Condition)
    _listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls, of: Settings, words: Sequence[str], done: Sequence[Sabotage], environ: Mapping[str, str]
    ) -> Served:
        ours, theirs = _FORKS.Pipe(duplex=False)
        given = {**environment(of), **environ}
        process = _FORKS.Process(target=sabotage.run, args=(words, given, theirs, done), daemon=True)
        await asyncio.to_thread(_start, process)
        theirs.close()
        served = cls(process)
        served._listening = asyncio.create_task(served._listen(os.dup(ours.fileno())))
        ours.close()
        return served

    async def _listen(self, descriptor: int) -> None:
        reader = asyncio.StreamReader(limit=1 << 20)
        loop = asyncio.get_running_loop()
        way, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb"))
        async for line in reader:
            async with self._logged:
                self.events.append(json.loads(line) if line.startswith(b"{") else {"event": line.decode()})
                self._logged.notify_all()
        way.close()
        async with self._logged:
            self._logged.notify_all()

    @property
    def ended(self) -> bool:
        return self._listening is not None and self._listening.done()

    async def until(self, name: str, times: int = 1) -> Event:
        """The event of this name, once it has been logged so often."""
        async with asyncio.timeout(PATIENCE), self._logged:
            await self._logged.wait_for(lambda: len(self.named(name)) >= times)
        return self.named(name)[times - 1]

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event["event"] == name]

    @property
    def is_alive(self) -> bool:
        with _LOOKING:
            return self.process.is_alive()

    def send(self, number: int) -> None:
        """Send it a signal; one that has ended gets none."""
        if self.is_alive and self.process.pid is not None:
            os.kill(self.process.pid, number)

    def ask_to_stop(self) -> None:
        self.send(signal.SIGTERM)

    async def end(self) -> int:
        """Its exit code, once it has ended by itself; that of a signal is negative. TimeoutError where it does not."""
        async with asyncio.timeout(PATIENCE):
            return await self.wait()

    async def wait(self) -> int:
        """Its exit code, however long that takes."""
        assert self._listening is not None
        await asyncio.shield(self._listening)
        return await asyncio.to_thread(_exit_code, self.process)

    async def until_frozen(self) -> None:
        """Once it stands still after a SIGSTOP; only then does a SIGCONT count."""
        async with asyncio.timeout(PATIENCE):
            while _state(self.process.pid) != "T":  # noqa: ASYNC110 -- only the kernel knows
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """Without warning, in the middle of whatever it does."""
        self.send(signal.SIGKILL)
        await self.end()


def _state(pid: int | None) -> str:
    """How a process is, in the kernel's one letter."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@asynccontextmanager
async def serving(
    of: Settings, words: Sequence[str] = SERVE, done: Sequence[Sabotage] = (), **environ: str
) -> AsyncIterator[Served]:
    """One copy, with this done to it; it is killed at the end where it has not ended."""
    served = await Served.start(of, words, done, environ)
    try:
        yield served
    finally:
        await served.kill()
