"""A delivery before anything in it is understood."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A delivery as it came: its bytes and its AMQP properties."""

    body: bytes
    queue: str = ""
    content_type: str | None = None
    content_encoding: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    message_id: str | None = None
    app_id: str | None = None
    type: str | None = None
    timestamp: datetime.datetime | None = None
    correlation_id: str | None = None
    reply_to: str | None = None
    user_id: str | None = None
    redelivered: bool = False
    delivery_tag: int | None = None
    put_back: bool = False
    """The broker gave up on it before, and we put it back."""
