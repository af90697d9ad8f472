"""What a tracing system is told of the work: where a message, or a transaction of several, begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

from adapter.intake.answers import Handled
from adapter.intake.received import Received

_NOTHING: Final = nullcontext()


class Spans(Protocol):
    """Told of every message that is handled here."""

    def begin(self, received: Received) -> None:
        """A message was read. From here on its trace context is the one that its events carry."""

    def end(self, handled: Handled, batch_size: int) -> None:
        """It has its outcome, which is durable."""

    def transaction(self, batch: Sequence[Received]) -> AbstractContextManager[None]:
        """Around the transaction of these messages."""


class NoSpans:
    """Nobody wants to know."""

    def begin(self, received: Received) -> None:
        pass

    def end(self, handled: Handled, batch_size: int) -> None:
        pass

    def transaction(self, batch: Sequence[Received]) -> AbstractContextManager[None]:
        return _NOTHING


NO_SPANS: Final = NoSpans()
