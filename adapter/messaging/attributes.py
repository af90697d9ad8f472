"""The attributes of an incoming CloudEvent, wherever its sender put them (contract §2)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapter.domain.reasons import Reason
from adapter.messaging.decoding import Tree
from adapter.messaging.raw import RawMessage
from adapter.messaging.tolerance import REPLACEMENT, UNREADABLE_TIME

_MOST: Final = 255
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_JSON: Final = re.compile(r"application/json|[^;]+\+json", re.IGNORECASE)
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_TRACESTATE: Final = re.compile(r"[\x20-\x7e]{1,512}")
_NAMES: Final = ("id", "source", "type", "subject")


@dataclass(slots=True)
class Attributes:
    """What the sender said about the message: `known` is in order, `reasons` tell what is not."""

    given: Mapping[str, Any]
    headers: Mapping[str, Any]
    from_amqp: bool = False
    known: dict[str, str] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in _NAMES:
            self._take(name, self.given.get(name))

    @classmethod
    def structured(cls, tree: Tree, raw: RawMessage) -> Attributes:
        """Attributes in the body itself."""
        attributes = cls(tree, raw.headers)
        attributes._check_version(required=True)
        return attributes

    @classmethod
    def binary(cls, raw: RawMessage) -> Attributes:
        """Attributes in AMQP headers, else in AMQP properties."""
        given = {
            "id": raw.message_id,
            "source": raw.app_id,
            "type": raw.type,
            "time": raw.timestamp,
        }
        for name, value in raw.headers.items():
            if name.startswith(("cloudEvents:", "cloudEvents_")):
                given[name[len("cloudEvents:") :]] = _decoded(value)
        attributes = cls(given, raw.headers, from_amqp=True)
        attributes._check_version(required=False)
        return attributes

    def text(self, name: str) -> str | None:
        return self.known.get(name)

    def check_identity(self) -> None:
        """`id` and `source` together identify a message; one without them cannot be told from its repetition."""
        missing = [name for name in ("id", "source") if name not in self.known and not self._present(name)]
        if missing:
            names = " and ".join(missing)
            self._fault(f"The message has no {names}. Give every message an id of its own and the name of its source.")

    def data(self, tree: Tree) -> Tree | None:
        """The data of a structured event."""
        if "data_base64" in tree:
            self._fault("The data is sent as data_base64. Send it as a JSON object in data.")
        elif not isinstance(tree.get("data"), dict):
            self._fault("The message has no data, or data is not a JSON object. Send one.")
        content_type = tree.get("datacontenttype")
        if content_type is not None and not (isinstance(content_type, str) and _JSON.match(content_type.strip())):
            self._fault("datacontenttype must be application/json.")
        found = tree.get("data")
        return found if isinstance(found, dict) else None

    def time(self) -> datetime.datetime | None:
        """When it happened, in UTC."""
        given = self.given.get("time")
        if given == UNREADABLE_TIME:
            self._fault("timestamp is beyond what a calendar holds. Send it in seconds since 1970.", "malformed")
            return None
        try:
            return None if given is None else _instant(given)
        except (ValueError, OverflowError):
            self._fault("time must be an instant with an offset, such as 2026-03-01T12:00:00Z.")
            return None

    def traceparent(self) -> str | None:
        """The W3C trace context; one that cannot be read is left behind, as the standard asks."""
        return self._trace("traceparent", _TRACEPARENT)

    def tracestate(self) -> str | None:
        return self._trace("tracestate", _TRACESTATE) if self.traceparent() else None

    def _trace(self, name: str, form: re.Pattern[str]) -> str | None:
        for place in (self.given, self.headers):
            if name in place:
                value = _decoded(place[name])
                if isinstance(value, str) and form.fullmatch(value):
                    return value
        return None

    def _present(self, name: str) -> bool:
        value = self.given.get(name)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def _take(self, name: str, value: Any) -> None:
        if not self._present(name):
            return
        if self.from_amqp and isinstance(value, str) and REPLACEMENT in value:
            self._fault(f"{name} is not UTF-8. Send it as UTF-8 text.", "malformed")
            return
        if isinstance(value, str) and len(value) <= _MOST and value.isprintable():
            self.known[name] = value.strip()
        elif not isinstance(value, str):
            self._fault(f"{name} must be text.")
        elif _CONTROL.search(value):
            self._fault(f"{name} holds a control character. Take it out.")
        elif len(value.strip()) > _MOST:
            self._fault(f"{name} is longer than {_MOST} characters.")
        else:
            self.known[name] = value.strip()

    def _check_version(self, *, required: bool) -> None:
        version = self.given.get("specversion")
        if version != "1.0" and (required or version is not None):
            self._fault('specversion must be "1.0", the version of CloudEvents that is read here.')

    def _fault(self, message: str, code: str = "invalid") -> None:
        self.reasons.append(Reason(code, "", message))


def _decoded(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _instant(given: Any) -> datetime.datetime:
    if isinstance(given, str):
        if not _INSTANT.fullmatch(given):
            raise ValueError(given)
        given = datetime.datetime.fromisoformat(given.upper())
    if not isinstance(given, datetime.datetime):
        raise ValueError(given)
    return (given if given.tzinfo else given.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
