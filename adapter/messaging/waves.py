"""Publishing many messages at once: those asked for in one turn of the event loop go out as one write.

Each is confirmed, refused or returned for itself, as if aiormq's `Channel.basic_publish` had sent it. What that does
for a message is done here for a wave of them: count it, note whom its confirmation wakes, and put its frames into the
queue of the connection's writer. It offers no way in for more than one, so this reaches for what it keeps: its lock,
count, confirmations and that queue. `tests/messaging/test_waves.py` compares the two (decision 0017).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from aiormq import Channel
from aiormq.abc import ChannelFrame
from aiormq.exceptions import ChannelInvalidStateError
from pamqp.commands import Basic
from pamqp.frame import marshal
from pamqp.header import ContentHeader

_MOST_BYTES: Final = 256 * 1024


@dataclass(slots=True, eq=False)
class _Message:
    """The frames of a message that waits to be written, and what its confirmation is told to."""

    id: str
    frames: bytes
    confirmed: asyncio.Future[object]
    tag: int = 0


@dataclass(slots=True, eq=False)
class Waves:
    """Publishes on one channel, as long as that lives."""

    channel: Channel
    _waiting: deque[_Message] = field(default_factory=deque)
    _is_writing: bool = False

    async def publish(
        self, exchange: str, routing_key: str, properties: Basic.Properties, body: bytes, *, mandatory: bool
    ) -> None:
        """Publish, and wait until the broker has the message; `properties` give its id.

        Raises:
            PublishError: the message is mandatory, and no queue takes it.
            DeliveryError: a queue refuses it.
            ValueError: it cannot be sent so, whoever tries.
            AMQPError, RuntimeError, CancelledError: the channel was lost; it may or may not have arrived.
        """
        frames = b"".join(self._frames(exchange, routing_key, properties, body, mandatory=mandatory))
        message = _Message(properties.message_id or "", frames, self.channel.create_future())
        self._waiting.append(message)
        if not self._is_writing:
            self._is_writing = True
            self.channel.create_task(self._write())
        try:
            await message.confirmed
        finally:
            message.frames = b""
            if self.channel.message_id_delivery_tag.get(message.id) == message.tag:
                del self.channel.message_id_delivery_tag[message.id]

    def _frames(
        self, exchange: str, routing_key: str, properties: Basic.Properties, body: bytes, *, mandatory: bool
    ) -> Iterator[bytes]:
        number = self.channel.number
        yield _method(number, exchange, routing_key, mandatory=mandatory)
        yield marshal(ContentHeader(properties=properties, body_size=len(body)), number)
        for part in self.channel._split_body(body):
            yield marshal(part, number)

    async def _write(self) -> None:
        """Write wave after wave. A lost channel ends this, and every message that waits."""
        try:
            while wave := self._next_wave():
                await self._send(wave)
        except ChannelInvalidStateError:
            pass
        finally:
            self._is_writing = False

    def _next_wave(self) -> list[_Message]:
        """What still waits, up to a number of bytes: who has given up waiting is left out."""
        wave: list[_Message] = []
        size = 0
        while self._waiting and size < _MOST_BYTES:
            message = self._waiting.popleft()
            if not message.confirmed.done():
                wave.append(message)
                size += len(message.frames)
        return wave

    async def _send(self, wave: list[_Message]) -> None:
        drained = self.channel.create_future()
        frame = ChannelFrame(b"".join(message.frames for message in wave), should_close=False, drain_future=drained)
        async with self.channel.lock:
            await self.channel.write_queue.put(frame)
            # Nothing else runs between the frame's being put and here: the broker counts as we do.
            for message in wave:
                self.channel.delivery_tag += 1
                message.tag = self.channel.delivery_tag
                self.channel.confirmations[message.tag] = message.confirmed
                if not message.confirmed.done():
                    self.channel.message_id_delivery_tag[message.id] = message.tag
        await drained


@lru_cache(maxsize=256)
def _method(channel: int, exchange: str, routing_key: str, *, mandatory: bool) -> bytes:
    return marshal(Basic.Publish(exchange=exchange, routing_key=routing_key, mandatory=mandatory), channel)
