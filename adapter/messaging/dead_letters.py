"""What the broker gives up on: what it writes on such a message, and what we write on the copy that we put back.

A copy has an AMQP id of its own and none of the broker's headers: with them the broker would take it for one that goes
round in circles and drop it. Its sender's id and user travel in headers of ours, which count only on what we published
ourselves (the broker vouches for `user_id`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from adapter.messaging.raw import RawMessage

_PUT_BACK: Final = "order-adapter-reinjected"
_ID: Final = "order-adapter-message-id"
_USER: Final = "order-adapter-user-id"
_OURS: Final = (_PUT_BACK, _ID, _USER)
_OF_THE_BROKER: Final = "x-"


@dataclass(frozen=True, slots=True)
class Death:
    """The queue (its whole name) in which the broker gave up on a message, and why; empty where it does not say."""

    queue: str = ""
    reason: str = ""

    @property
    def part(self) -> str:
        """The last part of the queue's name."""
        return self.queue.rpartition(".")[2]

    @property
    def is_of_deliveries(self) -> bool:
        """It was delivered again and again without an outcome: it, or one beside it, kills whoever takes it."""
        return self.reason == "delivery_limit"


def last_death(headers: Mapping[str, Any]) -> Death:
    """What the broker wrote when it gave up on a message for the last time."""
    deaths = headers.get("x-death")
    if isinstance(deaths, list) and deaths and isinstance(deaths[0], Mapping):
        return Death(_text(deaths[0].get("queue")), _text(deaths[0].get("reason")))
    return Death(_text(headers.get("x-first-death-queue")), _text(headers.get("x-first-death-reason")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def headers_of_copy(raw: RawMessage) -> dict[str, Any]:
    """The headers of a message that is put back."""
    kept = {name: value for name, value in raw.headers.items() if not name.startswith(_OF_THE_BROKER)}
    sent = {_PUT_BACK: 1, _ID: raw.message_id, _USER: raw.user_id}
    return kept | {name: value for name, value in sent.items() if value is not None}


def as_sent(raw: RawMessage, our_user: str) -> RawMessage:
    """A copy that we put back, as its sender sent it; any other message as it is."""
    if _PUT_BACK not in raw.headers or raw.user_id != our_user:
        return raw
    return replace(
        raw,
        headers={name: value for name, value in raw.headers.items() if name not in _OURS},
        message_id=raw.headers.get(_ID),
        user_id=raw.headers.get(_USER),
        put_back=True,
    )
