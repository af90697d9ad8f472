"""Messages without a customer's personal data, in inbox and parking lot, still known when they come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from adapter.housekeeping.cleaning import as_it_came
from adapter.housekeeping.concerning import Concern
from adapter.housekeeping.personal import ERASED
from adapter.intake.handler import Handler
from adapter.intake.imprint import bare_reason, imprint_of, is_imprint, joined, outcome_of
from adapter.intake.parking import received_again
from adapter.intake.received import Received
from adapter.messaging.decoding import Limits
from adapter.persistence import erasing, retention
from adapter.persistence.database import Connection
from adapter.persistence.inbox import InboxEntry, MessageKey
from adapter.persistence.parked import ParkedMessage
from adapter.persistence.retention import Imprint

_OPEN: Final = frozenset({"waiting", "parked", "refused"})
_KEPT_HEADERS: Final = ("cloudevents:", "cloudevents_", "order-adapter-")


@dataclass(frozen=True, slots=True)
class ErasedMessages:
    """Erases messages that are about a customer."""

    concern: Concern
    handlers: Mapping[str, Handler]
    limits: Limits

    async def erase_handled(self, connection: Connection, keys: Sequence[MessageKey]) -> int:
        """Keep of messages in the inbox an imprint and the outcome: for comparing, nothing else is needed. How many."""
        entries = [entry for entry in await erasing.in_inbox(connection, keys) if not is_imprint(entry.body)]
        await retention.keep_imprints(connection, [self._imprint(entry) for entry in entries])
        return len(keys)

    def _imprint(self, entry: InboxEntry, *more: Received) -> Imprint:
        answer, key = outcome_of(entry.answer), (entry.source, entry.message_id)
        if is_imprint(entry.body):
            return Imprint(key, joined(entry.body, *more), answer)
        return Imprint(key, imprint_of(as_it_came(entry, self.handlers, self.limits), *more), answer)

    async def erase_parked(self, connection: Connection, id: int) -> int:
        """Erase a message in the parking lot; 1 where that changed it.

        One that still waits can be replayed as it is then; of one that is closed, or cannot be read, nothing is left.
        """
        message = await erasing.locked_parked(connection, id)
        if message is None:
            return 0
        erased = self._parked(message)
        if erased == message:
            return 0
        await erasing.replace_parked(connection, erased, ERASED)
        if erased.state in _OPEN and "message_id_reused" not in message.codes:
            await self._expect(connection, erased)
        return 1

    def _parked(self, message: ParkedMessage) -> ParkedMessage:
        reasons = [bare_reason(reason) for reason in orjson.loads(message.reasons)]
        body = self.concern.erased(message.body) if message.state in _OPEN else None
        return replace(
            message,
            body=ERASED.encode() if body is None else body,
            properties=_properties(message.properties),
            reasons=orjson.dumps(reasons),
            state="discarded" if body is None and message.state in _OPEN else message.state,
        )

    async def _expect(self, connection: Connection, message: ParkedMessage) -> None:
        """From now on the message is known by what came and by what is left of it."""
        handler = self.handlers.get(message.queue)
        if handler is None:
            return
        form = received_again(message, self.handlers, self.limits)
        for entry in await erasing.in_inbox(connection, [(message.source, message.message_id)]):
            await retention.keep_imprints(connection, [self._imprint(entry, form)])


def _properties(properties: bytes) -> bytes:
    """Headers may hold anything; those stay that say who sent what."""
    kept: dict[str, Any] = orjson.loads(properties)
    headers = {name: value for name, value in (kept.get("headers") or {}).items() if _is_kept(name.lower())}
    return orjson.dumps(kept | {"headers": headers})


def _is_kept(name: str) -> bool:
    return name.startswith(_KEPT_HEADERS) and not name.endswith("subject")
