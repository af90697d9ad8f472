"""Where settings come from: variables of the environment, or files that variables of the environment name."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from config.faults import SettingsFault
from config.nearest import nearest

PREFIX: Final = "ORDER_ADAPTER_"
_FILE: Final = "_FILE"
_EMPTY_IS_A_VALUE: Final = frozenset({"operations_address"})


@dataclass(slots=True)
class Found:
    """The texts that were found for settings, where each comes from, and what is wrong with finding them."""

    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    faults: list[SettingsFault] = field(default_factory=list)

    def take(self, name: str, text: str, source: str) -> None:
        if text or name in _EMPTY_IS_A_VALUE:
            self.values[name] = text
            self.sources[name] = source

    def names(self, name: str) -> bool:
        """Whether the environment has this setting, be it with a fault."""
        return name in self.values or any(fault.name.removesuffix(_FILE) == variable(name) for fault in self.faults)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def find(environ: Mapping[str, str], names: Collection[str]) -> Found:
    """What the environment says; an empty variable counts as not set, unless being empty means something."""
    found = Found()
    for name in names:
        _find_one(found, environ, name)
    found.faults += _unknown(environ, {variable(name) for name in names})
    return found


def _find_one(found: Found, environ: Mapping[str, str], name: str) -> None:
    plain, by_file = variable(name), variable(name) + _FILE
    if environ.get(plain) and environ.get(by_file):
        found.faults.append(SettingsFault(plain, None, f"is set, and {by_file} too", "Set one of the two"))
    elif file := environ.get(by_file):
        _read(found, name, file)
    elif (text := environ.get(plain)) is not None:
        found.take(name, text.strip(), "environment")


def _read(found: Found, name: str, file: str) -> None:
    try:
        found.take(name, Path(file).read_text("utf-8").strip(), f"file {file}")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        fault = SettingsFault(variable(name) + _FILE, file, f"names a file that cannot be read: {why}", "Correct it")
        found.faults.append(fault)


def _unknown(environ: Mapping[str, str], known: Collection[str]) -> list[SettingsFault]:
    accepted = {*known, *(f"{name}{_FILE}" for name in known)}
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in accepted)
    return [SettingsFault(name, None, "is not a setting", _cure(name, known)) for name in unknown]


def _cure(name: str, known: Collection[str]) -> str:
    suffix = _FILE if name.endswith(_FILE) else ""
    meant = name.removeprefix(PREFIX).removesuffix(_FILE)
    near = nearest(meant, [each.removeprefix(PREFIX) for each in known])
    return f"Did you mean {PREFIX}{near}{suffix}?" if near else "`order-adapter settings` lists all settings"


class EnvironmentSource(PydanticBaseSettingsSource):
    """Gives the settings what the environment says at the moment."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)
        self._found = find(os.environ, settings.model_fields)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._found.values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(self._found.values)
