"""Metric families under our prefix, each made in one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from adapter.intake.counting import Tally

_PREFIX: Final = "order_adapter_"

Values = Iterable[tuple[tuple[str, ...], float]]
"""Values by the values of their labels."""


def count(name: str, help_text: str, value: float) -> Metric:
    return CounterMetricFamily(_PREFIX + name, help_text, value=value)


def counts(name: str, help_text: str, labels: Iterable[str], values: Values) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, help_text, labels=tuple(labels))
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, help_text, value=value)


def gauges(name: str, help_text: str, labels: Iterable[str], values: Values) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, help_text, labels=tuple(labels))
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def histograms(
    name: str, help_text: str, labels: Iterable[str], tallies: Iterable[tuple[tuple[str, ...], Tally]]
) -> Metric:
    family = HistogramMetricFamily(_PREFIX + name, help_text, labels=tuple(labels))
    for key, tally in tallies:
        family.add_metric(key, buckets=list(tally.cumulative()), sum_value=tally.total)
    return family
