"""Whoever breaks things: a schedule drawn from a seed, carried out while messages come in."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cable import Cable

from .crew import Copy
from .feeding import Feeder
from .resting import eventually, untouched
from .rig import Rig, Site

OF_PROCESSES = ("kill", "freeze", "replace one after the other")
OF_SERVICES = (
    "crash the broker",
    "crash the database",
    "cut the broker",
    "cut the database",
    "black hole to the broker",
    "black hole to the database",
    "lose answers of the broker",
    "lose answers of the database",
    "memory alarm",
    "delete and remake a queue",
    "remove a binding",
)
_LONG, _SHORT = 2.5, 0.9
QUEUES = ("offer-accepted", "fulfilment-reported", "order-change-requested")


@dataclass(frozen=True, slots=True)
class Stroke:
    """One thing that is broken: what, of which copy, which queue, for how long, and the pause after it."""

    what: str
    copy: int
    queue: str
    seconds: float
    pause: float


def strokes(seed: int, kinds: Sequence[str], copies: int, longest: float = 2.5) -> Iterator[Stroke]:
    """Every kind once in an order of the seed, then all of them again, without end; each at most `longest` seconds."""
    drawn = random.Random(f"{seed} {kinds}")  # noqa: S311 -- has to come out the same again
    while True:
        for what in drawn.sample(kinds, len(kinds)):
            seconds, pause = round(drawn.uniform(0.2, longest), 2), round(drawn.uniform(0, longest / 3), 2)
            yield Stroke(what, drawn.randrange(copies), drawn.choice(QUEUES), seconds, pause)


@dataclass(slots=True)
class Nemesis:
    """Breaks processes and services beside each other; each stroke mends what it broke before the next is made."""

    rig: Rig
    site: Site
    copies: Sequence[Copy]
    feeder: Feeder
    done: list[str] = field(default_factory=list)
    _begun: float = field(default_factory=time.monotonic)

    async def rage(self, seed: int, seconds: float) -> None:
        """Every kind of stroke at least once, and for at least so long."""
        await asyncio.gather(*(self._lane(seed, kinds, seconds) for kinds in (OF_PROCESSES, OF_SERVICES)))

    async def _lane(self, seed: int, kinds: Sequence[str], seconds: float) -> None:
        longest = _LONG if seconds else _SHORT
        for count, stroke in enumerate(strokes(seed, kinds, len(self.copies), longest), 1):
            begun = time.monotonic() - self._begun
            await self._strike(stroke)
            self.done.append(f"{begun:6.2f} to {time.monotonic() - self._begun:6.2f}  {stroke}")
            if count >= len(kinds) and time.monotonic() - self._begun >= seconds:
                return
            await asyncio.sleep(stroke.pause)

    async def _strike(self, stroke: Stroke) -> None:
        copy = self.copies[stroke.copy]
        links = {"broker": copy.to_broker, "database": copy.to_database}
        strikes: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": lambda: self._kill(copy),
            "freeze": lambda: self._freeze(copy, stroke.seconds),
            "replace one after the other": self._replace_all,
            "crash the broker": self._crash_broker,
            "crash the database": self._crash_database,
            "memory alarm": lambda: self._alarm(stroke.seconds),
            "delete and remake a queue": lambda: self._remake(stroke.queue, 0.5 + stroke.seconds),
            "remove a binding": lambda: self._unbind(stroke.queue, stroke.seconds),
        }
        for name, link in links.items():
            strikes[f"cut the {name}"] = lambda link=link: _cut(link, stroke.seconds)  # type: ignore[misc]
            strikes[f"black hole to the {name}"] = lambda link=link: _black_hole(link, stroke.seconds)  # type: ignore[misc]
            strikes[f"lose answers of the {name}"] = lambda link=link: _lose_answers(link, stroke.seconds)  # type: ignore[misc]
        await strikes[stroke.what]()

    async def _kill(self, copy: Copy) -> None:
        copy.kill()

    async def _freeze(self, copy: Copy, seconds: float) -> None:
        run = copy.run
        run.send(signal.SIGSTOP)
        await asyncio.sleep(2 * seconds)
        run.send(signal.SIGCONT)

    async def _replace_all(self) -> None:
        for copy in self.copies:
            await copy.replaced()

    async def _crash_broker(self) -> None:
        # What it confirmed is on disk; where a new queue lies is written down a moment later.
        await asyncio.to_thread(self.rig.broker.control, "eval", "mnesia:sync_log().")
        await asyncio.to_thread(self.rig.broker.crash)
        await asyncio.to_thread(self.rig.broker.start)

    async def _crash_database(self) -> None:
        await asyncio.to_thread(self.rig.postgres.crash)
        await asyncio.to_thread(self.rig.postgres.start)

    async def _alarm(self, seconds: float) -> None:
        control = self.rig.broker.control
        await asyncio.to_thread(control, "set_vm_memory_high_watermark", "absolute", "1MB")
        await asyncio.sleep(seconds)
        await asyncio.to_thread(control, "set_vm_memory_high_watermark", "0.4")

    async def _remake(self, queue: str, seconds: float) -> None:
        """What somebody deletes on purpose he has let run empty before, and he takes a moment to make it again.

        Made again within milliseconds, RabbitMQ 3.10 itself loses what is delivered to those who consumed the old one.
        """
        await asyncio.to_thread(self.feeder.gate.acquire)
        try:
            await self._until_empty(queue)
            await asyncio.to_thread(self.site.broker.delete, queue)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.site.broker.make, queue)
        finally:
            self.feeder.gate.release()

    async def _until_empty(self, queue: str) -> None:
        """Nothing of it is ready, and whatever is in hand has been stored already."""
        name = f"{self.site.broker.namespace}.{queue}"

        async def empty() -> bool:
            ready = await asyncio.to_thread(self.site.broker.ready)
            return not ready[name] and not await untouched(self.site, list(self.site.ledger.confirmed.values()))

        assert await eventually(empty, 60), f"{name} does not run empty"

    async def _unbind(self, queue: str, seconds: float) -> None:
        with self.site.broker.unbound(queue):
            await asyncio.sleep(seconds)


async def _cut(link: Cable, seconds: float) -> None:
    link.cut()
    await asyncio.sleep(seconds / 2)
    await link.mend()


async def _black_hole(link: Cable, seconds: float) -> None:
    """Nothing comes through; then everything does, late."""
    link.stick()
    await asyncio.sleep(2 * seconds)
    await link.mend()


async def _lose_answers(link: Cable, seconds: float) -> None:
    """What was asked has arrived; what became of it, nobody hears."""
    link.mute()
    await asyncio.sleep(seconds / 2)
    link.cut()
    await link.mend()
