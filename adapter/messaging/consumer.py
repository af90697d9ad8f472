"""One queue's consumer, on a channel of its own of a connection that comes back by itself.

It stands directly on the channel of the AMQP library: what lies above that would wrap every delivery in two more
objects and two more tasks, of which nothing is used here. That it is there again after a loss is left to the robust
connection, which restores a channel's queues before it takes the channel for restored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from aio_pika import RobustQueue
from aio_pika.abc import AbstractRobustConnection
from aio_pika.robust_channel import RobustChannel
from aiormq.abc import DeliveredMessage

from adapter.messaging.reaching import within

_CANCEL_SECONDS: Final = 5

OnMessage = Callable[[DeliveredMessage], None]


@dataclass(slots=True, eq=False)
class Consumer:
    """Takes what the broker delivers from `queue`, at most `prefetch` messages beyond those acknowledged.

    `on_cancel` hears that the broker has ended it.
    """

    connection: AbstractRobustConnection
    queue: str
    prefetch: int
    on_message: OnMessage
    on_cancel: Callable[[], None]
    channel: RobustChannel = field(init=False)
    _tag: str = ""
    stopped: bool = False

    async def start(self) -> None:
        """Begin; raises AMQPError where there is no such queue or no connection."""
        self.channel = cast("RobustChannel", await self.connection.channel(publisher_confirms=False))
        self.channel.QUEUE_CLASS = _Restored
        try:
            await self.channel.set_qos(self.prefetch)
            queue = cast("_Restored", await self.channel.declare_queue(self.queue, passive=True))
            await self.consume()
        except BaseException:
            await self.channel.close()
            raise
        queue.consumer = self

    async def consume(self) -> None:
        beneath = await self.channel.get_underlay_channel()
        beneath.on_consumer_cancel_callbacks.add(self._cancelled)
        consuming = await beneath.basic_consume(self.queue, self._take)
        self._tag = consuming.consumer_tag or ""

    async def _take(self, message: DeliveredMessage) -> None:
        self.on_message(message)

    def _cancelled(self, _frame: object) -> None:
        self.on_cancel()

    async def stop(self) -> None:
        """Ask the broker for no more, for good; it answers after the last delivery, and all were taken by then.

        Raises:
            AMQPConnectionError: the broker does not answer, or went away meanwhile.
        """
        self.stopped = True
        if self.channel.is_closed:
            return
        async with within(_CANCEL_SECONDS):
            beneath = await self.channel.get_underlay_channel()
            await beneath.basic_cancel(self._tag)


class _Restored(RobustQueue):
    """The queue as its channel knows it: asked for by its name whenever the channel comes back, and consumed again."""

    consumer: Consumer | None = None

    async def restore(self, channel: Any = None) -> None:
        """Where that cannot be, the whole connection is made anew, again and again until it can."""
        consumer = self.consumer
        if consumer is None or consumer.stopped:
            return
        try:
            await super().restore(channel)
            await consumer.consume()
        except BaseException:
            await drop(consumer.connection)
            raise


async def drop(connection: Any) -> None:
    """Let a connection be lost: it comes back by itself, with its channels; what was in hand is delivered again."""
    if connection.transport is not None:
        await connection.transport.connection.close()
