"""Copies of the adapter at work, each started again whenever it ends, as a supervisor would."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from cable import Cable, cable

from .resting import eventually
from .rig import Site
from .sabotage import Sabotage
from .served import SERVE, Served

ENVIRON = {
    "ORDER_ADAPTER_BROKER_HEARTBEAT_SECONDS": "2",
    "ORDER_ADAPTER_PUBLISH_SECONDS": "2",
    "ORDER_ADAPTER_DATABASE_STATEMENT_SECONDS": "5",
    "ORDER_ADAPTER_DATABASE_LOCK_SECONDS": "3",
    "ORDER_ADAPTER_RELAY_POLL_SECONDS": "0.2",
    "ORDER_ADAPTER_DRAIN_SECONDS": "8",
    "ORDER_ADAPTER_BATCH_MESSAGES": "20",
    "ORDER_ADAPTER_PREFETCH": "50",
}
PATIENCE = 60.0
_NOT_REACHABLE = 3
"""The exit code of a start that waited in vain; a supervisor tries again."""
_EXPECTED = {0, -signal.SIGKILL, -signal.SIGTERM, _NOT_REACHABLE}
"""A copy that is asked to stop before it has begun to listen to that ends by the signal."""


@dataclass(slots=True)
class Copy:
    """One copy with cables of its own to broker and database, and all its runs so far."""

    site: Site
    to_broker: Cable
    to_database: Cable
    sabotage: Sequence[Sabotage] = ()
    runs: list[Served] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    _closing: bool = False

    @property
    def run(self) -> Served:
        return self.runs[-1]

    async def work(self) -> None:
        """Run, and run again, until `close` is called."""
        environ = ENVIRON | {
            "ORDER_ADAPTER_BROKER_URL": self.to_broker.of(self.site.broker.url),
            "ORDER_ADAPTER_DATABASE_URL": self.to_database.of(self.site.database_url),
        }
        while not self._closing:
            served = await Served.start(self.site.settings, SERVE, self.sabotage, environ)
            self.runs.append(served)
            self.codes.append(await served.wait())

    async def next(self, runs: int) -> None:
        """Once it has been started more often than that, and is ready; a start that fails is followed by another."""

        async def ready() -> bool:
            return len(self.runs) > runs and self.run.named("ready") != []

        assert await eventually(ready, PATIENCE), f"not ready, exit codes {self.codes}, {self.run.events[-3:]}"

    async def replaced(self) -> None:
        """Stopped in good order and started again."""
        runs = len(self.runs)
        self.run.ask_to_stop()
        await self.next(runs)

    def kill(self) -> None:
        self.run.send(signal.SIGKILL)

    async def close(self) -> None:
        self._closing = True
        self.run.send(signal.SIGCONT)
        self.run.ask_to_stop()

    @property
    def gave_up(self) -> list[int]:
        """Exit codes of runs that ended by themselves."""
        return [code for code in self.codes if code not in _EXPECTED]

    @property
    def unexpected(self) -> list[str]:
        """What the copy itself calls an error of its own."""
        errors = [event for run in self.runs for event in run.named("unexpected_error")]
        strange = [event["event"] for run in self.runs for event in run.events if "timestamp" not in event]
        told = [f"{error['where']}: {error['error']} {error.get('exception', '')}" for error in errors]
        return told + [line for line in strange if "Traceback" in line]


@asynccontextmanager
async def crew(site: Site, copies: int = 2, sabotage: Sequence[Sabotage] = ()) -> AsyncIterator[list[Copy]]:
    """So many copies, ready; stopped in good order afterwards."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(copies):
            to_broker = await stack.enter_async_context(cable(site.broker.url))
            to_database = await stack.enter_async_context(cable(site.database_url))
            made.append(Copy(site, to_broker, to_database, sabotage))
        working = [asyncio.create_task(copy.work()) for copy in made]
        try:
            await asyncio.gather(*(copy.next(0) for copy in made))
            yield made
        finally:
            await asyncio.gather(*(copy.close() for copy in made))
            await asyncio.wait(working, timeout=20)
            for copy in made:
                copy.kill()
            await asyncio.gather(*working)
