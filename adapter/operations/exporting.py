"""Sending spans to a collector, in a thread of its own: one that is away or hangs costs spans, never time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from threading import Thread

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

log = structlog.get_logger()

_SECONDS = 5.0
_MOST_WAITING = 8_192
_AT_ONCE = 512
_EVERY_MILLISECONDS = 1_000


class Exporter(SpanExporter):
    """Sends spans, and logs once when the collector is lost and once when it is back. `sent` counts what it took."""

    def __init__(self, endpoint: str) -> None:
        # The library would repeat itself with every batch.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._collector = OTLPSpanExporter(endpoint, timeout=_SECONDS)
        self._endpoint = endpoint
        self._lost = False
        self.sent = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._collector.export(spans)
        if result is SpanExportResult.SUCCESS:
            self.sent += len(spans)
        self._tell(lost=result is not SpanExportResult.SUCCESS)
        return result

    def _tell(self, *, lost: bool) -> None:
        if lost and not self._lost:
            log.warning("collector_lost", address=self._endpoint)
        elif self._lost and not lost:
            log.info("collector_recovered", address=self._endpoint)
        self._lost = lost

    def shutdown(self) -> None:
        self._collector.shutdown()  # type: ignore[no-untyped-call] # the library's


def in_background(exporter: Exporter) -> BatchSpanProcessor:
    """Keeps what waits to be sent, and sends it every second; the oldest are dropped where too many wait."""
    return BatchSpanProcessor(exporter, _MOST_WAITING, _EVERY_MILLISECONDS, _AT_ONCE)


def send_rest(processor: BatchSpanProcessor, seconds: float) -> None:
    """Send what waits, at most so long; a collector that hangs does not keep the process from ending."""
    last = Thread(target=processor.shutdown, daemon=True)
    last.start()
    last.join(seconds)
