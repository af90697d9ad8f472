"""Reads the configuration files: what is there, as tables that have been checked one by one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from config.faults import Fault
from config.nearest import did_you_mean
from config.translation import Place, faults_of, path

FILES: Final = (
    "numbering.toml",
    "order_types.toml",
    "parameters.toml",
    "grouping.toml",
    "workflows.toml",
    "senders.toml",
)

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Tables(Generic[M]):
    """The tables of one name in a file: the sound ones with their key, and all of them as they are written.

    `known` is false where the file could not be read: then nothing can be said about what refers to it.
    """

    file: str
    sound: tuple[tuple[str, M], ...] = ()
    written: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    known: bool = True

    @property
    def codes(self) -> list[tuple[str, str]]:
        """The code of each table that has one, with the table's key."""
        coded = [(key, table.get("code")) for key, table in self.written]
        return [(key, code.strip()) for key, code in coded if isinstance(code, str)]

    def texts(self, name: str) -> Iterator[tuple[str, int, str]]:
        """What a list of texts holds in each table: the table's key, the position, the text."""
        for key, table in self.written:
            listed = table.get(name)
            for i, text in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(text, str):
                    yield key, i, text.strip()


def tables(folder: Path, file: str, name: str, model: type[M], faults: list[Fault]) -> Tables[M]:
    """All `[[name]]` of a file that holds nothing else; a missing file has none."""
    data = read(folder / file, faults)
    if data is None:
        return Tables(file, known=False)
    faults += [Fault(file, key, "is not a known key", did_you_mean(key, [name])) for key in data if key != name]
    listed = data.get(name, [])
    if not isinstance(listed, list):
        faults.append(Fault(file, name, "is not a list of tables", f"Write its name in double brackets, as [[{name}]]"))
        return Tables(file, known=False)
    checked = [(path((name, i)), _checked(entry, model, file, (name, i), faults)) for i, entry in enumerate(listed)]
    sound = tuple((key, entry) for key, entry in checked if entry is not None)
    written = tuple((path((name, i)), entry) for i, entry in enumerate(listed) if isinstance(entry, dict))
    return Tables(file, sound, written)


def whole(folder: Path, file: str, model: type[M], faults: list[Fault]) -> M | None:
    """A file that is one table; a missing one is an empty one."""
    data = read(folder / file, faults)
    return None if data is None else _checked(data, model, file, (), faults)


def read(file: Path, faults: list[Fault]) -> dict[str, Any] | None:
    """What a file says, decimals exactly; None and a fault where it cannot be read, nothing where there is none."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text, parse_float=Decimal)
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        told = str(error).replace("at end of document", f"at line {len(text.splitlines())}, the last one")
        faults.append(Fault(file.name, "", f"is not TOML: {told}", "Correct that line"))
    except UnicodeDecodeError as error:
        faults.append(Fault(file.name, "", f"is not UTF-8 text at byte {error.start}", "Save it as UTF-8"))
    except OSError as error:
        faults.append(Fault(file.name, "", f"cannot be read: {error.strerror}", "Let the adapter read it"))
    return None


def _checked(data: Any, model: type[M], file: str, place: Place, faults: list[Fault]) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults += faults_of(error, model, file, place)
        return None
