"""The same rows, by server-side SQL: a hundred orders a statement, committed each time, on one connection."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import asyncpg

from benchmarks.checks import NotDone
from benchmarks.drain import Drained
from benchmarks.machine import Reading
from benchmarks.site import Site

_FOLDER = Path(__file__).parent
_ROWS = _FOLDER / "rows.sql"
_A_STATEMENT = 100
_TABLES = {"orders": 1, "order_lines": 5, "events": 1, "numbers": 1, "offers": 1, "inbox": 1}


async def take_samples(site: Site, database: str) -> None:
    """Make the samples of a database in which orders were entered, and empty its tables."""
    connection = await asyncpg.connect(site.database_url(database))
    for statement in (_FOLDER / "samples.sql").read_text().rstrip().rstrip(";").split(";\n"):
        await connection.execute(statement)
    await connection.close()


async def fill(site: Site, database: str, orders: int, *, at_once: int) -> None:
    """Write the rows of so many orders, to stay there; `at_once` is how many hundreds share a commit."""
    connection = await asyncpg.connect(site.database_url(database), server_settings={"enable_seqscan": "off"})
    prepared = await connection.prepare(_ROWS.read_text())
    left = orders // _A_STATEMENT
    while left:
        async with connection.transaction():
            for _ in range(min(left, at_once)):
                await prepared.fetch()
        left -= min(left, at_once)
    await connection.close()


async def write_rows(site: Site, database: str, orders: int) -> Drained:
    """Write the rows of so many orders into a database with samples.

    Raises:
        NotDone: not all of them are there afterwards.
    """
    url = site.database_url(database)
    before = Reading.of(site.watched)
    await _write(url, orders // _A_STATEMENT)
    after = Reading.of(site.watched)
    written = orders // _A_STATEMENT * _A_STATEMENT
    await _check(url, written)
    cpu = {part: used / written * 1e6 for part, used in after.since(before).items()}
    rate = written / (after.at - before.at)
    return Drained("rows alone", written, 5, rate, 0.0, cpu, after.foreign_cores(before), 0.0)


async def _write(url: str, statements: int) -> None:
    if pgbench := shutil.which("pgbench"):
        words = ["--no-vacuum", "--client=1", "--protocol=prepared", f"--transactions={statements}"]
        command = [pgbench, *words, f"--file={_ROWS}", url]
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
        return
    connection = await asyncpg.connect(url)
    prepared = await connection.prepare(_ROWS.read_text())
    for _ in range(statements):
        await prepared.fetch()
    await connection.close()


async def _check(url: str, orders: int) -> None:
    connection = await asyncpg.connect(url)
    counts = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in _TABLES}  # noqa: S608
    await connection.execute(f"TRUNCATE {', '.join(_TABLES)}, offer_lines CASCADE")
    await connection.execute("UPDATE number_series SET highest = 0")
    await connection.close()
    if wrong := {table: count for table, count in counts.items() if count != orders * _TABLES[table]}:
        raise NotDone(f"rows alone: {wrong} instead of {orders} orders")
