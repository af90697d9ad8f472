"""Figures for operators: what waits in the parking lot, holes and ends of numbers, connections in use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from adapter.domain.numbering import Numbering, near_end, period_start, policy_for
from adapter.persistence import numbers
from adapter.persistence.database import Connection, Database

_PARKED = """
SELECT count(*) AS messages, coalesce(extract(epoch FROM now() - min(first_seen)), 0)::float8 AS seconds
FROM parked WHERE state = 'parked'
"""
_PARKED_BY_CODE = """
SELECT code, count(*) AS messages FROM parked CROSS JOIN unnest(codes) AS code WHERE state = 'parked' GROUP BY code
"""
_HOLES = """
SELECT numbering, sum((gap ->> 1)::bigint - (gap ->> 0)::bigint + 1)::bigint AS holes
FROM number_series CROSS JOIN jsonb_array_elements(convert_from(gaps, 'UTF8')::jsonb) AS gap
WHERE gaps <> '[]' GROUP BY numbering
"""


@dataclass(frozen=True, slots=True)
class ParkingFigures:
    """Messages that wait for a cure, the age of the oldest in seconds, and how many have each code."""

    messages: int = 0
    oldest_seconds: float = 0.0
    by_code: dict[str, int] = field(default_factory=dict)


async def parking(connection: Connection) -> ParkingFigures:
    """The parking lot's open messages; refused ones are not open."""
    row = await connection.fetchrow(_PARKED)
    by_code = {each["code"]: each["messages"] for each in await connection.fetch(_PARKED_BY_CODE)}
    return ParkingFigures(row["messages"], row["seconds"], by_code) if row else ParkingFigures()


async def holes(connection: Connection) -> dict[str, int]:
    """Free numbers between used ones, by numbering; one without any is left out."""
    return {row["numbering"]: row["holes"] for row in await connection.fetch(_HOLES)}


async def near_ends(connection: Connection, numberings: Iterable[Numbering], day: datetime.date) -> dict[str, bool]:
    """Whether few numbers are left in the period of this day, by numbering; one without a policy for it is left out."""
    policies = {each.code: policy for each in numberings if (policy := policy_for(each, day)) is not None}
    wanted = {(code, period_start(policy, day)): policy for code, policy in policies.items()}
    states = await numbers.preview(connection, wanted) if wanted else {}
    return {key[0]: near_end(policy, states[key]) is not None for key, policy in wanted.items()}


def connections_in_use(database: Database) -> int:
    """Connections that the pool has lent out."""
    pool: Any = database.engine.pool
    return cast("int", pool.checkedout())
