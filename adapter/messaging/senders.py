"""Which user of the broker may send what, where that is configured (senders.toml)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapter.domain.reasons import Reason
from adapter.messaging.inspection import shown


@dataclass(frozen=True, slots=True)
class Right:
    """Sources that a user may name, `*` standing for any text in them, and types that it may send (none: all)."""

    sources: Sequence[str]
    types: Collection[str] = ()

    def allows(self, source: str, type: str) -> bool:
        return (not self.types or type in self.types) and any(_like(pattern, source) for pattern in self.sources)


def _like(pattern: str, source: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), source, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Senders:
    """The rights of broker users; where there are none, everybody whom the broker lets publish may send anything."""

    rights: Mapping[str, Sequence[Right]] = field(default_factory=dict)

    def refusal(self, user: str | None, source: str | None, type: str) -> Reason | None:
        """Why this user may not send this message (`unauthorised`)."""
        if not self.rights:
            return None
        if user is None:
            return _unauthorised("The message has no user_id. Publish it with the name of your broker user as user_id.")
        if any(right.allows(source or "", type) for right in self.rights.get(user, ())):
            return None
        what = f"{shown(type)} as source {shown(source or '')!r}"
        return _unauthorised(f"Broker user {shown(user)!r} may not send {what}. Ask who looks after senders.toml.")


def _unauthorised(message: str) -> Reason:
    return Reason("unauthorised", "", message)


EVERYBODY: Final = Senders()
