"""Waiting no longer than meant, and ending what was begun."""

from __future__ import annotations

import asyncio

from adapter.patience import end, until_set


async def test_an_event_that_does_not_come_ends_the_wait() -> None:
    assert await until_set(asyncio.Event(), 0.001) is False


async def test_an_event_that_comes_ends_the_wait_at_once() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(until_set(event, 3600))
    event.set()

    assert await waiting is True


async def test_a_task_that_loses_cancellations_is_ended_all_the_same() -> None:
    lost = 0

    async def loses_two() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if lost == 2:
                    raise
                lost += 1

    task = asyncio.create_task(loses_two())
    await asyncio.sleep(0)
    await end([task])

    assert (task.cancelled(), lost) == (True, 2)


async def test_a_task_that_fails_while_it_is_ended_keeps_nobody() -> None:
    async def fails() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            raise ValueError("on the way out")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await end([task])

    assert task.done()


async def test_nothing_to_end_is_no_fault() -> None:
    await end([])
