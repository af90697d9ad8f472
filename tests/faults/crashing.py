"""A copy dies at a named place; another one goes on, and the books must agree."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .feeding import Feeder
from .invariants import Broken, broken, look
from .ledger import Pen, Posted
from .resting import eventually, left, untouched
from .rig import Site
from .sabotage import Halt, Point, Sabotage
from .served import SERVE, Served, serving

Phases = Sequence[Sequence[Posted]]
PATIENCE = 20.0
_LOOKS = 6
"""A dead letter that is being put back is for a moment in no queue: all has to be done several times in a row."""
LARGE = "1234567890123456.78"
"""A price that no binary fraction holds."""
QUICK = {"ORDER_ADAPTER_RELAY_POLL_SECONDS": "0.1", "ORDER_ADAPTER_DEAD_LETTER_SECONDS": "0.1"}


def a_morning(pen: Pen) -> Phases:
    """A little of everything, also twice, and what is no good."""
    first = [pen.offer(1, price=LARGE), pen.offer(2, sure=True), pen.refused(90), pen.garbage()]
    second = [
        pen.offer(2, sure=True, again=True),
        pen.parked(91),
        pen.confirmation(1),
        pen.change(1, 7),
        pen.change(1, 8),
        pen.delivery(2, "N-1"),
        pen.delivery(2, "N-1", again=True),
        pen.entry(),
    ]
    return [[*first, *first], [*second, *second, *first[:2]]]


def an_offer(pen: Pen) -> Phases:
    """One order with two events."""
    return [[pen.offer(1, sure=True)]]


def poison(pen: Pen) -> Phases:
    return [[pen.parked(91), pen.refused(90), pen.garbage()]]


def too_early(pen: Pen) -> Phases:
    """A delivery before its order exists, an offer before its article is known; then what cures them."""
    first = [pen.delivery(1, "N-1"), pen.curable(2)]
    return [first, [pen.offer(1, sure=True), pen.entry(), *first]]


@dataclass(frozen=True, slots=True)
class Crash:
    """A named crash point, with the messages that lead there.

    `dead` of them the broker has given up on before, `stops` means on the way of a stop in good order. `words` is the
    command that dies, once a copy that does not has handled the messages, and they have become `old`; they come again.
    """

    name: str
    point: Point
    phases: Callable[[Pen], Phases] = a_morning
    dead: int = 0
    stops: bool = False
    words: Sequence[str] = SERVE
    old: bool = False


async def die(site: Site, crash: Crash, *bugs: Sabotage, **environ: str) -> list[Sequence[Posted]]:
    """Have a copy crash there; what of the messages could not be published before.

    AssertionError where the place is never reached.
    """
    phases, feeder = list(crash.phases(Pen())), site.feeder()
    if crash.dead:
        await asyncio.to_thread(feeder.post, phases[0])
        await asyncio.to_thread(site.broker.give_up_on, "offer-accepted", crash.dead)
    if crash.words != SERVE:
        await _handled(site, feeder, list(phases))
    if crash.old:
        await site.execute("UPDATE inbox SET handled_at = handled_at - interval '3 years'")
    async with serving(site.settings, crash.words, [Halt(crash.point), *bugs], **QUICK | environ) as victim:
        if crash.words == SERVE:
            await _feed(site, feeder, phases, victim)
        if crash.stops:
            victim.ask_to_stop()
        ended = await victim.end()
    await asyncio.to_thread(feeder.close)
    assert ended == -signal.SIGKILL, f"{crash.name}: not reached; {victim.events[-3:]}"
    return phases


async def _handled(site: Site, feeder: Feeder, phases: list[Sequence[Posted]]) -> None:
    async with serving(site.settings, **QUICK) as copy:
        await copy.until("ready")
        await _feed(site, feeder, phases, copy)
        copy.ask_to_stop()
        assert await copy.end() == 0, copy.events[-3:]


async def live_on(
    site: Site, phases: list[Sequence[Posted]], *bugs: Sabotage, patience: float = PATIENCE, **environ: str
) -> None:
    """Have another copy go on until all is done, and stop in good order."""
    feeder = site.feeder()
    async with serving(site.settings, done=bugs, **QUICK | environ) as other:
        await _feed(site, feeder, phases, other, patience)
        await other.until("ready")
        for _ in range(_LOOKS):
            if not await eventually(lambda: _is_done(site, other), patience):
                break
        other.ask_to_stop()
        assert await other.end() == 0, other.events[-3:]
    await asyncio.to_thread(feeder.close)


async def crashed(site: Site, crash: Crash, *bugs: Sabotage, patience: float = PATIENCE, **environ: str) -> Broken:
    """What is broken after a copy crashed there and another one went on."""
    rest = await die(site, crash, *bugs, **environ)
    await live_on(site, rest, *bugs, patience=patience, **environ)
    return broken(await look(site))


async def _feed(
    site: Site, feeder: Feeder, phases: list[Sequence[Posted]], copy: Served, patience: float = PATIENCE
) -> None:
    """Publish phase after phase, each once the one before was looked at, as long as the copy lives."""
    while phases and not copy.ended:
        phase = phases.pop(0)
        await asyncio.to_thread(feeder.post, phase)
        await eventually(lambda phase=phase: _was_seen(site, phase, copy), patience)  # type: ignore[misc]


async def _was_seen(site: Site, phase: Sequence[Posted], copy: Served) -> bool:
    return copy.ended or await untouched(site, phase) == 0


async def _is_done(site: Site, copy: Served) -> bool:
    """Dead letters too: one that was handled meanwhile is still to be taken."""
    if copy.ended or await left(site):
        return copy.ended
    return not any((await asyncio.to_thread(site.broker.ready)).values())
