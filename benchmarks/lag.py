"""How long a committed event waits for the broker's confirmation, by the database's own clock."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import asyncpg

from benchmarks.latency import WARM_UP, latency
from benchmarks.programs import Program
from benchmarks.stage import Stage

# An order's row says who wrote it, and so when that was committed; entered_at is when that transaction began. An event
# is marked as sent by a statement that begins once the whole round is confirmed: a little later than its own confirm.
_WAITED: Final = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY committed - entered_at) AS transaction,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY sent_at - committed) AS lag_p50,
    percentile_cont(0.99) WITHIN GROUP (ORDER BY sent_at - committed) AS lag_p99
FROM (SELECT o.entered_at, e.sent_at, pg_xact_commit_timestamp(o.xmin) AS committed
    FROM events e JOIN orders o ON o.id = e.order_id ORDER BY e.id OFFSET {skipped}) AS told
"""
_PROBE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Lagged:
    """Milliseconds: a batch's transaction from its first statement to its commit, and from there to the confirmation.

    `one_row` is the median of committing one row by itself on the same server meanwhile; `behind` as in `Waited`.
    """

    program: str
    rate: float
    transaction: float
    lag_p50: float
    lag_p99: float
    one_row: float
    behind: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def lag(program: Program, stage: Stage, folder: Path, bodies: Sequence[bytes], rate: float) -> Lagged:
    """Publish so many offers a second and ask the database afterwards."""
    async with _one_row_now_and_then(stage) as commits:
        waited = await latency(program, stage, folder, bodies, rate)
    row = await stage.query(_WAITED.format(skipped=WARM_UP))
    transaction, p50, p99 = (row[name].total_seconds() * 1000 for name in ("transaction", "lag_p50", "lag_p99"))
    return Lagged(program.name, rate, transaction, p50, p99, median(commits), waited.behind)


@contextlib.asynccontextmanager
async def _one_row_now_and_then(stage: Stage) -> AsyncIterator[list[float]]:
    connection = await asyncpg.connect(stage.database_url)
    await connection.execute("CREATE TABLE probe (at timestamptz)")
    commits: list[float] = []
    probing = asyncio.create_task(_probe(connection, commits))
    try:
        yield commits
    finally:
        probing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await probing
        connection.terminate()


async def _probe(connection: asyncpg.Connection, commits: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await connection.execute("INSERT INTO probe VALUES (now())")
        commits.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(_PROBE_SECONDS)
