"""Counting what the intake does, cheaply enough to do it for every message."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@dataclass(slots=True)
class Tally:
    """How many values were at most each of `bounds` (ascending), and their sum."""

    bounds: Sequence[float]
    total: float = 0.0
    _counts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        self._counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        return sum(self._counts)

    def cumulative(self) -> Iterator[tuple[str, int]]:
        """Each bound with the number of values up to it; the last bound is `+Inf`."""
        reached = 0
        for bound, count in zip([*self.bounds, None], self._counts, strict=True):
            reached += count
            yield "+Inf" if bound is None else str(float(bound)), reached


@dataclass(slots=True)
class Counts:
    """What became of messages since the start, by the last part of their queue's name."""

    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Messages refused or parked, by (outcome, code); one with two codes counts under each."""
    redelivered: Counter[str] = field(default_factory=Counter)
    answers_lost: int = 0
    """Answers that were not even tried, since too many waited to be sent."""
    batches: Tally = field(default_factory=lambda: Tally(BATCH_SIZES))
    seconds: dict[str, Tally] = field(default_factory=dict)
    """From a message's arrival here until its outcome was durable."""

    def took(self, queue: str, seconds: float) -> None:
        if queue not in self.seconds:
            self.seconds[queue] = Tally(SECONDS)
        self.seconds[queue].add(seconds)
