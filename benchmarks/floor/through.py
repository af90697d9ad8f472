"""The same messages through the broker with nothing done: consume, publish confirmed, acknowledge a hundred at once."""

from __future__ import annotations

import asyncio
import signal

import aiormq
import uvloop
from aiormq.abc import DeliveredMessage
from pamqp.commands import Basic

from adapter.messaging.topology import Names
from config.settings import load_settings

_BATCH = 100
_PREFETCH = 500


async def main() -> None:
    settings = load_settings()
    names = Names(settings.namespace)
    connection = await aiormq.connect(settings.broker_url.get_secret_value())
    consuming, publishing = await connection.channel(), await connection.channel(publisher_confirms=True)
    arrived: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
    await consuming.basic_qos(prefetch_count=_PREFETCH)
    await consuming.basic_consume(names.queue("offer-accepted"), arrived.put)
    working = asyncio.create_task(_work(arrived, consuming, publishing, names.events))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    await asyncio.gather(working, return_exceptions=True)
    await connection.close()


async def _work(
    arrived: asyncio.Queue[DeliveredMessage],
    consuming: aiormq.abc.AbstractChannel,
    publishing: aiormq.abc.AbstractChannel,
    exchange: str,
) -> None:
    while True:
        batch = [await arrived.get()]
        while len(batch) < _BATCH and not arrived.empty():
            batch.append(arrived.get_nowait())
        properties = Basic.Properties(delivery_mode=2, content_type="application/cloudevents+json")
        await asyncio.gather(
            *(
                publishing.basic_publish(
                    one.body, exchange=exchange, routing_key="order.entered", properties=properties
                )
                for one in batch
            )
        )
        await consuming.basic_ack(max(one.delivery_tag or 0 for one in batch), multiple=True)


if __name__ == "__main__":
    uvloop.run(main())
