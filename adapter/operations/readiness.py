"""Whether the adapter does its work: asked of the broker and the database, never remembered from better times."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adapter.messaging import watching
from adapter.messaging.watching import QueueState
from adapter.operations.checks import Check, Question, ask
from adapter.operations.progress import Progress
from adapter.operations.watched import Watched, queues_of
from adapter.persistence import events
from adapter.persistence.schema import cure_of, current_revision

CONSUMING = ("broker_consuming", "queues", "progress")
PUBLISHING = ("broker_publishing",)
STORING = ("database", "schema", "outbox")


@dataclass(slots=True)
class Readiness:
    """The checks; what others have to be asked for is asked at most every `fresh_seconds`.

    `queues`, `waiting` and `oldest_seconds` (the outbox) are what the last answers said.
    """

    adapter: Watched
    revision: str
    progress: Progress
    fresh_seconds: float = 5.0
    queues: Mapping[str, QueueState | None] = field(default_factory=dict)
    waiting: int = 0
    oldest_seconds: float = 0.0
    _asked: Sequence[Check] = ()
    _asked_at: float = float("-inf")
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def checks(self) -> list[Check]:
        """Every check as it is now; the adapter is ready where all are green."""
        own = [self._started(), self._intake()]
        if not self.adapter.ready:
            return [*own, *(Check(name, "Not asked.") for name in (*CONSUMING, *PUBLISHING, *STORING))]
        async with self._asking:
            if time.monotonic() - self._asked_at >= self.fresh_seconds:
                self._asked = await ask(self._questions())
                self._asked_at = time.monotonic()
                self._forget_unknown()
        return [*own, *self._asked]

    def _forget_unknown(self) -> None:
        if any(check.name == "broker_consuming" and not check.green for check in self._asked):
            self.queues = {}

    def _started(self) -> Check:
        return Check("started", None if self.adapter.ready else self.adapter.why_not_ready)

    def _intake(self) -> Check:
        pause = self.adapter.gathering.paused
        if pause is None or pause.since is None:
            return Check("intake", self.progress.batch(self.adapter.handling.oldest_seconds))
        return Check("intake", f"Paused for {time.monotonic() - pause.since:.0f} seconds: {pause.why}.")

    def _questions(self) -> dict[tuple[str, ...], Question]:
        return {CONSUMING: self._consuming(), PUBLISHING: self._publishing(), STORING: self._storing()}

    async def _consuming(self) -> list[Check]:
        self.queues = await watching.queue_states(self.adapter.consumers.broker, queues_of(self.adapter))
        unconsumed = " ".join(_without_consumer(self._to_be_consumed())) or None
        return [Check("broker_consuming"), Check("queues", unconsumed), Check("progress", self._progress())]

    def _progress(self) -> str | None:
        names, outcomes = self.adapter.topology.names, Counter[str]()
        for (queue, _), messages in self.adapter.telling.counted.items():
            outcomes[names.queue(queue)] += messages
        handled = {name: state for name, state in self.queues.items() if name != names.dead_letter}
        return self.progress.look(handled, outcomes)

    def _to_be_consumed(self) -> Mapping[str, QueueState | None]:
        """Dead letters are taken a while after the start."""
        later = () if self.adapter.returning.taking else (self.adapter.topology.names.dead_letter,)
        return {name: state for name, state in self.queues.items() if name not in later or state is None}

    async def _publishing(self) -> list[Check]:
        if await self.adapter.publisher.is_blocked():
            return [Check("broker_publishing", "Blocked: the broker is short of memory or disk and takes nothing.")]
        await watching.answers(self.adapter.publisher.broker)
        return [Check("broker_publishing")]

    async def _storing(self) -> list[Check]:
        found = await current_revision(self.adapter.database.engine)
        if found != self.revision:
            why = f"The schema is at revision {found or 'none'}, {self.revision} is needed. {cure_of(found)}"
            return [Check("database"), Check("schema", why), Check("outbox", "Not asked: the schema is another one.")]
        async with self.adapter.database.connection() as connection:
            self.waiting, self.oldest_seconds = await events.backlog(connection)
        return [Check("database"), Check("schema"), self._outbox()]

    def _outbox(self) -> Check:
        most = self.adapter.settings.outbox_behind_seconds
        if self.oldest_seconds <= most:
            return Check("outbox")
        why = f"{self.waiting} events wait to be published, the oldest for {self.oldest_seconds:.0f} seconds"
        return Check("outbox", f"{why}; more than {most:g} is too long.")


def _without_consumer(queues: Mapping[str, QueueState | None]) -> Iterator[str]:
    for name, state in queues.items():
        if state is None:
            yield f"Queue {name} is missing."
        elif not state.consumers:
            yield f"Nobody consumes queue {name}."
