"""The outbox sent the usual way: an event is published, confirmed and marked before the next one's turn."""

from __future__ import annotations

import asyncio
import signal

import uvloop
from sqlalchemy import select

from benchmarks.usual.__main__ import broker, engine, events_exchange, sessions
from benchmarks.usual.outbox import send
from benchmarks.usual.tables import Event

_READ_AT_ONCE = 100
_PAUSE = 0.05


async def main() -> None:
    await broker.connect()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    while not stopping.is_set():
        if not await _send_some(stopping):
            await asyncio.sleep(_PAUSE)
    await broker.stop()
    await engine.dispose()


async def _send_some(stopping: asyncio.Event) -> bool:
    """Send the oldest hundred; whether there was anything to send."""
    waiting = select(Event).where(Event.sent_at.is_(None)).order_by(Event.id).limit(_READ_AT_ONCE)
    async with sessions() as session:
        events = (await session.scalars(waiting)).all()
        for event in events:
            if stopping.is_set():
                break
            await send(broker, events_exchange, session, [event])
    return bool(events)


if __name__ == "__main__":
    uvloop.run(main())
