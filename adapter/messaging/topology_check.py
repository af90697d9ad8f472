"""Whether exchanges and queues are as they must be, without declaring any."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from aio_pika.abc import AbstractConnection

from adapter.messaging.topology import Topology, TopologyMissing, declared_exchange, declared_queue


async def missing(topology: Topology, connection: AbstractConnection, *, declare: bool) -> list[str]:
    """What a start would declare. What is there is compared, by declaring it again, which changes nothing.

    Without `declare` it is only looked for: the broker compares nothing then.

    Raises:
        TopologyMismatch: something is there with other properties, or missing where a start would not declare it.
    """
    absent = []
    for name in topology.exchanges:
        if await _is_missing(declared_exchange(connection, name, declare=False), declare=declare):
            absent.append(name)
        elif declare:
            await declared_exchange(connection, name, declare=True)
    for queue in topology.queues:
        unbound = replace(queue, routing_key=None)
        if await _is_missing(declared_queue(connection, unbound, "", declare=False), declare=declare):
            absent.append(queue.name)
        elif declare:
            await declared_queue(connection, unbound, "", declare=True)
    return absent


async def _is_missing(looking: Awaitable[None], *, declare: bool) -> bool:
    try:
        await looking
    except TopologyMissing:
        if declare:
            return True
        raise
    return False
