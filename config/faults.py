"""What is wrong with how the adapter is set up: where, what, and the cure. All of it is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a configuration file; `key` is its path in it, such as `numbering[0].policy[1].period`."""

    file: str
    key: str
    message: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place} {self.message}. {_sentence(self.cure)}"


@dataclass(frozen=True, slots=True)
class SettingsFault:
    """One fault of the settings; `name` is the environment variable, `value` is masked where it is a secret."""

    name: str
    value: str | None
    why: str
    cure: str

    def __str__(self) -> str:
        given = f" (given: {self.value!r})" if self.value else ""
        return f"{self.name} {self.why}{given}. {_sentence(self.cure)}"


class ConfigurationFaults(Exception):
    """The configuration files cannot be used; printed, it lists every fault with its cure, one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(_listed("The configuration", faults))
        self.faults = tuple(faults)


class SettingsFaults(Exception):
    """The settings cannot be used; printed, it lists every fault with its cure, one a line, secrets masked."""

    def __init__(self, faults: Sequence[SettingsFault]) -> None:
        super().__init__(_listed("The settings", faults))
        self.faults = tuple(faults)


def _sentence(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}."


def _listed(what: str, faults: Sequence[Fault | SettingsFault]) -> str:
    number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return "\n".join([f"{what} cannot be used, {number}:", *(f"  {fault}" for fault in faults)])
