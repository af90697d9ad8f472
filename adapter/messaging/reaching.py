"""Whether the broker can be reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import unquote, urlsplit

import aio_pika
from aiormq.exceptions import AMQPConnectionError, AMQPError, PublishError
from faststream.rabbit import RabbitBroker

from adapter.outage import Outage

_SECONDS: Final = 10
START_SECONDS: Final = 20.0


async def reach(url: str) -> None:
    """Connect and let go again.

    Raises:
        AMQPError: it cannot be reached.
    """
    async with within(_SECONDS), await aio_pika.connect(url, timeout=_SECONDS):
        pass


def watched_broker(url: str, outage: Outage) -> RabbitBroker:
    """A connection, not yet made, that comes back by itself; `outage` tells when it is lost and when it is back."""
    return RabbitBroker(
        url,
        logger=None,
        reconnect_interval=1.0,
        on_close=[lambda _connection, error: outage.lost(error)],
        on_reconnected=[lambda _connection: outage.recovered()],
    )


def user_of(url: str) -> str:
    """The broker user that a URL names; the library's own default where it names none."""
    return unquote(urlsplit(url).username or "guest")


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """What a broker that goes away in the middle makes of the calls within, told in one way.

    Raises:
        PublishError: no queue takes the message.
        AMQPConnectionError: the broker went away or refused, or did not answer in `seconds`.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except (PublishError, AMQPConnectionError, RecursionError):
        raise
    except (AMQPError, RuntimeError, ConnectionError, TimeoutError, StopAsyncIteration) as error:
        # StopAsyncIteration: the library read on where the peer had gone away in the middle of the greeting.
        raise AMQPConnectionError(f"{type(error).__name__} {error}".strip()) from error
    except asyncio.CancelledError as error:
        # A dead peer ends calls with CancelledError although nobody cancelled us.
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise AMQPConnectionError("the connection was lost") from error
