"""Consuming anew where the broker has mixed up its queues.

RabbitMQ 3.10 tells a consumer that its queue was deleted, but not always; and where a quorum queue of the same name is
made at once, a channel that consumed the old one may lose what the new one delivers to it. A new connection knows
nothing of the old queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiormq.exceptions import AMQPError

from adapter.messaging.consuming import Consumers
from adapter.messaging.reaching import within
from adapter.messaging.watching import QueueState, queue_states
from adapter.patience import until_set

log = structlog.get_logger()

_PATIENCE: Final = 2.0


@dataclass(slots=True)
class Attending:
    """Looks every `seconds` whether the queues that we believe to consume are consumed."""

    consumers: Consumers
    queues: Sequence[str]
    seconds: float = 2.0
    _alone: set[str] = field(default_factory=set)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Look until stopped. A connection that is lost comes back by itself: then there is nothing to be done here."""
        while not self._stopped.is_set():
            with suppress(AMQPError, ConnectionError):
                await self.look()
            await until_set(self._stopped, self.seconds)

    def stop(self) -> None:
        self._stopped.set()

    async def look(self) -> None:
        """Ask once, and consume anew where it has to be.

        Raises:
            AMQPError, ConnectionError: there is no connection at the moment.
        """
        async with within(_PATIENCE):
            states = await queue_states(self.consumers.broker, self.queues)
        if because := self._why_anew(states):
            log.warning("consuming_anew", because=because)
            await self.consumers.connect_anew()

    def _why_anew(self, states: Mapping[str, QueueState | None]) -> str | None:
        """While a queue is missing, a new connection could consume none of the others: that waits."""
        alone = {name for name, state in states.items() if state is not None and not state.consumers}
        lasting, self._alone = sorted(alone & self._alone), alone
        if None in states.values():
            return None
        if self.consumers.cancelled:
            return "the broker has ended a consumer, its queue was deleted and made again"
        return f"nobody consumes {', '.join(lasting)}" if lasting else None
