"""Whether the broker takes what is published: with too little memory or disk it stops reading (connection.blocked)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from aio_pika.abc import AbstractConnection

_AT_ONCE: Final = 0.05


async def until_taken(connection: AbstractConnection) -> None:
    """Returns once the broker takes what is published, at once where it has not said otherwise.

    What is written to a blocked connection is not refused: it waits there, and goes out as often as it was written.
    """
    if connection.transport is not None:
        await connection.transport.connection.ready()


async def is_blocked(connection: AbstractConnection) -> bool:
    """Whether the broker has told that it takes nothing for now; one that is not connected is lost, not blocked."""
    if not connection.connected.is_set():
        return False
    with suppress(TimeoutError):
        async with asyncio.timeout(_AT_ONCE):
            await until_taken(connection)
            return False
    return True
