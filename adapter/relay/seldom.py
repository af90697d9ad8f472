"""What happens often is told seldom: at once when it begins, then once a minute, with how often it happened."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Seldom:
    """Counts by key, and gives a key's count at most every `seconds`."""

    seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _counts: Counter[str] = field(default_factory=Counter)
    _told_at: dict[str, float] = field(default_factory=dict)

    def add(self, key: str) -> None:
        self._counts[key] += 1

    def due(self) -> Iterator[tuple[str, int]]:
        """What is to be told now: the key, and how often it has happened since it was told last."""
        now = self.clock()
        for key in list(self._counts):
            if now - self._told_at.get(key, float("-inf")) >= self.seconds:
                self._told_at[key] = now
                yield key, self._counts.pop(key)
