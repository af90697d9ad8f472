"""How long something takes each time, and for how long that which has begun has not ended."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from adapter.intake.counting import SECONDS, Tally

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Stopwatch:
    """Measures the calls of a function, in seconds; those that fail count too."""

    clock: Callable[[], float] = time.monotonic
    seconds: Tally = field(default_factory=lambda: Tally(SECONDS))
    _begun: dict[object, float] = field(default_factory=dict)

    @property
    def oldest_seconds(self) -> float:
        """For how long the oldest call has been under way; 0 where there is none."""
        begun = next(iter(self._begun.values()), None)
        return 0.0 if begun is None else self.clock() - begun

    def around(self, call: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        """The same function, measured."""

        async def measured(*args: P.args, **kwargs: P.kwargs) -> R:
            mark, begun = object(), self.clock()
            self._begun[mark] = begun
            try:
                return await call(*args, **kwargs)
            finally:
                del self._begun[mark]
                self.seconds.add(self.clock() - begun)

        return measured
