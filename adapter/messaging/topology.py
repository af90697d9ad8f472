"""Exchanges, queues and bindings: what they are called, what they carry, and a broker that disagrees (contract 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelAccessRefused, ChannelClosed, ChannelNotFoundEntity, ChannelPreconditionFailed

INBOUND: Final[Mapping[str, str]] = {
    "offer-accepted": "offer.accepted",
    "supplier-order-placed": "supplier-order.placed",
    "order-action-requested": "order.action-requested",
    "order-change-requested": "order.change-requested",
    "fulfilment-reported": "fulfilment.reported",
    "registry-changed": "registry.changed",
}
"""Last part of each inbound queue's name, and the routing key that leads to it."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names on the broker; `namespace` is the first part of every one of them."""

    namespace: str = "customer-orders"

    @property
    def inbound(self) -> str:
        return f"{self.namespace}.inbound"

    @property
    def events(self) -> str:
        return f"{self.namespace}.events"

    @property
    def dead_letter(self) -> str:
        return f"{self.namespace}.dead-letter"

    def queue(self, part: str) -> str:
        return f"{self.namespace}.{part}"

    def is_ours(self, name: str) -> bool:
        return name == self.namespace or name.startswith(f"{self.namespace}.")


@dataclass(frozen=True, slots=True)
class QueueSpec:
    name: str
    arguments: Mapping[str, Any]
    routing_key: str | None = None


class TopologyMismatch(Exception):
    """Something on the broker is not as it must be: `what` it is, `expected`, `found`, and the `cure`."""

    def __init__(self, what: str, expected: str, found: str, cure: str) -> None:
        self.what, self.expected, self.found, self.cure = what, expected, found, cure
        super().__init__(f"{what}: expected {expected}, found {found}. {cure}")


class TopologyMissing(TopologyMismatch):
    """It is not there at all."""


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything that the adapter needs on the broker."""

    names: Names

    @property
    def exchanges(self) -> tuple[str, ...]:
        return self.names.inbound, self.names.events

    @property
    def queues(self) -> tuple[QueueSpec, ...]:
        arguments = {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self.names.dead_letter,
            "x-delivery-limit": 20,
        }
        inbound = (QueueSpec(self.names.queue(part), arguments, key) for part, key in INBOUND.items())
        return (*inbound, QueueSpec(self.names.dead_letter, {"x-queue-type": "quorum"}))

    def definitions(self, vhost: str = "/") -> dict[str, Any]:
        """What an administrator imports into the broker for an adapter that may configure nothing."""
        return {
            "exchanges": [
                {
                    "name": name,
                    "vhost": vhost,
                    "type": "topic",
                    "durable": True,
                    "auto_delete": False,
                    "internal": False,
                    "arguments": {},
                }
                for name in self.exchanges
            ],
            "queues": [
                {
                    "name": queue.name,
                    "vhost": vhost,
                    "durable": True,
                    "auto_delete": False,
                    "arguments": dict(queue.arguments),
                }
                for queue in self.queues
            ],
            "bindings": [
                {
                    "source": self.names.inbound,
                    "vhost": vhost,
                    "destination": queue.name,
                    "destination_type": "queue",
                    "routing_key": queue.routing_key,
                    "arguments": {},
                }
                for queue in self.queues
                if queue.routing_key
            ],
        }

    async def prepare(self, connection: AbstractConnection, *, declare: bool) -> None:
        """Declare everything, or with `declare` off check that it is there.

        Raises:
            TopologyMismatch: something is missing, or is there with other properties.
        """
        for name in self.exchanges:
            await declared_exchange(connection, name, declare=declare)
        for queue in self.queues:
            await declared_queue(connection, queue, self.names.inbound, declare=declare)


async def declared_exchange(connection: AbstractConnection, name: str, *, declare: bool) -> None:
    """An exchange, declared or with `declare` off looked for; raises as `Topology.prepare`."""
    channel = await connection.channel()
    try:
        await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True, passive=not declare)
    except ChannelClosed as error:
        raise _mismatch(f"exchange {name}", "a durable topic exchange without arguments", error) from error
    finally:
        await _close(channel)


async def declared_queue(connection: AbstractConnection, queue: QueueSpec, exchange: str, *, declare: bool) -> None:
    """A queue, declared and bound or with `declare` off looked for; raises as `Topology.prepare`."""
    channel = await connection.channel()
    try:
        declared = await channel.declare_queue(
            queue.name, durable=True, passive=not declare, arguments=dict(queue.arguments)
        )
        if declare and queue.routing_key:
            await declared.bind(exchange, queue.routing_key)
    except ChannelClosed as error:
        expected = ", ".join(f"{name}={value!r}" for name, value in queue.arguments.items())
        raise _mismatch(f"queue {queue.name}", f"a durable queue with exactly {expected}", error) from error
    finally:
        await _close(channel)


async def _close(channel: AbstractChannel) -> None:
    if not channel.is_closed:
        await channel.close()


def _mismatch(what: str, expected: str, error: ChannelClosed) -> TopologyMismatch:
    told = str(error)
    if isinstance(error, ChannelNotFoundEntity):
        cure = (
            "Let the adapter declare it (ORDER_ADAPTER_DECLARE=true), or load `order-adapter topology --definitions`."
        )
        return TopologyMissing(what, expected, "nothing of that name", cure)
    if isinstance(error, ChannelPreconditionFailed):
        cure = "Empty and delete it, or choose another ORDER_ADAPTER_NAMESPACE; then start again."
        return TopologyMismatch(what, expected, told, cure)
    if isinstance(error, ChannelAccessRefused):
        told = "the broker user may not"
    cure = "Give the broker user the right to it, or set ORDER_ADAPTER_DECLARE=false and let an administrator load it."
    return TopologyMismatch(what, expected, told, cure)
