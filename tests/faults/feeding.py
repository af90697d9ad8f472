"""Upstream and downstream of the adapter by another client than its own: what was confirmed, and what arrived."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pika
from actors import ROUTING_KEYS
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError
from pika.exchange_type import ExchangeType

from adapter.messaging.topology import INBOUND

from .ledger import Ledger, Posted

Json = dict[str, Any]
logging.getLogger("pika").setLevel(logging.CRITICAL)
"""It tells at length of every attempt that fails; here most of them are meant to."""
_SECONDS = 5


def _connected(url: str) -> BlockingConnection:
    of = pika.URLParameters(url)
    of.blocked_connection_timeout = of.socket_timeout = of.stack_timeout = _SECONDS
    return BlockingConnection(of)


def _messages(channel: BlockingChannel, queue: str) -> int:
    """How many are ready to be delivered."""
    return channel.queue_declare(queue, passive=True).method.message_count or 0


@dataclass(slots=True)
class Feeder:
    """Publishes until the broker has confirmed, over and over where it must; only then is it in the ledger."""

    url: str
    namespace: str
    ledger: Ledger
    gate: threading.Lock = field(default_factory=threading.Lock)
    """Held while nothing may be published."""
    _channel: BlockingChannel | None = None

    def post(self, messages: Iterable[Posted], stopped: threading.Event | None = None) -> None:
        """Publish these one after the other; ends early once `stopped` is set."""
        for message in messages:
            while not self._is_confirmed(message):
                if stopped is not None and stopped.wait(0.2):
                    return
            self.ledger.confirm(message)

    def _is_confirmed(self, message: Posted) -> bool:
        try:
            with self.gate:
                self._publish(message)
        except (AMQPError, OSError):
            self.close()
            return False
        return True

    def _publish(self, message: Posted) -> None:
        if self._channel is None or not self._channel.is_open:
            self._channel = _connected(self.url).channel()
            self._channel.confirm_delivery()
        exchange, key = f"{self.namespace}.inbound", ROUTING_KEYS[message.type]
        properties = pika.BasicProperties(
            content_type="application/cloudevents+json", delivery_mode=2, reply_to=f"{self.namespace}-nobody"
        )
        self._channel.basic_publish(exchange, key, message.body, properties, mandatory=True)

    def close(self) -> None:
        if self._channel is not None:
            with suppress(AMQPError, OSError):
                self._channel.connection.close()
            self._channel = None


@dataclass(slots=True)
class Broker:
    """What an administrator and a downstream system see of one namespace on a broker."""

    url: str
    namespace: str
    received: list[Json] = field(default_factory=list)
    """Every event that has arrived downstream, in the order of arrival."""

    @property
    def downstream(self) -> str:
        return f"{self.namespace}-downstream"

    @property
    def inbound(self) -> list[str]:
        return [f"{self.namespace}.{part}" for part in INBOUND]

    def prepare(self) -> None:
        """The adapter's queues, as its contract describes them, and one downstream that takes every event."""
        with self._channel() as channel:
            for exchange in ("inbound", "events"):
                channel.exchange_declare(f"{self.namespace}.{exchange}", ExchangeType("topic"), durable=True)
            channel.queue_declare(f"{self.namespace}.dead-letter", durable=True, arguments={"x-queue-type": "quorum"})
            for part in INBOUND:
                self._declare(channel, part)
            channel.queue_declare(self.downstream, durable=True, arguments={"x-queue-type": "quorum"})
            channel.queue_bind(self.downstream, f"{self.namespace}.events", "#")

    def _declare(self, channel: BlockingChannel, part: str) -> None:
        arguments = {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": f"{self.namespace}.dead-letter",
            "x-delivery-limit": 20,
        }
        channel.queue_declare(f"{self.namespace}.{part}", durable=True, arguments=arguments)
        channel.queue_bind(f"{self.namespace}.{part}", f"{self.namespace}.inbound", INBOUND[part])

    def ready(self) -> dict[str, int]:
        """Messages in the adapter's queues that nobody has in hand."""
        with self._channel() as channel:
            names = [*self.inbound, f"{self.namespace}.dead-letter"]
            return {name: _messages(channel, name) for name in names}

    def receive(self) -> Sequence[Json]:
        """Take every event that has arrived; gives all that ever did."""
        with self._channel() as channel:
            while (got := channel.basic_get(self.downstream, auto_ack=True))[0] is not None:
                self.received.append(json.loads(got[2]))
        return self.received

    def delete(self, part: str) -> None:
        with self._channel() as channel:
            channel.queue_delete(f"{self.namespace}.{part}")

    def make(self, part: str) -> None:
        with self._channel() as channel:
            self._declare(channel, part)

    @contextmanager
    def unbound(self, part: str) -> Iterator[None]:
        """Meanwhile nothing leads to an inbound queue."""
        binding = f"{self.namespace}.{part}", f"{self.namespace}.inbound", INBOUND[part]
        with self._channel() as channel:
            channel.queue_unbind(*binding)
        try:
            yield
        finally:
            with self._channel() as channel:
                channel.queue_bind(*binding)

    def give_up_on(self, part: str, messages: int) -> None:
        """Take the messages of an inbound queue and give them back, until the broker has given up on so many."""
        with self._channel() as channel:
            while _messages(channel, f"{self.namespace}.dead-letter") < messages:
                frame, _, _ = channel.basic_get(f"{self.namespace}.{part}")
                if frame is not None:
                    channel.basic_reject(frame.delivery_tag or 0, requeue=True)

    def remove(self) -> None:
        with self._channel() as channel:
            for queue in (*self.inbound, f"{self.namespace}.dead-letter", self.downstream):
                channel.queue_delete(queue)
            for exchange in ("inbound", "events"):
                channel.exchange_delete(f"{self.namespace}.{exchange}")

    @contextmanager
    def _channel(self) -> Iterator[BlockingChannel]:
        connection = _connected(self.url)
        try:
            yield connection.channel()
        finally:
            with suppress(AMQPError, OSError):
                connection.close()
