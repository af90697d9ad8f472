"""Registry entries: a cache that one read proves fresh, and writes that skip stale revisions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson

from adapter.domain.decision import RegistryChange
from adapter.domain.known import Ref
from adapter.persistence.database import Connection, Row
from adapter.persistence.registry_entries import entry_of, scope_of
from adapter.persistence.registry_inside import INSIDE, look_ups_of, query

# A cache that follows a bulk import entry by entry would be slower than an empty one.
_MOST_CHANGES_FOLLOWED: Final = 5_000

# A change may take a customer from another group, as an item from another barcode: where it was is not told.
_MOVING: Final = {"customer"}


@dataclass(slots=True)
class RegistryCache:
    """Entries by reference, bounded; an entry that does not exist is remembered as None.

    `refresh` at the start of a transaction makes everything in it as new as that transaction.
    """

    most: int = 50_000
    entries: dict[Ref, Any] = field(default_factory=dict)
    version: int = -1

    async def refresh(self, connection: Connection) -> None:
        version: int = await connection.fetchval("SELECT version FROM registry_version")
        if version != self.version:
            await self._forget_changed(connection)
            self.version = version

    async def _forget_changed(self, connection: Connection) -> None:
        if not self.entries:
            return
        changed = await connection.fetch(
            "SELECT kind, key, scope FROM registry WHERE version > $1 ORDER BY version LIMIT $2",
            self.version,
            _MOST_CHANGES_FOLLOWED,
        )
        if len(changed) == _MOST_CHANGES_FOLLOWED:
            self.entries.clear()
        for row in changed:
            self.entries.pop((row["kind"], row["key"]), None)
            self.entries.pop((f"{row['kind']}@", row["scope"]), None)
        kinds = {row["kind"] for row in changed}
        moved = look_ups_of(kinds) | {f"{kind}@" for kind in kinds & _MOVING}
        for ref in [ref for ref in self.entries if ref[0] in moved]:
            del self.entries[ref]

    async def load(self, connection: Connection, refs: Iterable[Ref]) -> None:
        """Bring entries into memory, with one statement for each way of looking them up."""
        self._make_room()
        by_form: dict[str, list[Ref]] = defaultdict(list)
        for ref in refs:
            by_form[ref[0] if ref[0] in INSIDE else "scope" if ref[0].endswith("@") else "key"].append(ref)
        for form, wanted in by_form.items():
            await _LOADERS.get(form, _load_by_inside)(self.entries, connection, wanted)

    def _make_room(self) -> None:
        if len(self.entries) > self.most:
            for ref in list(self.entries)[: self.most // 4]:
                del self.entries[ref]


async def _load_by_key(entries: dict[Ref, Any], connection: Connection, refs: Sequence[Ref]) -> None:
    entries.update(dict.fromkeys(refs))
    rows = await connection.fetch(
        "SELECT r.kind, r.key, r.revision, r.entry::text AS entry FROM unnest($1::text[], $2::text[]) AS w (kind, key)"
        " JOIN registry r USING (kind, key) WHERE r.entry IS NOT NULL",
        *_columns(refs),
    )
    for row in rows:
        entries[row["kind"], row["key"]] = _entry(row)


async def _load_by_scope(entries: dict[Ref, Any], connection: Connection, refs: Sequence[Ref]) -> None:
    found: dict[Ref, list[Any]] = {ref: [] for ref in refs}
    rows = await connection.fetch(
        "SELECT r.kind, r.key, r.revision, r.entry::text AS entry, r.scope"
        " FROM unnest($1::text[], $2::text[]) AS w (kind, scope)"
        " JOIN registry r ON r.kind = rtrim(w.kind, '@') AND r.scope = w.scope WHERE r.entry IS NOT NULL"
        " ORDER BY r.key",
        *_columns(refs),
    )
    for row in rows:
        found[f"{row['kind']}@", row["scope"]].append(_entry(row))
    entries.update(found)


async def _load_by_inside(entries: dict[Ref, Any], connection: Connection, refs: Sequence[Ref]) -> None:
    found: dict[Ref, list[Any]] = {ref: [] for ref in refs}
    form = refs[0][0]
    for row in await connection.fetch(query(form), [key for _, key in refs]):
        found[form, row["held"]].append(_entry(row))
    entries.update(found)


_LOADERS = {"key": _load_by_key, "scope": _load_by_scope}


def _columns(refs: Sequence[Ref]) -> tuple[list[str], list[str]]:
    return [kind for kind, _ in refs], [key for _, key in refs]


def _entry(row: Row) -> Any:
    return entry_of(row["kind"], row["key"], row["revision"], read_json(row["entry"]))


def read_json(text: str) -> Any:
    """JSON as it was stored, decimals exact."""
    return json.loads(text, parse_float=Decimal)


def _json_default(value: object) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def entry_json(entry: Mapping[str, Any] | None) -> str | None:
    """An entry as text for the database; decimals become strings, which the contract reads alike."""
    return None if entry is None else orjson.dumps(entry, default=_json_default).decode()


_UPSERT = """
INSERT INTO registry AS r (kind, key, revision, entry, scope, version)
SELECT kind, key, revision, entry::jsonb, scope, $6 FROM
    unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS n (kind, key, revision, entry, scope)
    ORDER BY kind, key
ON CONFLICT (kind, key) DO UPDATE
    SET revision = excluded.revision, entry = excluded.entry, version = excluded.version,
        scope = CASE r.kind WHEN 'customer' THEN excluded.scope ELSE coalesce(excluded.scope, r.scope) END
    WHERE r.revision < excluded.revision
RETURNING kind, key
"""


async def next_version(connection: Connection) -> int:
    """Raise the version of the registries; writers wait for each other here, so versions commit in order."""
    version: int = await connection.fetchval("UPDATE registry_version SET version = version + 1 RETURNING version")
    return version


async def upsert(connection: Connection, changes: Sequence[RegistryChange]) -> set[Ref]:
    """Store entries whose revision is higher than the stored one; gives those it stored. No key may come twice."""
    version = await next_version(connection)
    rows = await connection.fetch(
        _UPSERT,
        [change.kind for change in changes],
        [change.key for change in changes],
        [change.revision for change in changes],
        [entry_json(change.entry) for change in changes],
        [scope_of(change.kind, change.key, change.entry) for change in changes],
        version,
    )
    return {(row["kind"], row["key"]) for row in rows}


async def revisions(connection: Connection, refs: Sequence[Ref], *, lock: bool = True) -> dict[Ref, int]:
    """The stored revisions, locked until the transaction ends unless they are only to be shown."""
    rows = await connection.fetch(
        "SELECT r.kind, r.key, r.revision FROM unnest($1::text[], $2::text[]) AS w (kind, key)"  # noqa: S608 -- the lock clause is ours
        f" JOIN registry r USING (kind, key) ORDER BY r.kind, r.key {'FOR UPDATE OF r' if lock else ''}",
        *_columns(refs),
    )
    return {(row["kind"], row["key"]): row["revision"] for row in rows}
