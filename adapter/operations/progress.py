"""Whether the work moves: a loop that is stuck, or a consumer that the broker has forgotten, fails in silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from adapter.messaging.watching import QueueState


@dataclass(slots=True)
class Progress:
    """Compares what waits in queues with what gets outcomes here; `most_seconds` without any is too long."""

    most_seconds: float
    clock: Callable[[], float] = time.monotonic
    _moved: dict[str, tuple[int, float]] = field(default_factory=dict)

    def look(self, waiting: Mapping[str, QueueState | None], outcomes: Mapping[str, int]) -> str | None:
        """Why it does not move. `waiting` and `outcomes` (since the start of this copy) are by queue."""
        now = self.clock()
        for queue, state in waiting.items():
            done = outcomes.get(queue, 0)
            if not (state and state.messages) or self._moved.get(queue, (-1, now))[0] != done:
                self._moved[queue] = done, now
        return " ".join(self._stuck(waiting, now)) or None

    def batch(self, oldest_seconds: float) -> str | None:
        """Why a batch that has been in hand for so long is not right."""
        if oldest_seconds <= self.most_seconds:
            return None
        return (
            f"A batch has been in hand for {oldest_seconds:.0f} seconds; more than {self.most_seconds:g} is too long."
        )

    def _stuck(self, queues: Mapping[str, QueueState | None], now: float) -> Iterator[str]:
        for queue in queues:
            seconds = now - self._moved[queue][1]
            if seconds > self.most_seconds:
                yield f"Messages wait in queue {queue}, and none got its outcome here for {seconds:.0f} seconds."
