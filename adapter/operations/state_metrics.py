"""Metrics of how things stand: what waits, which services answer, which numbers are left."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from adapter.domain.reasons import PARKING
from adapter.operations.families import counts, gauge, gauges
from adapter.operations.pulse import Pulse
from adapter.operations.sampling import Sampler
from adapter.operations.watched import Watched
from adapter.operations.work_metrics import OTHER, known
from adapter.persistence.figures import connections_in_use


def of_process(adapter: Watched, sampler: Sampler, pulse: Pulse, version: str) -> Iterator[Metric]:
    build = version, sampler.readiness.revision, platform.python_version()
    yield gauges("build_info", "What is running", ("version", "schema", "python"), [(build, 1)])
    gathering = adapter.gathering
    text = "1 while the intake waits for the database, or for the outbox"
    yield gauge("paused", text, gathering.paused is not None)
    yield gauge("intake_waiting", "Messages read and not yet in a transaction", gathering.waiting)
    yield gauge("batch_oldest_seconds", "For how long a batch has been in hand", adapter.handling.oldest_seconds)
    yield gauge("event_loop_lag_seconds", "How late the event loop is", pulse.lag)


def of_outbox(sampler: Sampler) -> Iterator[Metric]:
    readiness = sampler.readiness
    yield gauge("outbox_waiting", "Events not published yet, of all copies", readiness.waiting)
    yield gauge("outbox_oldest_seconds", "Age of the oldest event not published yet", readiness.oldest_seconds)


def of_parking(sampler: Sampler) -> Iterator[Metric]:
    parking, codes = sampler.parking, dict.fromkeys([*PARKING, OTHER], 0)
    for code, messages in parking.by_code.items():
        codes[known(code, PARKING)] += messages
    by_code = (((code,), messages) for code, messages in codes.items())
    yield gauges("parked", "Messages that wait for a cure, once for each of their codes", ("code",), by_code)
    yield gauge("parked_messages", "Messages that wait for a cure", parking.messages)
    yield gauge("parked_oldest_seconds", "Age of the oldest message that waits for a cure", parking.oldest_seconds)


def of_services(adapter: Watched) -> Iterator[Metric]:
    outages = adapter.outages
    by_name = {
        "broker_consuming": outages.consuming,
        "broker_publishing": outages.publishing,
        "database": outages.database,
    }
    times = [((name,), outage.times) for name, outage in by_name.items()]
    yield counts("connection_losses", "How often a connection was lost; each came back or is tried", ("to",), times)
    lost = [((name,), outage.since is not None) for name, outage in by_name.items()]
    yield gauges("connection_lost", "1 while a connection is lost", ("to",), lost)
    blocked = adapter.backpressure.blocked.since is not None
    yield gauge("broker_blocked", "1 while the broker takes nothing (memory or disk alarm)", blocked)
    in_use = connections_in_use(adapter.database)
    yield gauge("database_connections_in_use", "Connections that the pool has lent out", in_use)
    yield gauge("database_connections_kept", "Connections that the pool keeps", adapter.settings.database_pool_size)


def of_numbers(adapter: Watched, sampler: Sampler) -> Iterator[Metric]:
    found = dict.fromkeys(adapter.business.numberings, 0) | sampler.holes
    holes = (((numbering,), free) for numbering, free in found.items())
    yield gauges("number_holes", "Free numbers between used ones", ("numbering",), holes)
    near = (((numbering,), is_near) for numbering, is_near in sampler.near_ends.items())
    yield gauges("numbering_near_end", "1 where few numbers of today's period are left", ("numbering",), near)


def of_checks(adapter: Watched, sampler: Sampler, pulse: Pulse) -> Iterator[Metric]:
    checks = (((check.name,), check.green) for check in (*pulse.checks(), *sampler.checks))
    yield gauges("check", "1 while a check of /health/live or /health/ready is green", ("check",), checks)
    age = time.monotonic() - (adapter.started_at if sampler.read_at is None else sampler.read_at)
    yield gauge("sample_age_seconds", "Since parking lot and numbers were last read", age)


def of_queues(adapter: Watched, sampler: Sampler) -> Iterator[Metric]:
    namespace, queues = f"{adapter.settings.namespace}.", sampler.readiness.queues
    found = [((name.removeprefix(namespace),), state) for name, state in queues.items() if state is not None]
    messages = ((key, state.messages) for key, state in found)
    consumers = ((key, state.consumers) for key, state in found)
    yield gauges("queue_messages", "Messages in a queue that wait for a consumer", ("queue",), messages)
    yield gauges("queue_consumers", "Consumers of a queue, of all copies", ("queue",), consumers)
