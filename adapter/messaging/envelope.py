"""CloudEvents 1.0 in and out: who sent what, and when (contract §2)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from adapter.domain.reasons import Reason
from adapter.messaging.attributes import Attributes
from adapter.messaging.decoding import Limits, Tree, read
from adapter.messaging.headers import excess
from adapter.messaging.inspection import shown
from adapter.messaging.raw import RawMessage

__all__ = [
    "CONTENT_TYPE",
    "Incoming",
    "RawMessage",
    "Unreadable",
    "as_replayed",
    "cloud_event",
    "read_envelope",
    "write",
]

CONTENT_TYPE: Final = "application/cloudevents+json"
"""Of what we send, and of what we are sent in structured mode."""

_BINARY: Final = {"", "application/json"}
_ENCODINGS: Final = {"", "identity", "utf-8", "utf8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message whose envelope is in order. `time` is when its sender says it happened, in UTC."""

    id: str
    source: str
    type: str
    data: Tree
    time: datetime.datetime | None = None
    subject: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    structured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A message whose envelope or body is at fault, with what of it could be read in spite of that."""

    reasons: list[Reason]
    id: str | None = None
    source: str | None = None
    type: str | None = None
    subject: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    structured: bool = True
    data: Tree | None = None


def read_envelope(raw: RawMessage, expected_type: str, limits: Limits) -> Incoming | Unreadable:
    """Read a delivery from the queue of `expected_type`.

    Structured mode is content type `application/cloudevents+json`; a body that has `specversion` is taken as structured
    with `application/json` and without content type too, since no data object has a field of that name. All else is
    binary mode.

    Reasons: those of `decode`, `too_large` (headers), `malformed` (content type, compression, attributes that cannot be
    decoded), `invalid` (attributes), `unknown_type`.
    """
    kind = _media_type(raw.content_type)
    if reason := excess(raw.headers, limits) or _unreadable_kind(raw, kind):
        return _unreadable([reason], Attributes.binary(raw), structured=kind == CONTENT_TYPE)
    tree, reasons = read(raw.body, limits)
    structured = kind == CONTENT_TYPE or (tree is not None and "specversion" in tree)
    if tree is None:
        return _unreadable(reasons, Attributes.binary(raw), structured=structured)
    attributes = Attributes.structured(tree, raw) if structured else Attributes.binary(raw)
    data = attributes.data(tree) if structured else tree
    reasons = [_within_data(reason) if structured else reason for reason in reasons]
    return _read(attributes, data, expected_type, reasons, structured=structured)


def _read(
    attributes: Attributes, data: Tree | None, expected_type: str, reasons: list[Reason], *, structured: bool
) -> Incoming | Unreadable:
    event_type = attributes.text("type") or expected_type
    attributes.check_identity()
    if event_type != expected_type:
        attributes.reasons.append(_unknown_type(event_type, expected_type))
    time = attributes.time()
    if attributes.reasons or reasons or data is None:
        return _unreadable([*reasons, *attributes.reasons], attributes, structured=structured, data=data)
    return Incoming(
        id=attributes.known["id"],
        source=attributes.known["source"],
        type=event_type,
        data=data,
        time=time,
        subject=attributes.text("subject"),
        traceparent=attributes.traceparent(),
        tracestate=attributes.tracestate(),
        structured=structured,
    )


def _unreadable(
    reasons: list[Reason], attributes: Attributes, *, structured: bool, data: Tree | None = None
) -> Unreadable:
    return Unreadable(
        reasons=reasons,
        data=data,
        id=attributes.text("id"),
        source=attributes.text("source"),
        type=attributes.text("type"),
        subject=attributes.text("subject"),
        traceparent=attributes.traceparent(),
        tracestate=attributes.tracestate(),
        structured=structured,
    )


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _unreadable_kind(raw: RawMessage, kind: str) -> Reason | None:
    encoding = (raw.content_encoding or "").strip().lower()
    if encoding not in _ENCODINGS or raw.body.startswith(b"\x1f\x8b"):
        return Reason("malformed", "", "The body is compressed or encoded. Send plain JSON without content encoding.")
    if kind != CONTENT_TYPE and kind not in _BINARY:
        cure = f"Send {CONTENT_TYPE}, or application/json for the data alone."
        return Reason("malformed", "", f"The content type is not one that is read here. {cure}")
    return None


def _within_data(reason: Reason) -> Reason:
    """The paths of reasons point into the data; a fault of the envelope itself has none, its message names it."""
    if reason.path == "/data" or reason.path.startswith("/data/"):
        return Reason(reason.code, reason.path.removeprefix("/data"), reason.message)
    if not reason.path:
        return reason
    return Reason(reason.code, "", f"Attribute {reason.path[1:]} of the envelope: {reason.message}")


def _unknown_type(found: str, expected: str) -> Reason:
    message = f"This queue takes {expected}, not {shown(found)}. Send the message to the queue of its type."
    return Reason("unknown_type", "", message)


def cloud_event(
    event_id: str,
    source: str,
    type: str,
    time: datetime.datetime,
    subject: str | None,
    data: Mapping[str, Any],
    **extensions: str | None,
) -> bytes:
    """An event in structured mode, as it goes out. `time` is aware; extensions that are None are left out.

    Amounts in `data` are text already. A Decimal in it is a number of somebody's `extra` and goes out as that number.
    """
    optional = {"subject": subject, **extensions}
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": source,
        "type": type,
        "time": time.astimezone(datetime.UTC),
        **{name: value for name, value in optional.items() if value is not None},
        "datacontenttype": "application/json",
        "data": data,
    }
    return write(event)


def as_replayed(event: bytes) -> bytes:
    """An event of ours as it goes out when somebody asked for it again: the same, with attribute `replayed`."""
    return b'{"replayed":true,' + event.removeprefix(b"{")


def write(value: Any) -> bytes:
    """JSON as we send and keep it; a Decimal is written as a number with all its digits."""
    return orjson.dumps(value, default=_number, option=orjson.OPT_UTC_Z)


def _number(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(f"no JSON for {type(value).__name__}")
