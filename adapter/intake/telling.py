"""What is told of a handled message: the log line, the answer, and the relay that its events wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from adapter.domain.reasons import Reason
from adapter.intake.answers import Handled
from adapter.intake.counting import Counts
from adapter.intake.gathering import Arrived
from adapter.intake.handler import Handler
from adapter.intake.received import Received, receive, trace_id_of
from adapter.intake.spans import NO_SPANS, Spans
from adapter.messaging.consuming import Delivery
from adapter.messaging.dead_letters import Death, last_death
from adapter.messaging.decoding import Limits
from adapter.messaging.senders import EVERYBODY, Senders

log = structlog.get_logger()

_MOST_ANSWERS = 5_000

Answer = Callable[[str, bytes, str | None], Awaitable[None]]
"""Sends (queue, body, correlation id)."""


@dataclass(slots=True)
class Telling:
    """Tells operators and senders what became of messages. `counted` counts outcomes by (queue, outcome)."""

    answer: Answer
    is_ours: Callable[[str], bool]
    wake_relay: Callable[[], None]
    senders: Senders = EVERYBODY
    spans: Spans = NO_SPANS
    _sending: set[asyncio.Future[None]] = field(default_factory=set)
    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    def arrived(self, delivery: Delivery, handlers: Mapping[str, Handler], limits: Limits) -> Arrived[Delivery]:
        """Read a delivery. One that the broker gave up on is not decided: it goes to the parking lot."""
        raw = delivery.raw
        handler = handlers.get(raw.queue)
        if handler is not None:
            received = receive(raw, handler, limits, self.senders)
            self.spans.begin(received)
            return Arrived(received, delivery, _lines(received))
        death = last_death(raw.headers)
        received = receive(raw, handlers.get(death.part, next(iter(handlers.values()))), limits, self.senders)
        received.message = None
        received.reasons = [_given_up(death)]
        self.spans.begin(received)
        return Arrived(received, delivery, 1)

    async def tell(self, batch: Sequence[Arrived[Delivery]], handled: Sequence[Handled]) -> None:
        """Log every outcome, wake the relay, answer those that asked."""
        self.wake_relay()
        self.counts.batches.add(len(batch))
        now = time.perf_counter()
        for arrived, outcome in zip(batch, handled, strict=True):
            self.counts.took(outcome.received.handler.queue, now - arrived.since)
            self._log(outcome, len(batch), arrived.since)
        await self.answer_all(handled)

    def told_again(self, handled: Sequence[Handled]) -> None:
        """Log the outcomes of a replay and wake the relay."""
        self.wake_relay()
        now = time.perf_counter()
        for outcome in handled:
            self._log(outcome, len(handled), now)

    def _log(self, handled: Handled, batch_size: int, since: float) -> None:
        received = handled.received
        failed = handled.outcome in {"refused", "parked"}
        self._count(handled, failed=failed)
        self.spans.end(handled, batch_size)
        level = log.warning if failed else log.info
        level(
            "message_handled",
            queue=received.handler.queue,
            source=received.source or None,
            id=received.message_id,
            type=received.type,
            outcome=handled.outcome,
            codes=handled.codes,
            orders=[order.number for order in handled.orders],
            duration_ms=round((time.perf_counter() - since) * 1000, 1),
            batch_size=batch_size,
            attempt=_attempt(received),
            redelivered=received.raw.redelivered,
            trace_id=trace_id_of(received),
        )
        for step in handled.steps:
            log.info(
                "order_status_changed",
                order=step.order,
                position=step.position,
                dimension=step.change.dimension,
                **{"from": step.change.from_, "to": step.change.to},
                stage=step.stage,
                caused_by=received.message_id,
            )

    def _count(self, handled: Handled, *, failed: bool) -> None:
        queue = handled.received.handler.queue
        self.counted[queue, handled.outcome] = self.counted.get((queue, handled.outcome), 0) + 1
        if handled.received.raw.redelivered:
            self.counts.redelivered[queue] += 1
        if failed:
            self.counts.codes.update((handled.outcome, code) for code in handled.codes)

    async def answer_all(self, handled: Sequence[Handled]) -> None:
        """Answer every message that has a `reply_to` outside our own queues.

        Answers are sent aside: a broker that takes nothing more must not keep messages from being acknowledged.
        """
        for outcome in handled:
            raw = outcome.received.raw
            if raw.reply_to and not outcome.is_waiting and not self.is_ours(raw.reply_to):
                self._send_aside(raw.reply_to, orjson.dumps(outcome.answer), raw.correlation_id)

    def _send_aside(self, queue: str, body: bytes, correlation_id: str | None) -> None:
        if len(self._sending) >= _MOST_ANSWERS:
            self.counts.answers_lost += 1
            log.info("answer_lost", error="too many answers wait to be sent")
            return
        task = asyncio.ensure_future(self.answer(queue, body, correlation_id))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def until_answered(self) -> None:
        """Wait for the answers that are on their way."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=5)


def _given_up(death: Death) -> Reason:
    told = f"The broker gave up on this message ({death.reason or 'it does not say why'})."
    if death.is_of_deliveries:
        told = "The broker delivered this message again and again, alone too, without an outcome."
    return Reason("delivery_failed", "", f"{told} Look at the log, then replay it.")


def _lines(received: Received) -> int:
    message: Any = received.message
    placed = getattr(message, "supplier_order", None)
    documents = (placed,) if placed is not None else getattr(message, "offers", ())
    return sum(len(document.lines) for document in documents) or 1


def _attempt(received: Received) -> int:
    """How often the broker has delivered it."""
    before = received.raw.headers.get("x-delivery-count")
    return 1 + before if isinstance(before, int) else 1
