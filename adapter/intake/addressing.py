"""Messages that come without a queue, from a file: their type says who takes them."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from adapter.domain.reasons import Reason
from adapter.intake.handler import Handler
from adapter.intake.received import Received, receive
from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import CONTENT_TYPE
from adapter.messaging.inspection import shown
from adapter.messaging.raw import RawMessage


def read_message(body: bytes, handlers: Mapping[str, Handler], limits: Limits) -> Received:
    """A CloudEvent in structured mode as the queue of its type would take it."""
    handler, fault = _handler(body, handlers)
    received = receive(RawMessage(body=body, queue=handler.queue, content_type=CONTENT_TYPE), handler, limits)
    if fault is not None:
        received.message = None
        others = [reason for reason in received.reasons if reason.code != "unknown_type"]
        received.reasons = [fault, *(reason for reason in others if received.type != handler.type)]
    return received


def _handler(body: bytes, handlers: Mapping[str, Handler]) -> tuple[Handler, Reason | None]:
    """Who takes it; with a reason where nobody does."""
    fallback = next(iter(handlers.values()))
    try:
        event = orjson.loads(body)
    except ValueError:
        return fallback, None
    type_ = event.get("type") if isinstance(event, dict) else None
    found = next((handler for handler in handlers.values() if handler.type == type_), None)
    if found is not None or not isinstance(event, dict):
        return found or fallback, None
    return fallback, _no_queue(type_, handlers)


def _no_queue(type_: object, handlers: Mapping[str, Handler]) -> Reason:
    known = ", ".join(handler.type for handler in handlers.values())
    told = f"of type {shown(str(type_))}" if type_ is not None else "without a type"
    return Reason("unknown_type", "", f"No queue takes a message {told}. Types are {known}.")
