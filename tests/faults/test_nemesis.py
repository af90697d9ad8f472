"""Everything breaks while everybody works; afterwards the books agree. `make faults SEEDS="1 2 3" SECONDS=60`."""

from __future__ import annotations

import asyncio
import os
import random
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import pytest

from .crew import Copy, crew
from .feeding import Feeder
from .invariants import Broken, broken, look
from .liveness import healed
from .nemesis import OF_PROCESSES, OF_SERVICES, Nemesis, strokes
from .rig import Rig, Site
from .workload import Workload

SEEDS = [int(seed) for seed in os.environ.get("FAULT_SEEDS", "1").split()]
SECONDS = float(os.environ.get("FAULT_SECONDS", "0"))
_WINDOWS_A_SECOND = 1.0


def feed(feeder: Feeder, seed: int, enough: threading.Event) -> None:
    """Window after window; the one that was begun is brought to its end."""
    for window in Workload(random.Random(seed)).windows():  # noqa: S311 -- has to come out the same again
        feeder.post(window)
        if enough.wait(1 / _WINDOWS_A_SECOND):
            return


@asynccontextmanager
async def fed(site: Site, seed: int) -> AsyncIterator[Feeder]:
    """Messages come in for as long as this lasts; those that were begun are confirmed at its end."""
    feeder, enough = site.feeder(), threading.Event()
    feeding = asyncio.create_task(asyncio.to_thread(feed, feeder, seed, enough))
    try:
        yield feeder
    finally:
        enough.set()
        await feeding
        feeder.close()


async def raged(rig: Rig, site: Site, seed: int, seconds: float) -> tuple[Broken, list[str]]:
    """What is broken after the nemesis of this seed, and what it did."""
    async with crew(site) as copies:
        async with fed(site, seed) as feeder:
            nemesis = Nemesis(rig, site, copies, feeder)
            await nemesis.rage(seed, seconds)
        unwell = await healed(rig, site, copies)
    found = broken(await look(site))
    return (found | {"I7": unwell} if unwell else found), nemesis.done + [of_run(copy) for copy in copies]


def of_run(copy: Copy) -> str:
    return f"a copy ran {len(copy.runs)} times: {copy.codes}"


@pytest.mark.timeout(SECONDS + 170)
@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_breaks_the_books_agree_in_the_end(rig: Rig, seed: int) -> None:
    async with rig.site() as site:
        faults, done = await raged(rig, site, seed, SECONDS)
        told = "\n".join([f'again: make faults SEEDS="{seed}" SECONDS={SECONDS:g}', *done])
        assert faults == {}, told


def test_a_seed_gives_the_same_schedule_again_and_another_seed_another() -> None:
    one, again, other = (list(islice(strokes(seed, OF_SERVICES, 2), 30)) for seed in (1, 1, 2))

    assert one == again != other
    assert {stroke.what for stroke in one} == set(OF_SERVICES)
    assert {stroke.what for stroke in islice(strokes(1, OF_PROCESSES, 2), 3)} == set(OF_PROCESSES)
