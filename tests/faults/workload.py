"""What senders send while things break: drawn from a seed, in windows that are complete in themselves."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from .crashing import LARGE
from .ledger import Pen, Posted

_OFFERS_A_WINDOW = 12


@dataclass(slots=True)
class Workload:
    """Windows of messages. Inside one they come in any order, too early and too late, many of them twice."""

    random: random.Random
    pen: Pen = field(default_factory=Pen)
    _offers: int = 0
    _revision: int = 0
    _before: list[Posted] = field(default_factory=list)

    def windows(self) -> Iterator[list[Posted]]:
        while True:
            messages = [message for _ in range(_OFFERS_A_WINDOW) for message in self._story()]
            messages += [*self._revisions(), *self._poison()]
            repeated = self.random.sample(messages, len(messages) // 3) + self._again(4)
            self._before = messages
            yield self.random.sample([*messages, *repeated], len(messages) + len(repeated))

    def _again(self, most: int) -> list[Posted]:
        return self.random.sample(self._before, min(most, len(self._before)))

    def _story(self) -> list[Posted]:
        """One offer and what becomes of it."""
        self._offers += 1
        number, pen = self._offers, self.pen
        price = LARGE if self.random.random() < 0.05 else str(self.random.randrange(1, 99_999) / 100)
        stories = (
            lambda: [pen.offer(number, price=price)],
            lambda: [pen.offer(number, price=price), pen.change(number, 7), pen.change(number, 8, "0.01")],
            lambda: [pen.offer(number, price=price), pen.confirmation(number), pen.delivery(number, "N-1")],
            lambda: [
                pen.offer(number, sure=True, price=price),
                pen.delivery(number, "N-1"),
                pen.delivery(number, "N-1", again=True),
                pen.delivery(number, "N-2"),
            ],
        )
        return self.random.choice(stories)()

    def _revisions(self) -> list[Posted]:
        self._revision += 3
        return [self.pen.entry(self._revision - back) for back in (0, 1, 2)]

    def _poison(self) -> list[Posted]:
        return [self.pen.refused(100_000 + self._offers), self.pen.parked(200_000 + self._offers), self.pen.garbage()]
