"""The main job on sample data, start to finish, in front of your eyes; it checks itself."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from adapter.demo import services
from adapter.demo.house import FOLDER, House, house
from adapter.demo.morning import MORNING, Scene, message
from adapter.demo.narration import Narrator
from adapter.demo.partners import Json
from adapter.demo.playing import Played, Playing, expected_totals
from adapter.demo.staying import advise, stay

_PAUSE = 0.5
_NUMBERINGS = ("ORD", "SHOP")


def run(*, staying: bool) -> bool:
    """Play the morning; says whether everything came out as it must. All that it made is gone afterwards.

    Raises:
        ServiceMissing: there is no broker or database and none can be started.
        MayNotCreate: the configured database's user may not make one.
    """
    narrator = Narrator()
    narrator.open()
    with ExitStack() as stack:
        with narrator.setting_up():
            broker = stack.enter_context(services.broker())
            server = stack.enter_context(services.embedded_postgres())
        return asyncio.run(Demonstration(narrator).play(broker, server, staying=staying))


@dataclass(slots=True)
class Demonstration:
    """One morning before one person."""

    narrator: Narrator
    faults: list[str] = field(default_factory=list)
    orders: dict[str, Json] = field(default_factory=dict)
    events: int = 0

    async def play(self, broker: str, server: str, *, staying: bool) -> bool:
        _stop_politely()
        begun = time.monotonic()
        async with house(broker, server) as here:
            self.narrator.fact("Namespace", f"{here.settings.namespace}, removed at the end with its database")
            self.narrator.fact("Registry", f"{here.entries} entries of config/demo/registry.jsonl")
            playing = Playing(here)
            for scene in MORNING:
                await self._scene(playing, scene)
            await self._close(playing, here, time.monotonic() - begun)
            if staying and not self.faults:
                await stay(here, self.narrator)
        if not staying:
            advise(self.narrator)
        return not self.faults

    async def _scene(self, playing: Playing, scene: Scene) -> None:
        self.narrator.begin(scene, message(scene.file)["time"][11:16])
        try:
            played = await playing.play(scene)
        except TimeoutError:
            self.faults.append(f"{scene.title}: no answer came")
            return
        self.narrator.tell(played, await _reasons_why(playing, played))
        self._remember(played)
        if self.narrator.at_terminal:
            await asyncio.sleep(_PAUSE)

    def _remember(self, played: Played) -> None:
        self.faults += [f"{played.scene.title}: {fault}" for fault in played.faults()]
        self.orders |= {order["number"]: order for order in played.orders}
        self.events += len(played.events)

    async def _close(self, playing: Playing, here: House, seconds: float) -> None:
        used = {numbering: await playing.numbers(numbering) for numbering in _NUMBERINGS}
        self.faults += _holes(used)
        await self._check(playing, here)
        self.narrator.close([self.orders[number] for number in sorted(self.orders)], _names(), _told(used))
        told = f"{len(MORNING)} messages, {len(self.orders)} orders, {self.events} events, {seconds:.1f} seconds"
        self.narrator.verdict(self.faults, told)

    async def _check(self, playing: Playing, here: House) -> None:
        """What no single scene can see: that nothing more was made or told."""
        if await playing.totals() != expected_totals(MORNING):
            self.faults.append("the database holds other orders than the ones told of")
        if here.receiver.events:
            self.faults.append(f"{len(here.receiver.events)} events more than expected")


async def _reasons_why(playing: Playing, played: Played) -> Sequence[Sequence[Any]]:
    """The rows of the trace that the scene wants to show, in its order."""
    if not played.scene.why or not played.orders:
        return []
    rows = await playing.explained(played.orders[0]["number"])
    by_value = {(row[1], row[0] or ""): row for row in rows}
    return [by_value[wanted] for wanted in played.scene.why if wanted in by_value]


def _holes(used: Mapping[str, Mapping[str, Sequence[int]]]) -> list[str]:
    return [
        f"the numbers of {numbering} since {start} have holes: {numbers}"
        for numbering, periods in used.items()
        for start, numbers in periods.items()
        if list(numbers) != list(range(1, len(numbers) + 1))
    ]


def _told(used: Mapping[str, Mapping[str, Sequence[int]]]) -> str:
    """The highest number of each numbering and period; a period is told by the month in which it began."""
    periods = {code: [f"{max(of)} since {start[:7]}" for start, of in spans.items()] for code, spans in used.items()}
    told = "; ".join(f"{code} {', '.join(spans)}" for code, spans in periods.items())
    return f"Numbers{'' if _holes(used) else ' without holes'}: {told}"


def _names() -> dict[str, str]:
    rows = [json.loads(line) for line in (FOLDER / "registry.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["key"]: row["entry"]["name"] for row in rows if row["kind"] == "customer"}


def _stop_politely() -> None:
    """A request to terminate ends the morning as Ctrl-C does: everything is removed."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
