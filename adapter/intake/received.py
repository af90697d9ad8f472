"""A delivery once it is read: the message, or what is wrong with it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adapter.domain.reasons import Reason
from adapter.intake.handler import Handler
from adapter.intake.imprint import is_imprint, is_of
from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import Incoming, RawMessage, Unreadable, read_envelope
from adapter.messaging.senders import EVERYBODY, Senders
from adapter.messaging.validation import validate
from adapter.persistence.inbox import InboxEntry, MessageKey
from adapter.persistence.parked import body_hash
from schemas.message import Message

_LONG_AGO: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(slots=True)
class Received:
    """A message with its identity. Without a readable id it is known by its bytes, so that it too is handled once.

    One that is `misformed` has faults of form, beside which its rules may find others.
    """

    raw: RawMessage
    handler: Handler
    source: str
    message_id: str
    type: str
    data: Any = None
    message: Message | None = None
    reasons: list[Reason] = field(default_factory=list)
    subject: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    structured: bool = True
    time: datetime.datetime | None = None
    readable: bool = True
    reused: bool = False
    misformed: bool = False
    replay_of: int | None = None
    was_waiting: bool = False
    waited_enough: bool = False
    span: Any = None

    @property
    def key(self) -> MessageKey:
        """What the inbox knows it by. One that reuses the id of another is known by its bytes too."""
        if self.reused:
            return self.source, f"{self.message_id}#{body_hash(self.raw.body).hex()}"
        return self.source, self.message_id

    @property
    def by(self) -> str | None:
        return getattr(self.message, "by", None)

    @property
    def sent_at(self) -> datetime.datetime | None:
        """When its sender says it was; one that does not say and was set aside is older than any that came since."""
        return self.time or (None if self.replay_of is None else _LONG_AGO)

    def same_content(self, other: Received) -> bool:
        """The same type and data; key order, white space and other attributes do not count, decimals count by value."""
        if self.raw.body == other.raw.body and self.type == other.type:
            return True
        if self.message is not None and other.message is not None:
            return self.type == other.type and self.message == other.message
        return self.type == other.type and self.data is not None and self.data == other.data


def receive(raw: RawMessage, handler: Handler, limits: Limits, senders: Senders = EVERYBODY) -> Received:
    """Read one delivery. Whatever is wrong is in its reasons; nothing is raised."""
    envelope = read_envelope(raw, handler.type, limits)
    if reason := senders.refusal(raw.user_id, envelope.source, envelope.type or handler.type):
        return _unauthorised(raw, handler, reason)
    if isinstance(envelope, Unreadable):
        return _unreadable(raw, handler, envelope)
    received = _readable(raw, handler, envelope)
    outcome = validate(handler.schema, envelope.data, limits)
    if isinstance(outcome, list):
        received.reasons = outcome
        received.misformed = all(reason.code == "invalid" for reason in outcome)
    else:
        received.message = outcome
    return received


def _unauthorised(raw: RawMessage, handler: Handler, reason: Reason) -> Received:
    """Known by its bytes: whoever may not speak for a source must not use up its ids either."""
    known_by = f"body:{body_hash(raw.body).hex()}"
    return Received(raw, handler, "", known_by, handler.type, reasons=[reason], readable=False)


def _readable(raw: RawMessage, handler: Handler, envelope: Incoming) -> Received:
    return Received(
        raw,
        handler,
        envelope.source,
        envelope.id,
        envelope.type,
        data=envelope.data,
        subject=envelope.subject,
        traceparent=envelope.traceparent,
        tracestate=envelope.tracestate,
        structured=envelope.structured,
        time=envelope.time,
    )


def _unreadable(raw: RawMessage, handler: Handler, envelope: Unreadable) -> Received:
    readable = bool(envelope.source and envelope.id)
    return Received(
        raw,
        handler,
        (envelope.source or "") if readable else "",
        (envelope.id or "") if readable else f"body:{body_hash(raw.body).hex()}",
        envelope.type or handler.type,
        data=envelope.data,
        reasons=list(envelope.reasons),
        subject=envelope.subject,
        traceparent=envelope.traceparent,
        tracestate=envelope.tracestate,
        structured=envelope.structured,
        readable=readable,
    )


def bare(received: Received) -> Received:
    """A message with nothing but its bytes and its queue, known by those bytes; a replay stays the one it is."""
    if received.replay_of is not None:
        return received
    raw = RawMessage(body=received.raw.body, queue=received.raw.queue)
    known_by = f"body:{body_hash(raw.body).hex()}"
    return Received(raw, received.handler, "", known_by, received.handler.type, readable=False)


def trace_id_of(received: Received) -> str | None:
    parts = (received.traceparent or "").split("-")
    return parts[1] if len(parts) > 2 else None


def receive_again(entry: InboxEntry, like: Received) -> Received:
    """A message of the inbox as it came, to compare with another of the same source and id.

    Of one that is kept as an imprint it is the other one again, if that is what the imprint was made of.
    """
    if is_imprint(entry.body) and is_of(entry.body, like):
        return replace(like, type=entry.type)
    structured = "application/cloudevents+json" if entry.structured else "application/json"
    raw = RawMessage(
        body=entry.body,
        content_type=structured,
        message_id=entry.message_id,
        app_id=entry.source,
        type=entry.type,
        queue=like.raw.queue,
    )
    return receive(raw, like.handler, Limits())
