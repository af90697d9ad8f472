"""Whether the broker can be reached."""

from __future__ import annotations

from typing import Final

import aio_pika

_SECONDS: Final = 10


async def reach(url: str) -> None:
    """Connect and let go again.

    Raises:
        AMQPError: it cannot be reached.
    """
    async with await aio_pika.connect(url, timeout=_SECONDS):
        pass
