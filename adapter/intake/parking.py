"""Between a delivery and the parking lot, so that what was set aside can be handled again as it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from adapter.domain.reasons import Reason
from adapter.intake.answers import Handled
from adapter.intake.handler import Handler
from adapter.intake.received import Received, receive
from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import RawMessage
from adapter.messaging.senders import EVERYBODY, Senders
from adapter.persistence.parked import ParkedMessage

_KEPT = (
    "content_type",
    "content_encoding",
    "headers",
    "message_id",
    "app_id",
    "type",
    "timestamp",
    "correlation_id",
    "reply_to",
    "user_id",
)


def parked_message(handled: Handled, reasons: Sequence[Reason], registry_version: int) -> ParkedMessage:
    """What is kept of a refused or parked message: everything, as it came, and what would cure it."""
    received = handled.received
    return ParkedMessage(
        received.source,
        received.message_id,
        received.type,
        received.handler.queue,
        handled.outcome,
        handled.codes,
        orjson.dumps(handled.reasons),
        received.raw.body,
        _properties(received.raw),
        [f"{kind}/{key}" for reason in reasons for kind, key in reason.awaited],
        registry_version,
    )


def _properties(raw: RawMessage) -> bytes:
    kept = {name: getattr(raw, name) for name in _KEPT}
    return orjson.dumps(kept, default=_text, option=orjson.OPT_NON_STR_KEYS)


def _text(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes | bytearray) else str(value)


def received_again(
    parked: ParkedMessage, handlers: Mapping[str, Handler], limits: Limits, senders: Senders = EVERYBODY
) -> Received:
    """A parked message as it came, to be decided anew under its own identity."""
    properties: dict[str, Any] = orjson.loads(parked.properties)
    raw = RawMessage(body=parked.body, queue=parked.queue, **properties)
    received = receive(raw, handlers[parked.queue], limits, senders)
    received.replay_of = parked.id
    received.was_waiting = parked.state == "waiting"
    return received
