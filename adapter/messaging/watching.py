"""Asking the broker about our connections and queues: what it answers, not what we believe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiormq.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelNotFoundEntity
from faststream.rabbit import RabbitBroker


@dataclass(frozen=True, slots=True)
class QueueState:
    """Messages ready to be delivered, and consumers, those of other copies too."""

    messages: int
    consumers: int


async def answers(broker: RabbitBroker) -> None:
    """Returns once the broker has answered on this connection.

    Raises:
        ConnectionError, AMQPError: there is no connection at the moment. A dead peer does not answer: set a time limit.
    """
    await (await _channel(await _connection(broker))).close()


async def queue_states(broker: RabbitBroker, names: Iterable[str]) -> dict[str, QueueState | None]:
    """The state of each queue, None where there is none of that name; raises as `answers` does."""
    connection = await _connection(broker)
    channel = await _channel(connection)
    states = {}
    for name in names:
        if channel.is_closed:  # The broker closes it where a queue is missing.
            channel = await _channel(connection)
        states[name] = await _state(channel, name)
    if not channel.is_closed:
        await channel.close()
    return states


async def _state(channel: AbstractChannel, name: str) -> QueueState | None:
    try:
        declared = await channel.queue_declare(name, passive=True)
    except ChannelNotFoundEntity:
        return None
    return QueueState(declared.message_count or 0, declared.consumer_count or 0)


async def _connection(broker: RabbitBroker) -> AbstractConnection:
    """The connection as it is now; a channel on it is not opened again by itself after it was closed."""
    if not await broker.ping(timeout=0.01):  # Without looking first, `connect` would open one that nobody closes.
        raise ConnectionError("not connected")
    robust = await broker.connect()
    if robust.transport is None:
        raise ConnectionError("connecting")
    return robust.transport.connection


async def _channel(connection: AbstractConnection) -> AbstractChannel:
    return await connection.channel(publisher_confirms=False)
