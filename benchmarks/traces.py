"""What the trace of an order costs: bytes, as written and as they are kept, and time to collect and write it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from adapter.domain.trace import Candidate, Trace
from adapter.intake.storing import explanation
from benchmarks.stage import Stage

_SIZES = """
SELECT coalesce(avg(octet_length(explanation)), 0)::float8 AS written,
    coalesce(avg(pg_column_size(explanation)), 0)::float8 AS kept,
    (SELECT array_agg(explanation) FROM
        (SELECT explanation FROM orders WHERE explanation IS NOT NULL LIMIT 200) AS few) AS some
FROM orders
"""
_REPEATS = 5


@dataclass(frozen=True, slots=True)
class TraceCost:
    """Averages over the orders of a drain; `microseconds` is the best of some passes over 200 of them."""

    written_bytes: float
    kept_bytes: float
    microseconds: float


async def trace_cost(stage: Stage) -> TraceCost:
    """Measure the traces of the orders that the stage's database holds."""
    row: Mapping[str, Any] = await stage.query(_SIZES)
    told = [orjson.loads(one) for one in row["some"] or () if one is not None]
    best = min((_seconds(told) for _ in range(_REPEATS)), default=0.0)
    return TraceCost(row["written"], row["kept"], best / len(told) * 1e6 if told else 0.0)


def _seconds(told: Sequence[Sequence[Any]]) -> float:
    start = time.process_time()
    for entries in told:
        explanation(_collected(entries))
    return time.process_time() - start


def _collected(entries: Sequence[Any]) -> Trace:
    trace = Trace()
    for line, name, value, won, lost, steps in entries:
        beaten = [Candidate(rule, source, key, None, because) for rule, source, key, because in lost]
        trace.tell(None if line is None else Decimal(line), name, value, Candidate(*won), beaten, steps)
    return trace
