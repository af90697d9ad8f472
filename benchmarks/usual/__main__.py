"""The program: settings, database, broker, and the handler of accepted offers."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
import structlog
import uvloop
from faststream import AckPolicy, FastStream
from faststream.message import StreamMessage
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from adapter import configured
from adapter.messaging.topology import Names
from benchmarks.usual.messages import Answer, OfferAcceptedEvent
from benchmarks.usual.offers import Conversion
from benchmarks.usual.outbox import send, send_late_ones
from config.settings import load_settings

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ],
    cache_logger_on_first_use=True,
)
log = structlog.get_logger()

settings = load_settings()
business = configured.load(settings.config_dir)
names = Names(settings.namespace)

engine = create_async_engine(settings.database_url_asyncpg, pool_size=10, pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def cloud_event(message: StreamMessage[Any]) -> Any:
    """The body of `application/cloudevents+json`, which FastStream does not take for JSON by itself."""
    return orjson.loads(message.body)


broker = RabbitBroker(settings.broker_url.get_secret_value(), decoder=cloud_event, logger=logging.getLogger("usual"))
events_exchange = RabbitExchange(names.events, type=ExchangeType.TOPIC, durable=True, declare=False)
offers_queue = RabbitQueue(names.queue("offer-accepted"), durable=True, declare=False)
app = FastStream(broker, logger=None)


@broker.subscriber(offers_queue, channel=Channel(prefetch_count=10), ack_policy=AckPolicy.NACK_ON_ERROR)
async def offer_accepted(event: OfferAcceptedEvent, message: RabbitMessage) -> Answer:
    """Accepted offers become customer orders; the answer goes to whoever asked for one."""
    async with sessions() as session:
        answer, events = await Conversion(session, business, event, message.body).run()
        await session.commit()
        await send(broker, events_exchange, session, events)
    log.info(
        "message_handled",
        source=event.source,
        id=event.id,
        type=event.type,
        outcome=answer.outcome,
        orders=[order["number"] for order in answer.orders],
        codes=[reason["code"] for reason in answer.reasons],
    )
    return answer


async def main() -> None:
    late = asyncio.create_task(send_late_ones(broker, events_exchange, sessions))
    await app.run()
    late.cancel()
    await engine.dispose()


if __name__ == "__main__":
    uvloop.run(main())
