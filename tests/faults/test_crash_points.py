"""Killed at every step: another copy goes on, and it is as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from .crashing import Crash, crashed, die, live_on
from .invariants import Broken, broken, look
from .points import POINTS
from .rig import Rig
from .sabotage import Point, found


async def one_after_the_other(rig: Rig, crashes: Sequence[Crash]) -> Broken:
    """Copies die at these points on one site, each amid what the one before has left; the last one lives."""
    async with rig.site() as site:
        left = [phase for crash in crashes for phase in await die(site, crash)]
        await live_on(site, left)
        return broken(await look(site))


@pytest.mark.timeout(170)
async def test_copies_die_at_every_step_and_the_last_one_has_it_all_done(rig: Rig) -> None:
    beside_each_other = (one_after_the_other(rig, POINTS[first::2]) for first in range(2))

    assert await asyncio.gather(*beside_each_other) == [{}, {}]


@pytest.mark.timing
@pytest.mark.parametrize("crash", POINTS, ids=lambda crash: crash.name.replace(" ", "-"))
async def test_after_a_crash_at_one_step_another_copy_goes_on(rig: Rig, crash: Crash) -> None:
    async with rig.site() as site:
        assert await crashed(site, crash) == {}


def test_a_place_that_does_not_exist_any_more_is_told() -> None:
    with pytest.raises(AttributeError, match="gone_long_since"):
        found("adapter.app:Adapter.gone_long_since")


async def test_a_place_that_is_not_reached_is_told(rig: Rig) -> None:
    never = Crash("never", Point("adapter.app:Adapter.receive", call=10_000), stops=True)
    async with rig.site() as site:
        with pytest.raises(AssertionError, match="not reached"):
            await die(site, never)
