"""Registry entries laid over the stored ones, in memory only: what if the registries said so?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from adapter.domain.decision import RegistryChange
from adapter.domain.known import Ref
from adapter.persistence.database import Connection
from adapter.persistence.registry import RegistryCache
from adapter.persistence.registry_entries import entry_of, scope_of
from adapter.persistence.registry_inside import INSIDE, held_by, look_ups_of


@dataclass
class Overlay(RegistryCache):
    """A registry cache in which what was laid over counts, for look-ups by key, by scope and by barcode alike."""

    laid: dict[Ref, Any] = field(default_factory=dict)
    revisions: dict[Ref, int] = field(default_factory=dict)
    _inside: defaultdict[Ref, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    _scopes_of: dict[Ref, list[Ref]] = field(default_factory=dict)
    _looked_up: defaultdict[str, set[Ref]] = field(default_factory=lambda: defaultdict(set))

    def lay(self, changes: Iterable[RegistryChange]) -> None:
        """Lay entries over the stored ones, whatever their revisions; None takes an entry away."""
        for change in changes:
            ref = change.kind, change.key
            entry = None if change.entry is None else entry_of(*ref, change.revision, change.entry)
            self.laid[ref], self.revisions[ref] = entry, change.revision
            self._put_inside(ref, change, entry)
            self._forget(ref)

    def _put_inside(self, ref: Ref, change: RegistryChange, entry: Any) -> None:
        for scope in self._scopes_of.pop(ref, ()):
            del self._inside[scope][change.key]
        self._scopes_of[ref] = _scopes(change)
        for scope in self._scopes_of[ref]:
            self._inside[scope][change.key] = entry

    def _forget(self, ref: Ref) -> None:
        self.entries.pop(ref, None)
        for form in (f"{ref[0]}@", *look_ups_of([ref[0]])):
            for looked_up in self._looked_up.pop(form, ()):
                self.entries.pop(looked_up, None)

    async def load(self, connection: Connection, refs: Iterable[Ref]) -> None:
        refs = list(refs)
        await RegistryCache.load(self, connection, refs)
        for ref in refs:
            if ref[0].endswith("@"):
                self._looked_up[ref[0]].add(ref)
                self.entries[ref] = self._with_laid(ref, self.entries[ref])
            elif ref in self.laid:
                self.entries[ref] = self.laid[ref]

    def _with_laid(self, ref: Ref, stored: Iterable[Any]) -> list[Any]:
        inside = INSIDE.get(ref[0])
        kind = inside.kind if inside else ref[0].removesuffix("@")
        found = {key_of(kind, entry): entry for entry in stored if (kind, key_of(kind, entry)) not in self.laid}
        return [entry for _, entry in sorted((found | self._inside.get(ref, {})).items())]


def key_of(kind: str, entry: Any) -> str:
    """The key of an entry as the domain reads it."""
    if kind == "exchange_rate":
        return f"{entry.currency}/{entry.valid_from.isoformat()}"
    key: str = entry.key if kind in {"price", "price_list"} else entry.code
    return key


def _scopes(change: RegistryChange) -> list[Ref]:
    """What an entry is looked up by besides its key; a retired one by nothing."""
    if change.entry is None:
        return []
    scope = scope_of(change.kind, change.key, change.entry)
    by_scope = [] if scope is None else [(f"{change.kind}@", scope)]
    return list(dict.fromkeys([*by_scope, *held_by(change.kind, change.entry)]))
