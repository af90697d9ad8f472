"""Files of registry entries, line by line: JSON Lines, or CSV of one kind (contract 7)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from adapter.cli.faults import fail
from adapter.messaging.envelope import write
from schemas.registry_entries import ENTRIES

_BOM: Final = b"\xef\xbb\xbf"
_PART_BYTES: Final = 1 << 15
_PART_ROWS: Final = 100
_FLAGS: Final = {"true": True, "false": False}


class Part(NamedTuple):
    """Some entries as JSON, each with the number of its line; and how many bytes of all files are read with them."""

    file: str
    lines: list[tuple[int, bytes]]
    read: int


@dataclass(frozen=True, slots=True)
class Files:
    """Files to read one after the other; with a `kind` they are CSV."""

    paths: list[Path]
    kind: str | None = None

    @property
    def size(self) -> int:
        """Bytes in all of them together."""
        return sum(path.stat().st_size for path in self.paths)

    def parts(self) -> Iterator[Part]:
        """Some lines at a time, never of two files."""
        before = 0
        for path in self.paths:
            for lines, read in _csv_parts(path, self.kind) if self.kind else _json_lines(path):
                yield Part(str(path), lines, before + read)
            before += path.stat().st_size


def _json_lines(path: Path) -> Iterator[tuple[list[tuple[int, bytes]], int]]:
    first, read = 1, 0
    with path.open("rb") as file:
        while lines := file.readlines(_PART_BYTES):
            read += sum(map(len, lines))
            if first == 1:
                lines[0] = lines[0].removeprefix(_BOM)
            yield [(number, text) for number, line in enumerate(lines, first) if (text := line.strip())], read
            first += len(lines)


def _csv_parts(path: Path, kind: str) -> Iterator[tuple[list[tuple[int, bytes]], int]]:
    rows = _csv(path, kind)
    while part := list(islice(rows, _PART_ROWS)):
        yield [(number, text) for number, text, _ in part], part[-1][2]


def _csv(path: Path, kind: str) -> Iterator[tuple[int, bytes, int]]:
    readers = {name: _reader(annotation) for name, annotation in ENTRIES[kind].names().items()}
    with _telling(path), path.open("rb") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        columns = [name.strip() for name in next(rows, [])]
        number = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield number, write(_entry(kind, columns, cells, readers)), raw.tell()
            number = rows.line_num + 1


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """What cannot be read at all ends the command; whole chunks before it are stored."""
    try:
        yield
    except UnicodeDecodeError:
        fail(f"{path} is not UTF-8. Save it as CSV in UTF-8 and import it again.")
    except csv.Error as error:
        fail(f"{path} is not CSV: {error}.")


def _entry(kind: str, columns: list[str], cells: list[str], readers: dict[str, _Reader]) -> dict[str, Any]:
    """What a row says; a cell too many gets a name that the form does not have, so that it is told."""
    names = columns + [f"column {i + 1}" for i in range(len(columns), len(cells))]
    given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
    found: dict[str, Any] = {"kind": kind}
    for name, reader in (("key", str), ("revision", _whole)):
        if name in given:
            found[name] = reader(given.pop(name))
    return found | {"entry": {name: readers.get(name, str)(text) for name, text in given.items()}}


_Reader = Callable[[str], Any]


def _reader(annotation: Any) -> _Reader:
    """How a cell of a field becomes JSON. What cannot be read stays text, and the form says what is wrong with it."""
    kinds = _kinds(annotation)
    if bool in kinds:
        return lambda text: _FLAGS.get(text.lower(), text)
    if int in kinds:
        return _whole
    return _structured


def _kinds(annotation: Any) -> set[Any]:
    inner = {kind for part in get_args(annotation) for kind in _kinds(part)}
    return inner | {annotation} if annotation in (bool, int) else inner


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19 else text


def _structured(text: str) -> Any:
    if text[0] in "[{":
        with suppress(ValueError):
            return json.loads(text, parse_float=str)
    return text
