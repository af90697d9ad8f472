"""Commands that are run to their end on many entries: `simulate` and `registry import`, and a bare COPY beside it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
import orjson

from adapter.domain.decision import RegistryChange
from benchmarks.checks import NotDone
from benchmarks.programs import environment
from benchmarks.stage import Stage

_PRICES: Final = "SELECT count(*) AS prices FROM registry WHERE kind = 'price'"
_SAME: Final = (
    "SELECT kind, key, revision, entry, scope, version FROM registry WHERE kind = 'price' ORDER BY version, key"
)


@dataclass(frozen=True, slots=True)
class Ran:
    """A command from its start to its end, its own start-up included."""

    program: str
    entries: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.entries / self.seconds

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"rate": self.rate}


async def simulate(stage: Stage, folder: Path, bodies: Sequence[bytes]) -> Ran:
    """`simulate` of a file of offers, its lines written to another file.

    Raises:
        NotDone: it does not say of every offer that an order would be created, or something was stored.
    """
    offers, told = folder / "offers.jsonl", folder / "simulated.jsonl"
    offers.write_bytes(b"\n".join(bodies))
    seconds = await _timed(stage, told, "simulate", str(offers))
    with told.open("rb") as lines:
        created = sum(orjson.loads(line)["answer"]["outcome"] == "created" for line in lines)
    stored = (await stage.query("SELECT count(*) AS orders FROM orders"))["orders"]
    if created != len(bodies) or stored:
        raise NotDone(f"simulate: {created} of {len(bodies)} would be created, {stored} orders are stored")
    return Ran("simulate", created, seconds)


def write_entries(entries: Iterable[RegistryChange], file: Path) -> None:
    """A file for `registry import`."""
    with file.open("wb") as lines:
        for one in entries:
            document = {"kind": one.kind, "key": one.key, "revision": one.revision, "entry": one.entry}
            lines.write(orjson.dumps(document) + b"\n")


async def import_entries(stage: Stage, folder: Path, file: Path, prices: int) -> Ran:
    """`registry import` of a file of price lines.

    Raises:
        NotDone: not all of them are stored.
    """
    seconds = await _timed(stage, folder / "imported.txt", "registry", "import", str(file))
    await _check_prices(stage, "registry import", prices)
    return Ran("registry import", prices, seconds)


async def save_prices(stage: Stage, file: Path) -> None:
    """The rows of the price lines, in the order in which they were stored, for `copy_prices`."""
    connection = await asyncpg.connect(stage.database_url)
    await connection.copy_from_query(_SAME, output=file)
    await connection.close()


async def copy_prices(stage: Stage, file: Path, prices: int) -> Ran:
    """The same rows by one COPY into the same table with the same indexes.

    Raises:
        NotDone: not all of them are stored.
    """
    connection = await asyncpg.connect(stage.database_url)
    begun = time.perf_counter()
    await connection.copy_to_table(
        "registry", source=file, columns=["kind", "key", "revision", "entry", "scope", "version"]
    )
    seconds = time.perf_counter() - begun
    await connection.close()
    await _check_prices(stage, "COPY", prices)
    return Ran("COPY", prices, seconds)


async def _check_prices(stage: Stage, name: str, prices: int) -> None:
    stored = (await stage.query(_PRICES))["prices"]
    if stored != prices:
        raise NotDone(f"{name}: {stored} of {prices} price lines are stored")


async def _timed(stage: Stage, output: Path, *words: str) -> float:
    begun = time.perf_counter()
    await asyncio.to_thread(_run, stage, output, words)
    return time.perf_counter() - begun


def _run(stage: Stage, output: Path, words: Sequence[str]) -> None:
    with output.open("wb") as told:
        subprocess.run([sys.executable, "-m", "adapter", *words], stdout=told, check=True, env=environment(stage))
