"""Registry entries for people: one, many, or all of them in a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final, NamedTuple

import orjson

from adapter.domain.known import Ref
from adapter.domain.registry import DiscountPolicy
from adapter.persistence.database import Connection, Row
from adapter.persistence.registry_entries import entry_of

_AT_ONCE: Final = 2_000
_COLUMNS: Final = "SELECT kind, key, revision, entry::text AS entry FROM registry"
_CHOSEN: Final = "WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR key LIKE $2)"


class Stored(NamedTuple):
    """An entry as it is stored; `entry` is JSON text, None where it is retired."""

    kind: str
    key: str
    revision: int
    entry: str | None

    @property
    def document(self) -> dict[str, Any]:
        """The entry as a line of a file."""
        entry = None if self.entry is None else orjson.Fragment(self.entry)
        return {"kind": self.kind, "key": self.key, "revision": self.revision, "entry": entry}


async def one(connection: Connection, kind: str, key: str) -> Stored | None:
    row = await connection.fetchrow(f"{_COLUMNS} WHERE kind = $1 AND key = $2", kind, key)
    return _stored(row) if row else None


async def some(connection: Connection, kind: str | None, like: str | None, most: int) -> list[Stored]:
    """Entries by kind and key. In `like` a `*` stands for anything; without one it may stand anywhere in the key."""
    rows = await connection.fetch(
        f"{_COLUMNS} {_CHOSEN} ORDER BY kind, key LIMIT $3", kind, like and _pattern(like), most
    )
    return [_stored(row) for row in rows]


async def stream(connection: Connection, kind: str | None) -> AsyncGenerator[list[Stored], None]:
    """All entries, or those of a kind, as they are at one moment; some thousands at once."""
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(f"{_COLUMNS} {_CHOSEN} ORDER BY kind, key", kind, None)
        while rows := await cursor.fetch(_AT_ONCE):
            yield [_stored(row) for row in rows]


async def these(connection: Connection, refs: Sequence[Ref]) -> dict[Ref, Stored]:
    """Those of the entries that are stored."""
    rows = await connection.fetch(
        "SELECT r.kind, r.key, r.revision, r.entry::text AS entry FROM unnest($1::text[], $2::text[]) AS w (kind, key)"
        " JOIN registry r USING (kind, key)",
        [kind for kind, _ in refs],
        [key for _, key in refs],
    )
    return {(row["kind"], row["key"]): _stored(row) for row in rows}


async def discount_policies(connection: Connection) -> dict[str, DiscountPolicy]:
    """Every policy that is not retired, by its code."""
    rows = await connection.fetch(f"{_COLUMNS} WHERE kind = 'discount_policy' AND entry IS NOT NULL")
    return {row["key"]: policy_of(_stored(row)) for row in rows}


def policy_of(stored: Stored) -> DiscountPolicy:
    policy: DiscountPolicy = entry_of(
        "discount_policy", stored.key, stored.revision, orjson.loads(stored.entry or "{}")
    )
    return policy


def _pattern(like: str) -> str:
    escaped = like.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return escaped.replace("*", "%") if "*" in like else f"%{escaped}%"


def _stored(row: Row) -> Stored:
    return Stored(row["kind"], row["key"], row["revision"], row["entry"])
