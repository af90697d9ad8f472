"""The inbox: every message that was handled, by source and id, with what it was answered (contract 5, repetition)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapter.persistence.database import Connection
from adapter.persistence.rows import Rows

MessageKey = tuple[str, str]
"""(source, id) of a message."""


class HandledMeanwhile(Exception):
    """A delivery and a replay of one message met, and the other one has succeeded: that outcome stays."""

    sqlstate = "40001"


@dataclass(frozen=True, slots=True)
class InboxEntry:
    source: str
    message_id: str
    type: str
    body: bytes
    structured: bool
    outcome: str
    answer: bytes


_INBOX = Rows(
    "inbox",
    (
        ("source", "text"),
        ("message_id", "text"),
        ("type", "text"),
        ("body", "bytea"),
        ("structured", "boolean"),
        ("outcome", "text"),
        ("answer", "bytea"),
    ),
)


async def find(connection: Connection, keys: Iterable[MessageKey]) -> dict[MessageKey, InboxEntry]:
    """The entries of messages that were handled before."""
    keys = list(keys)
    rows = await connection.fetch(
        "SELECT i.source, i.message_id, type, body, structured, outcome, answer"
        " FROM unnest($1::text[], $2::text[]) AS w (source, message_id) JOIN inbox i USING (source, message_id)",
        [source for source, _ in keys],
        [message_id for _, message_id in keys],
    )
    return {(row["source"], row["message_id"]): InboxEntry(*row.values()) for row in rows}


async def is_settled(connection: Connection, key: MessageKey) -> bool:
    """Whether a message has an outcome, or waits for its order."""
    settled = await connection.fetchval(
        "SELECT EXISTS (SELECT 1 FROM inbox WHERE (source, message_id) = ($1, $2))"
        " OR EXISTS (SELECT 1 FROM parked WHERE (source, message_id) = ($1, $2))",
        *key,
    )
    return bool(settled)


async def add(connection: Connection, entries: Sequence[InboxEntry]) -> None:
    """Store entries. Where another copy handled one of them meanwhile this fails, and the batch is tried again."""
    in_order = sorted(entries, key=lambda entry: (entry.source, entry.message_id))
    rows = [(e.source, e.message_id, e.type, e.body, e.structured, e.outcome, e.answer) for e in in_order]
    await _INBOX.insert(connection, rows)


async def replace(connection: Connection, entries: Sequence[InboxEntry]) -> None:
    """A replay gave these messages their outcome, or another one. What is kept as an imprint stays one.

    Raises:
        HandledMeanwhile: another copy handled one of them with success; the batch is tried again.
    """
    for e in entries:
        stored = await connection.fetchval(
            "INSERT INTO inbox AS i (source, message_id, type, body, structured, outcome, answer)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source, message_id) DO UPDATE"
            " SET outcome = excluded.outcome, answer = excluded.answer, structured = excluded.structured,"
            " body = CASE WHEN i.whole THEN excluded.body ELSE i.body END, handled_at = now()"
            " WHERE i.outcome IN ('refused', 'parked') RETURNING true",
            e.source,
            e.message_id,
            e.type,
            e.body,
            e.structured,
            e.outcome,
            e.answer,
        )
        if not stored:
            raise HandledMeanwhile
