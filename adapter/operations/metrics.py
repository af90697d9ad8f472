"""Metrics for Prometheus, read from the running parts when they are asked for.

Every label is from a list of ours (queues by the last part of their names, outcomes, codes, numberings, checks): no
sender can make series grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from adapter.operations import state_metrics, work_metrics
from adapter.operations.pulse import Pulse
from adapter.operations.sampling import Sampler
from adapter.operations.watched import Watched


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
        yield from work_metrics.of_messages(self.adapter)
        yield from work_metrics.of_times(self.adapter)
        yield from work_metrics.of_events(self.adapter)
        yield from work_metrics.of_errors(self.adapter)
        yield from work_metrics.of_spans(self.adapter)
        yield from state_metrics.of_process(self.adapter, self.sampler, self.pulse, self.version)
        yield from state_metrics.of_outbox(self.sampler)
        yield from state_metrics.of_parking(self.sampler)
        yield from state_metrics.of_services(self.adapter)
        yield from state_metrics.of_numbers(self.adapter, self.sampler)
        yield from state_metrics.of_checks(self.adapter, self.sampler, self.pulse)
        yield from state_metrics.of_queues(self.adapter, self.sampler)
