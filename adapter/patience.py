"""Waiting no longer than meant, and ending what was begun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

_AGAIN = 0.5


async def until_set(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, `seconds` at most; says whether it came."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and return once they have ended; how they ended is not told.

    A cancellation that meets the end of what a task waits for can get lost on its way (`asyncio.wait_for` before
    Python 3.12, drivers): it is repeated until the task has ended.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=_AGAIN)
        for task in ended:
            task.cancelled() or task.exception()
