"""The programs that are compared, each in processes of its own, logging to a file as in production."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import machine
from benchmarks.stage import Stage

_ROOT = Path(__file__).resolve().parents[1]
_CONFIG = _ROOT / "benchmarks" / "config"
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, as arguments of the Python interpreter. One without `rows` only moves messages."""

    name: str
    arguments: tuple[str, ...]
    rows: bool = True


US: Final = Program("us", ("-m", "adapter", "serve"))
USUAL: Final = Program("usual way", ("-m", "benchmarks.usual"))
ONE_BY_ONE: Final = Program("one by one", ("-m", "benchmarks.usual.one_by_one"))
THROUGH: Final = Program("broker alone", ("-m", "benchmarks.floor.through"), rows=False)


class Ended(Exception):
    """A program ended by itself; its last words."""


@dataclass(slots=True)
class Running:
    """Copies of a program at work, since `started` (of `time.perf_counter`)."""

    program: Program
    processes: list[subprocess.Popen[bytes]]
    logs: list[Path]
    started: float

    @property
    def watched(self) -> machine.Watched:
        return {"program": [process.pid for process in self.processes]}

    @property
    def peak_megabytes(self) -> float:
        return max(machine.peak_megabytes(process.pid) for process in self.processes)

    def check(self) -> None:
        """
        Raises:
            Ended: one of them no longer runs.
        """
        for process, log in zip(self.processes, self.logs, strict=True):
            if process.poll() is not None:
                raise Ended(f"{self.program.name} ended ({process.returncode}):\n{log.read_text()[-3000:]}")

    def send(self, number: signal.Signals) -> None:
        for process in self.processes:
            process.send_signal(number)

    async def stop(self) -> None:
        """Ask them to finish what they took, and wait for it."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            await asyncio.to_thread(_wait, process)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@asynccontextmanager
async def running(program: Program, stage: Stage, folder: Path, copies: int = 1) -> AsyncIterator[Running]:
    """The program, started on that stage; stopped at the latest at the end of the block."""
    logs = [folder / f"{stage.name}-{copy}.log" for copy in range(1, copies + 1)]
    started = time.perf_counter()
    one = Running(program, [_start(program, stage, log) for log in logs], logs, started)
    try:
        yield one
    finally:
        await one.stop()


def _start(program: Program, stage: Stage, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        command = [sys.executable, *program.arguments]
        return subprocess.Popen(command, stdout=output, stderr=output, env=environment(stage), cwd=_ROOT)


def environment(stage: Stage) -> dict[str, str]:
    """What a program is told: the stage, the benchmarks' configuration, and nothing of this shell's settings.

    Its modules are compiled once, as an installation has them.
    """
    left_out = ("ORDER_ADAPTER_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return inherited | {
        "ORDER_ADAPTER_BROKER_URL": stage.site.broker_url,
        "ORDER_ADAPTER_DATABASE_URL": stage.database_url,
        "ORDER_ADAPTER_NAMESPACE": stage.name,
        "ORDER_ADAPTER_CONFIG_DIR": str(_CONFIG),
        "ORDER_ADAPTER_OPERATIONS_ADDRESS": "127.0.0.1:0",
        "ORDER_ADAPTER_LOG_FORMAT": "json",
    }
