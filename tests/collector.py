"""An OpenTelemetry collector: takes spans over HTTP and keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from actors import until
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

KINDS = {Span.SPAN_KIND_CONSUMER: "consumer", Span.SPAN_KIND_PRODUCER: "producer", Span.SPAN_KIND_INTERNAL: "internal"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A span as it arrived, its ids in hexadecimal digits."""

    name: str
    kind: str
    trace: str
    id: str
    parent: str
    links: frozenset[str]
    attributes: dict[str, Any]
    failed: bool
    seconds: float

    @classmethod
    def of(cls, span: Span) -> Kept:
        return cls(
            span.name,
            KINDS[span.kind],
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            frozenset(link.span_id.hex() for link in span.links),
            {each.key: _value(each.value) for each in span.attributes},
            span.status.code == span.status.STATUS_CODE_ERROR,
            (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        )

    def is_in(self, traceparent: object) -> bool:
        """Whether a trace context names this span."""
        return str(traceparent).split("-")[1:3] == [self.trace, self.id]


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    found = getattr(value, kind)
    return [_value(each) for each in found.values] if kind == "array_value" else found


@dataclass(slots=True)
class Collector:
    """Where it listens, and what it was sent."""

    url: str
    spans: list[Kept] = field(default_factory=list)
    resource: dict[str, Any] = field(default_factory=dict)

    def take(self, body: bytes) -> None:
        for part in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource = {each.key: _value(each.value) for each in part.resource.attributes}
            self.spans += [Kept.of(span) for scope in part.scope_spans for span in scope.spans]

    def of_kind(self, kind: str) -> list[Kept]:
        return [span for span in self.spans if span.kind == kind]

    async def until(self, kind: str, number: int) -> list[Kept]:
        """The spans of a kind, once there are so many."""

        async def there() -> bool:
            return len(self.of_kind(kind)) >= number

        await until(there)
        return self.of_kind(kind)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == "/v1/traces":
                collector.take(body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing of it in the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}/v1/traces")
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield collector
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
