"""What an import would change, entry by entry and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from adapter.cli.registry_importing import Chunk
from adapter.domain.known import Ref
from adapter.persistence.registry_import import EntryRow
from adapter.persistence.registry_listing import Stored

Change = Literal["new", "changed", "retired", "restored"]


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that an import would store; `fields` has what is stored and what would be, by field."""

    kind: str
    key: str
    change: Change
    stored_revision: int | None
    revision: int
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def document(self) -> dict[str, Any]:
        fields = [{"field": name, "stored": old, "new": new} for name, (old, new) in self.fields.items()]
        revisions = {"stored_revision": self.stored_revision, "revision": self.revision}
        return {"kind": self.kind, "key": self.key, "change": self.change, **revisions, "fields": fields}

    def __str__(self) -> str:
        told = [f"{self.kind} {self.key}: {self.change}, revision {self.stored_revision or '-'} -> {self.revision}"]
        if self.change == "changed":
            told += [f"  {name}: {_shown(old)} -> {_shown(new)}" for name, (old, new) in self.fields.items()]
        return "\n".join(told)


def differences(chunk: Chunk, stored: Mapping[Ref, Stored]) -> Iterator[Difference]:
    """What the chunk would change of what is stored; entries that are not newer change nothing."""
    for ref, row in chunk.rows.items():
        known = stored.get(ref)
        if known is None or known.revision < row.revision:
            yield _difference(row, known)


def _difference(row: EntryRow, known: Stored | None) -> Difference:
    old, new = _fields(known.entry if known else None), _fields(row.entry)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    fields = {name: (old.get(name), new.get(name)) for name in names}
    return Difference(row.kind, row.key, _change(row, known), known and known.revision, row.revision, fields)


def _change(row: EntryRow, known: Stored | None) -> Change:
    if row.entry is None:
        return "retired"
    if known is None:
        return "new"
    return "restored" if known.entry is None else "changed"


def _fields(entry: str | None) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(entry) if entry else {}
    return found


def _shown(value: Any) -> str:
    return "-" if value is None else orjson.dumps(value).decode()
