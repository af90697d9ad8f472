"""Metrics of the work: messages, answers, events, and how long they take.

Counters stand at 0 before anything happened: what appears for the first time would be no growth to Prometheus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from prometheus_client.metrics_core import Metric

from adapter.domain.reasons import PARKING, REFUSING
from adapter.intake.counting import SECONDS, Tally
from adapter.operations.families import count, counts, gauge, histograms
from adapter.operations.watched import Watched
from adapter.unexpected import TOLD

OUTCOMES: Final = ("created", "applied", "duplicate", "refused", "parked", "waiting")
OTHER: Final = "other"
_WHERE: Final = (
    "intake",
    "parking",
    "finishing",
    "replaying",
    "returning",
    "relay",
    "backpressure",
    "mailing",
    "cleanup",
    "operations",
    "serve",
)


def known(code: str, codes: Collection[str]) -> str:
    """The code, or `other` where it is none of these: labels come from lists of ours alone."""
    return code if code in codes else OTHER


def of_messages(adapter: Watched) -> Iterator[Metric]:
    telling, queues = adapter.telling, list(adapter.replaying.handlers)
    outcomes = {(queue, outcome): 0 for queue in queues for outcome in OUTCOMES} | telling.counted
    yield counts("messages", "Messages that have their outcome", ("queue", "outcome"), outcomes.items())
    text = "Messages refused or parked, once for each of their codes"
    yield counts("reasons", text, ("outcome", "code"), _reasons(telling.counts.codes).items())
    again = (((queue,), telling.counts.redelivered[queue]) for queue in queues)
    yield counts("redelivered", "Messages that the broker had delivered before", ("queue",), again)
    text = "Messages that the broker gave up on and that were put back once"
    yield count("dead_letters_put_back", text, adapter.returning.returned)
    lost = adapter.publisher.answers_lost + telling.counts.answers_lost
    sent = ((("sent",), adapter.publisher.answered), (("lost",), lost))
    yield counts("answers", "Answers to senders", ("outcome",), sent)


def _reasons(told: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    codes = Counter({("refused", code): 0 for code in REFUSING} | {("parked", code): 0 for code in PARKING})
    for (outcome, code), messages in told.items():
        codes[outcome, known(code, REFUSING | PARKING)] += messages
    return codes


def of_times(adapter: Watched) -> Iterator[Metric]:
    measured = adapter.telling.counts
    yield histograms("batch_messages", "Messages in one transaction", (), [((), measured.batches)])
    text = "A batch, from its beginning to its durable outcomes"
    yield histograms("batch_seconds", text, (), [((), adapter.handling.seconds)])
    seconds = [((queue,), measured.seconds.get(queue) or Tally(SECONDS)) for queue in adapter.replaying.handlers]
    yield histograms("handling_seconds", "From a message's arrival to its durable outcome", ("queue",), seconds)
    text = "From the publishing of an event to the broker's confirmation"
    yield histograms("publishing_seconds", text, (), [((), adapter.publishing.seconds)])


def of_events(adapter: Watched) -> Iterator[Metric]:
    relay = adapter.relay
    yield count("events_published", "Events that the broker confirmed", relay.published)
    yield count("events_without_receiver", "Events that no queue was bound for", relay.without_receiver)
    yield count("events_failed", "Attempts to publish an event that failed", relay.failed)
    yield gauge("relay_leading", "1 while this copy is the one that publishes", relay.leading)


def of_errors(_adapter: Watched) -> Iterator[Metric]:
    told = (((where,), times) for where, times in (dict.fromkeys(_WHERE, 0) | TOLD).items())
    yield counts("unexpected_errors", "Errors that nobody foresaw, by the part that they happened in", ("where",), told)


def of_spans(adapter: Watched) -> Iterator[Metric]:
    tracing = adapter.tracing
    yield count("spans", "Spans that ended, where a collector is set", tracing.ended if tracing else 0)
    yield count("spans_sent", "Spans that the collector took", tracing.sent if tracing else 0)
