"""Metrics for Prometheus, read from the running parts when they are asked for.

Every label is from a list of ours (queues by the last part of their names, outcomes, codes, numberings, checks): no
sender can make series grow.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from adapter.domain.reasons import PARKING, REFUSING
from adapter.operations.families import count, counts, gauge, gauges, histograms
from adapter.operations.pulse import Pulse
from adapter.operations.sampling import Sampler
from adapter.operations.watched import Watched
from adapter.persistence.figures import connections_in_use

_CODES: Final = REFUSING | PARKING
_OTHER: Final = "other"


@dataclass(slots=True, eq=False)
class Metrics(Collector):
    """Everything that is measured, for one adapter, in a registry of its own."""

    adapter: Watched
    sampler: Sampler
    pulse: Pulse
    version: str
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """The text in the form that the reader accepts, and its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def collect(self) -> Iterator[Metric]:
        yield from self._messages()
        yield from self._times()
        yield from self._events()
        yield from self._parking()
        yield from self._process()
        yield from self._database()
        yield from self._checks()
        yield from self._queues()

    def _messages(self) -> Iterator[Metric]:
        telling = self.adapter.telling
        yield counts("messages", "Messages that have their outcome", ("queue", "outcome"), telling.counted.items())
        codes: Counter[tuple[str, str]] = Counter()
        for (outcome, code), messages in telling.counts.codes.items():
            codes[outcome, _known(code, _CODES)] += messages
        text = "Messages refused or parked, once for each of their codes"
        yield counts("reasons", text, ("outcome", "code"), codes.items())
        redelivered = (((queue,), messages) for queue, messages in telling.counts.redelivered.items())
        yield counts("redelivered", "Messages that the broker had delivered before", ("queue",), redelivered)

    def _times(self) -> Iterator[Metric]:
        measured = self.adapter.telling.counts
        yield histograms("batch_messages", "Messages in one transaction", (), [((), measured.batches)])
        seconds = (((queue,), tally) for queue, tally in measured.seconds.items())
        yield histograms("handling_seconds", "From a message's arrival to its durable outcome", ("queue",), seconds)

    def _events(self) -> Iterator[Metric]:
        relay, readiness = self.adapter.relay, self.sampler.readiness
        yield count("events_published", "Events that the broker confirmed", relay.published)
        yield count("events_without_receiver", "Events that no queue was bound for", relay.without_receiver)
        yield count("events_failed", "Attempts to publish an event that failed", relay.failed)
        yield gauge("relay_leading", "1 while this copy is the one that publishes", relay.leading)
        yield gauge("outbox_waiting", "Events not published yet, of all copies", readiness.waiting)
        yield gauge("outbox_oldest_seconds", "Age of the oldest event not published yet", readiness.oldest_seconds)

    def _parking(self) -> Iterator[Metric]:
        parking, codes = self.sampler.parking, dict.fromkeys([*PARKING, _OTHER], 0)
        for code, messages in parking.by_code.items():
            codes[_known(code, PARKING)] += messages
        by_code = (((code,), messages) for code, messages in codes.items())
        yield gauges("parked", "Messages that wait for a cure, once for each of their codes", ("code",), by_code)
        yield gauge("parked_messages", "Messages that wait for a cure", parking.messages)
        yield gauge("parked_oldest_seconds", "Age of the oldest message that waits for a cure", parking.oldest_seconds)

    def _process(self) -> Iterator[Metric]:
        build = self.version, self.sampler.readiness.revision, platform.python_version()
        yield gauges("build_info", "What is running", ("version", "schema", "python"), [(build, 1)])
        gathering = self.adapter.gathering
        yield gauge("paused", "1 while the intake waits for the database", gathering.paused_since is not None)
        yield gauge("intake_waiting", "Messages read and not yet in a transaction", gathering.waiting)
        yield gauge("event_loop_lag_seconds", "How late the event loop is", self.pulse.lag)

    def _database(self) -> Iterator[Metric]:
        adapter, read_at = self.adapter, self.sampler.read_at
        in_use = connections_in_use(adapter.database)
        yield gauge("database_connections_in_use", "Connections that the pool has lent out", in_use)
        yield gauge("database_connections_kept", "Connections that the pool keeps", adapter.settings.database_pool_size)
        holes = (((numbering,), free) for numbering, free in self.sampler.holes.items())
        yield gauges("number_holes", "Free numbers between used ones", ("numbering",), holes)
        age = time.monotonic() - (adapter.started_at if read_at is None else read_at)
        yield gauge("sample_age_seconds", "Since parking lot and numbers were last read", age)

    def _checks(self) -> Iterator[Metric]:
        checks = (((check.name,), check.green) for check in (*self.pulse.checks(), *self.sampler.checks))
        yield gauges("check", "1 while a check of /health/live or /health/ready is green", ("check",), checks)

    def _queues(self) -> Iterator[Metric]:
        namespace, queues = f"{self.adapter.settings.namespace}.", self.sampler.readiness.queues
        known = [((name.removeprefix(namespace),), state) for name, state in queues.items() if state is not None]
        messages = ((key, state.messages) for key, state in known)
        consumers = ((key, state.consumers) for key, state in known)
        yield gauges("queue_messages", "Messages in a queue that wait for a consumer", ("queue",), messages)
        yield gauges("queue_consumers", "Consumers of a queue, of all copies", ("queue",), consumers)


def _known(code: str, codes: Collection[str]) -> str:
    return code if code in codes else _OTHER
