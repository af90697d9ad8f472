"""How long calls take, and since when the oldest has not ended."""

from __future__ import annotations

import asyncio

import pytest

from adapter.intake.stopwatch import Stopwatch


async def test_calls_are_measured_also_those_that_fail() -> None:
    now = 0.0
    stopwatch = Stopwatch(clock=lambda: now)

    async def take(seconds: float) -> float:
        nonlocal now
        now += seconds
        return 1 / seconds

    assert await stopwatch.around(take)(4) == 0.25
    with pytest.raises(ZeroDivisionError):
        await stopwatch.around(take)(0)
    assert (stopwatch.seconds.count, stopwatch.seconds.total, stopwatch.oldest_seconds) == (2, 4, 0)


async def test_the_oldest_call_that_has_not_ended_is_known() -> None:
    now, ends = 0.0, asyncio.Event()
    stopwatch = Stopwatch(clock=lambda: now)
    waiting = stopwatch.around(ends.wait)
    first = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    now = 3.0
    second = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    now = 5.0

    assert stopwatch.oldest_seconds == 5
    ends.set()
    await asyncio.gather(first, second)
    assert stopwatch.oldest_seconds == 0
