"""Sends what the outbox holds: right after the commit, and once more later where that failed."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence

import structlog
from faststream.rabbit import RabbitBroker, RabbitExchange
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from benchmarks.usual.tables import Event

log = structlog.get_logger()

_LATE = datetime.timedelta(seconds=10)


async def send(broker: RabbitBroker, exchange: RabbitExchange, session: AsyncSession, events: Sequence[Event]) -> None:
    """Publish these events one after the other, each confirmed by the broker, and mark them as sent."""
    for event in events:
        await broker.publish(
            event.body,
            routing_key=event.type,
            exchange=exchange,
            persist=True,
            mandatory=True,
            content_type="application/cloudevents+json",
            message_id=str(event.event_id),
            correlation_id=event.correlation_id,
            message_type=f"{event.type}.v1",
        )
        event.sent_at = datetime.datetime.now(datetime.UTC)
    await session.commit()


async def send_late_ones(
    broker: RabbitBroker, exchange: RabbitExchange, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """For as long as the program runs, send events whose sending failed after their commit."""
    while True:
        await asyncio.sleep(_LATE.total_seconds())
        try:
            async with sessions() as session:
                waiting = await session.scalars(_waiting())
                await send(broker, exchange, session, waiting.all())
        except Exception as error:
            log.error("outbox_failed", error=repr(error))


def _waiting() -> Select[Event]:
    old_enough = Event.created_at < datetime.datetime.now(datetime.UTC) - _LATE
    return select(Event).where(Event.sent_at.is_(None), old_enough).order_by(Event.id).limit(100)
