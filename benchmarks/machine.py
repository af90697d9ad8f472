"""What the processes of a run cost: CPU seconds and memory, as Linux counts them in /proc."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_LIBRARIES = ("faststream", "aio-pika", "aiormq", "sqlalchemy", "asyncpg", "pydantic", "structlog", "uvloop", "orjson")

Watched = Mapping[str, Sequence[int]]
"""Processes by what they are: their first process ids, descendants counted with them."""


def described() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "cpus": os.cpu_count(),
        "cpu": _cpu_model(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _cpu_model() -> str:
    lines = (_PROC / "cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def parent(pid: int) -> int:
    return int(_fields(pid)[1])


def named(name: str) -> list[int]:
    """Every process of that name."""
    return [pid for pid in _pids() if _name(pid) == name]


def _name(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _fields(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; the name before them may hold anything."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _family(roots: Iterable[int]) -> set[int]:
    family = set(roots)
    parents = {}
    for pid in _pids():
        try:
            parents[pid] = parent(pid)
        except OSError:
            continue
    while more := {pid for pid, above in parents.items() if above in family} - family:
        family |= more
    return family


def children(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    return _family([pid]) - {pid}


def _cpu_seconds(pid: int) -> float:
    """User and system time, with that of children that have ended."""
    try:
        return sum(int(ticks) for ticks in _fields(pid)[11:15]) / _TICKS
    except OSError:
        return 0.0


def _busy_seconds() -> float:
    """All CPU time that anybody used."""
    ticks = [int(field) for field in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / _TICKS


def peak_megabytes(pid: int) -> float:
    """The most resident memory that a process has had; 0 once it has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds used so far: by each watched part, by this process and its ended children, by everybody; and when."""

    at: float
    parts: dict[str, float]
    own: float
    everybody: float

    @classmethod
    def of(cls, watched: Watched) -> Reading:
        parts = {name: sum(map(_cpu_seconds, _family(pids))) for name, pids in watched.items()}
        return cls(time.perf_counter(), parts, sum(os.times()[:4]), _busy_seconds())

    def since(self, before: Reading) -> dict[str, float]:
        """CPU seconds of each part since an earlier reading."""
        return {name: used - before.parts[name] for name, used in self.parts.items()}

    def foreign_cores(self, before: Reading) -> float:
        """Cores that others kept busy since: a figure is only as good as this is small."""
        others = self.everybody - before.everybody - (self.own - before.own) - sum(self.since(before).values())
        return max(0.0, others / (self.at - before.at))
