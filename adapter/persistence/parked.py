"""The parking lot: messages that were refused or wait for a cure, as they came (contract 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from adapter.persistence.database import Connection
from adapter.persistence.registry_inside import awaited
from adapter.persistence.rows import Rows


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """One message in the parking lot. `awaits` names, as `kind/key` or `kind@/scope`, what cures it by arriving."""

    source: str
    message_id: str
    type: str | None
    queue: str
    state: str
    codes: Sequence[str]
    reasons: bytes
    body: bytes
    properties: bytes
    awaits: Sequence[str]
    registry_version: int
    id: int = 0


_SEPARATOR = "\x1f"
_PARKED = Rows(
    "parked",
    (
        ("source", "text"),
        ("message_id", "text"),
        ("type", "text"),
        ("queue", "text"),
        ("state", "text"),
        ("codes", "text"),
        ("reasons", "bytea"),
        ("body", "bytea"),
        ("body_hash", "bytea"),
        ("properties", "bytea"),
        ("awaits", "text"),
        ("registry_version", "bigint"),
    ),
)
# Arrays of arrays must be rectangular, so lists travel as joined text.
_INSERT = f"""
INSERT INTO parked AS p (source, message_id, type, queue, state, codes, reasons, body, body_hash, properties, awaits,
    registry_version)
SELECT source, message_id, type, queue, state, string_to_array(codes, '{_SEPARATOR}'), reasons, body, body_hash,
    properties, string_to_array(awaits, '{_SEPARATOR}'), registry_version
FROM unnest({", ".join(f"${i}::{kind}[]" for i, (_, kind) in enumerate(_PARKED.columns, 1))})
    AS n ({", ".join(name for name, _ in _PARKED.columns)})
ON CONFLICT (source, message_id, body_hash) DO UPDATE
    SET state = excluded.state, codes = excluded.codes, reasons = excluded.reasons, awaits = excluded.awaits,
        registry_version = excluded.registry_version, attempts = p.attempts + 1, last_seen = now()
"""  # noqa: S608 -- our own column names


def body_hash(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


async def park(connection: Connection, messages: Sequence[ParkedMessage]) -> None:
    """Put messages into the parking lot; one that is there already gets its new reasons."""
    if not messages:
        return
    rows = [
        (
            m.source,
            m.message_id,
            m.type,
            m.queue,
            m.state,
            _SEPARATOR.join(m.codes),
            m.reasons,
            m.body,
            body_hash(m.body),
            m.properties,
            _SEPARATOR.join(m.awaits),
            m.registry_version,
        )
        for m in messages
    ]
    await connection.execute(_INSERT, *(list(column) for column in zip(*rows, strict=True)))


async def settle(connection: Connection, ids: Sequence[int]) -> None:
    """A replay of these succeeded."""
    await connection.execute(
        "UPDATE parked SET state = 'replayed', last_seen = now(), attempts = attempts + 1 WHERE id = ANY($1::bigint[])",
        list(ids),
    )


_COLUMNS = "source, message_id, type, queue, state, codes, reasons, body, properties, awaits, registry_version, id"


# One look-up by index for each way in which an entry can be awaited: joined by OR they would read the whole registry.
_AWAITED = " UNION ALL ".join(
    f"SELECT r.version FROM registry r WHERE r.entry IS NOT NULL AND {condition}"  # noqa: S608 -- our own conditions
    for condition in (
        "r.kind = w.name AND r.key = w.key",
        "w.name LIKE '%@' AND r.kind = rtrim(w.name, '@') AND r.scope = w.key",
        *awaited("w.name", "w.key"),
    )
)


async def curable(connection: Connection, most: int) -> list[ParkedMessage]:
    """Parked messages for which something that they await has arrived or changed since they were parked."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM parked p WHERE state = 'parked' AND awaits <> '{{}}'"  # noqa: S608 -- our own names
        " AND registry_version < (SELECT version FROM registry_version) AND EXISTS ("
        "  SELECT 1 FROM unnest(p.awaits) AS u (ref)"
        "  CROSS JOIN LATERAL (SELECT split_part(u.ref, '/', 1), substr(u.ref, strpos(u.ref, '/') + 1)) w (name, key)"
        f"  JOIN LATERAL ({_AWAITED}) a ON a.version > p.registry_version)"
        " ORDER BY id LIMIT $1",
        most,
    )
    return [ParkedMessage(*row.values()) for row in rows]


_APPEARED = """
EXISTS (
    SELECT 1 FROM unnest(p.awaits) AS w (ref)
    CROSS JOIN LATERAL regexp_match(w.ref, '^order_changed#/([0-9]+)/(.*)$') AS m (parts)
    JOIN orders o ON o.number = m.parts[2] AND o.position > m.parts[1]::integer
) OR EXISTS (
    SELECT 1 FROM unnest(p.awaits) AS w (ref)
    JOIN LATERAL (
        SELECT o.entered_at FROM orders o
            WHERE w.ref LIKE 'order#/%' AND o.number = substr(w.ref, strpos(w.ref, '/') + 1)
        UNION ALL
        SELECT o.entered_at FROM order_origins n JOIN orders o ON o.id = n.order_id
            WHERE n.kind = split_part(w.ref, '#/', 1) AND n.number = substr(w.ref, strpos(w.ref, '/') + 1)
    ) a ON a.entered_at > p.last_seen
        OR (a.entered_at > p.last_seen - interval '5 minutes' AND p.last_seen < now() - interval '5 seconds')
)
"""


async def appeared(connection: Connection, most: int) -> list[ParkedMessage]:
    """Messages whose order has been entered, or has changed where they await that, since they were looked at last.

    An order is entered a moment before it is seen, so one entered shortly before that look counts too, every 5 seconds.
    """
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM parked p WHERE state IN ('waiting', 'parked') AND awaits <> '{{}}'"  # noqa: S608 -- ours
        f" AND ({_APPEARED}) ORDER BY id LIMIT $1",
        most,
    )
    return [ParkedMessage(*row.values()) for row in rows]


async def waited_enough(connection: Connection, seconds: float, most: int) -> list[ParkedMessage]:
    """Messages that have waited for their order as long as they may."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM parked WHERE state = 'waiting'"  # noqa: S608 -- our own column names
        " AND first_seen < now() - make_interval(secs => $1) ORDER BY id LIMIT $2",
        seconds,
        most,
    )
    return [ParkedMessage(*row.values()) for row in rows]


async def locked(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that may be replayed now, locked until the transaction ends; another copy has the others."""
    rows = await connection.fetch(
        "SELECT id FROM parked WHERE id = ANY($1::bigint[]) AND state IN ('waiting', 'parked', 'refused')"
        " FOR UPDATE SKIP LOCKED",
        list(ids),
    )
    return {row["id"] for row in rows}
