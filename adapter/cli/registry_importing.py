"""Bulk import of registry entries: one chunk is stored while the next is checked (contract 7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from adapter.cli.registry_checks import Checks
from adapter.cli.registry_lines import Part
from adapter.domain.known import Ref
from adapter.domain.reasons import Reason
from adapter.persistence.database import is_conflict
from adapter.persistence.registry_import import EntryRow

CHUNK: Final = 20_000
"""Lines that are stored in one transaction."""

_MOST_BYTES: Final = 1 << 24
_TRIES: Final = 5

Store = Callable[[Sequence[EntryRow]], Awaitable[int]]
"""Stores rows, or only looks at them, and tells how many are newer than what is stored."""


class Place(NamedTuple):
    """Where an entry stands."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with the entry on a line."""

    file: str
    line: int
    reason: Reason

    @property
    def document(self) -> dict[str, object]:
        reason = self.reason
        told = {"code": reason.code, "path": reason.path, "message": reason.message}
        return {"file": self.file, "line": self.line, **told}

    def __str__(self) -> str:
        place = f" {self.reason.path}" if self.reason.path else ""
        return f"{self.file}:{self.line}:{place} {self.reason.message}"


@dataclass(slots=True)
class Chunk:
    """Entries to store, each key once with its highest revision; faults; and how far the files have been read."""

    rows: dict[Ref, EntryRow] = field(default_factory=dict)
    places: dict[Ref, Place] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)
    lines: int = 0
    faulty: int = 0
    held: int = 0
    read: int = 0

    def take(self, part: Part, checks: Checks) -> None:
        for number, text in part.lines:
            self.held += len(text)
            found = checks.row_of(text)
            if isinstance(found, list):
                self.faulty += 1
                self.faults += [LineFault(part.file, number, reason) for reason in found]
            else:
                self._keep(found, part.file, number)
        self.lines += len(part.lines)
        self.read = part.read

    def _keep(self, row: EntryRow, file: str, number: int) -> None:
        ref = row.kind, row.key
        known = self.rows.get(ref)
        if known is None or known.revision < row.revision:
            self.rows[ref] = row
            if row.kind == "discount_policy":
                self.places[ref] = Place(file, number)


@dataclass(slots=True)
class Tally:
    """What an import did; `stale` entries were not newer than what is stored."""

    read: int = 0
    stored: int = 0
    faulty: int = 0

    @property
    def stale(self) -> int:
        return self.read - self.stored - self.faulty

    def add(self, chunk: Chunk, stored: int) -> None:
        self.read += chunk.lines
        self.stored += stored
        self.faulty += chunk.faulty


async def chunks(parts: Iterable[Part], checks: Checks, size: int = CHUNK) -> AsyncIterator[Chunk]:
    """Lines read and checked, some thousands at a time; fewer where they are long, so that they fit into memory.

    Whoever stores the chunk before has a turn after every part. A thread would be in its way: both would wait for
    each other's turns, which are longer than most of what the database asks for.
    """
    chunk = Chunk()
    for part in parts:
        chunk.take(part, checks)
        if chunk.lines >= size or chunk.held >= _MOST_BYTES:
            yield chunk
            chunk = Chunk()
        await asyncio.sleep(0)
    if chunk.lines:
        yield chunk


async def import_chunks(reading: AsyncIterator[Chunk], store: Store, told: Callable[[Chunk], None]) -> Tally:
    """Store chunk by chunk; `told` hears of each one that is done."""
    tally = Tally()
    chunk = await anext(reading, None)
    while chunk is not None:
        storing = asyncio.ensure_future(_store(chunk, store))
        try:
            following = await anext(reading, None)
        finally:
            tally.add(chunk, await storing)
            told(chunk)
        chunk = following
    return tally


async def _store(chunk: Chunk, store: Store) -> int:
    rows = list(chunk.rows.values())
    for _ in range(_TRIES - 1):
        try:
            return await store(rows)
        except Exception as error:
            if not is_conflict(error):
                raise
    return await store(rows)
