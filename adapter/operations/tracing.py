"""Traces by OpenTelemetry: sender, message, transaction and event under one trace id (decision 0025).

This module is loaded only where a collector is set: loading the library takes a good part of a second.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapter.intake.answers import Handled
from adapter.intake.received import Received
from adapter.operations.exporting import Exporter, in_background, send_rest
from adapter.relay.relay import Publish
from config.settings import Settings

_SYSTEM: Final = {"messaging.system": "rabbitmq"}
_W3C: Final = TraceContextTextMapPropagator()
_FLUSH_SECONDS: Final = 2.0
_OF_THE_DATA: Final = b',"datacontenttype":'
# Within JSON text a quotation mark is escaped: this is found only where it is an attribute.
_ATTRIBUTE: Final = re.compile(rb',"(traceparent|tracestate)":"([^"\\]*)"')


class Tracing:
    """Makes spans of what it is told, and sends them to a collector."""

    def __init__(self, settings: Settings) -> None:
        self._names = settings.namespace
        self._exporter = Exporter(settings.traces_endpoint)
        self._processor = in_background(self._exporter)
        provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(settings.traces_share)),
            resource=_resource(settings),
            shutdown_on_exit=False,
        )
        provider.add_span_processor(self._processor)
        self._tracer: Tracer = provider.get_tracer("order-adapter", version("customer-order-adapter"))
        self.ended = 0

    @property
    def sent(self) -> int:
        """Spans that the collector has taken."""
        return self._exporter.sent

    def begin(self, received: Received) -> None:
        """The message's own span, beneath its sender's; the events that it causes are beneath it."""
        destination = f"{self._names}.{received.handler.queue}"
        span = self._tracer.start_span(
            f"handle {destination}",
            _context(received.traceparent, received.tracestate),
            SpanKind.CONSUMER,
            _of_message(received, destination),
        )
        if span.is_recording():
            received.span = span
            carried: dict[str, str] = {}
            _W3C.inject(carried, set_span_in_context(span))
            received.traceparent, received.tracestate = carried["traceparent"], carried.get("tracestate")

    def end(self, handled: Handled, batch_size: int) -> None:
        span: Span | None = handled.received.span
        if span is None:
            return
        span.set_attribute("order_adapter.outcome", handled.outcome)
        span.set_attribute("order_adapter.codes", handled.codes)
        span.set_attribute("order_adapter.orders", [order.number for order in handled.orders])
        span.set_attribute("order_adapter.batch_size", batch_size)
        if "unexpected" in handled.codes:
            span.set_status(Status(StatusCode.ERROR))
        self._end(span)

    @contextmanager
    def transaction(self, batch: Sequence[Received]) -> Iterator[None]:
        """One span beneath the first message's; it and the spans of the other messages link to each other."""
        spans: list[Span] = [received.span for received in batch if received.span is not None]
        if not spans:
            yield
            return
        first, *others = spans
        links = [Link(other.get_span_context()) for other in others]
        attributes = {"messaging.batch.message_count": len(batch)}
        span = self._tracer.start_span("transaction", set_span_in_context(first), SpanKind.INTERNAL, attributes, links)
        for other in others:
            other.add_link(span.get_span_context())
        with self._until_done(span):
            yield

    def publishing(self, publish: Publish) -> Publish:
        """The same function, with a span for each event, beneath that of the message which caused it."""

        async def traced(routing_key: str, body: bytes, event_id: str, correlation_id: str | None) -> bool:
            destination = f"{self._names}.events"
            span = self._tracer.start_span(
                f"publish {destination}",
                _context_in(body),
                SpanKind.PRODUCER,
                _of_event(destination, routing_key, body, event_id, correlation_id),
            )
            with self._until_done(span):
                routed = await publish(routing_key, body, event_id, correlation_id)
                span.set_attribute("order_adapter.routed", routed)
                return routed

        return traced

    @contextmanager
    def _until_done(self, span: Span) -> Iterator[None]:
        """Of an error only its type is told: its text may hold what a message said."""
        try:
            yield
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            self._end(span)

    def _end(self, span: Span) -> None:
        self.ended += span.is_recording()
        span.end()

    async def stop(self) -> None:
        """Send what waits, for two seconds at most."""
        await asyncio.to_thread(send_rest, self._processor, _FLUSH_SECONDS)


def _resource(settings: Settings) -> Resource:
    return Resource.create(
        {
            "service.name": "order-adapter",
            "service.namespace": settings.namespace,
            "service.version": version("customer-order-adapter"),
            "service.instance.id": settings.instance,
        }
    )


def _context(traceparent: str | None, tracestate: str | None) -> Context:
    """What the sender says; without it, or where it is not valid, a new trace begins."""
    given = {"traceparent": traceparent, "tracestate": tracestate}
    return _W3C.extract({name: value for name, value in given.items() if value}, Context())


def _context_in(event: bytes) -> Context:
    """The trace context among the attributes of an event of ours; these come before its data."""
    attributes = event[: max(event.find(_OF_THE_DATA), 0)]
    found = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(attributes)}
    return _context(found.get("traceparent"), found.get("tracestate"))


def _of_message(received: Received, destination: str) -> dict[str, str | int | bool]:
    return {
        **_SYSTEM,
        "messaging.operation.type": "process",
        "messaging.operation.name": "handle",
        "messaging.destination.name": destination,
        "messaging.message.id": received.message_id,
        "messaging.message.body.size": len(received.raw.body),
        "cloudevents.event_source": received.source,
        "cloudevents.event_type": received.type,
        "order_adapter.redelivered": received.raw.redelivered,
        "order_adapter.replayed": received.replay_of is not None,
    }


def _of_event(
    destination: str, routing_key: str, body: bytes, event_id: str, correlation_id: str | None
) -> dict[str, str | int]:
    return {
        **_SYSTEM,
        "messaging.operation.type": "send",
        "messaging.operation.name": "publish",
        "messaging.destination.name": destination,
        "messaging.rabbitmq.destination.routing_key": routing_key,
        "messaging.message.id": event_id,
        "messaging.message.conversation_id": correlation_id or "",
        "messaging.message.body.size": len(body),
    }
