"""Numbers of orders: series drawn from under lock, every number on record with its order."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from adapter.domain.numbering import Gap, Policy, RangeState, SeriesState
from adapter.persistence.database import Connection, Row, broken_constraint
from adapter.persistence.rows import Rows

Text = tuple[str, str]
"""A numbering's code and how one of its numbers reads."""

SeriesKey = tuple[str, datetime.date]
"""A numbering's code and the first day of the period."""


@dataclass(frozen=True, slots=True)
class UsedNumber:
    """A number on record; `order_id` is None where another system used it."""

    numbering: str
    period_start: datetime.date
    number: int
    formatted: str | None
    order_date: datetime.date
    order_id: UUID | None


_NUMBERS = Rows(
    "numbers",
    (
        ("numbering", "text"),
        ("period_start", "date"),
        ("number", "bigint"),
        ("formatted", "text"),
        ("order_date", "date"),
        ("order_id", "uuid"),
    ),
)
_STATES = Rows(
    "number_series",
    (
        ("numbering", "text"),
        ("period_start", "date"),
        ("range_start", "bigint"),
        ("range_end", "bigint"),
        ("derived", "boolean"),
        ("highest", "bigint"),
        ("latest", "date"),
        ("gaps", "bytea"),
    ),
)


async def locked(connection: Connection, wanted: Mapping[SeriesKey, Policy]) -> dict[SeriesKey, SeriesState]:
    """The state of these series, locked until the transaction ends, always in the same order."""
    await _make_rows(connection, wanted)
    return await _read(connection, wanted, "FOR UPDATE OF s")


async def preview(connection: Connection, wanted: Mapping[SeriesKey, Policy]) -> dict[SeriesKey, SeriesState]:
    """The state of these series without a lock, for numbers that are shown and not drawn."""
    return await _read(connection, wanted, "")


def _range_keys(wanted: Mapping[SeriesKey, Policy]) -> list[tuple[str, datetime.date, int]]:
    return sorted((code, start, within.start) for (code, start), policy in wanted.items() for within in policy.ranges)


async def _make_rows(connection: Connection, wanted: Mapping[SeriesKey, Policy]) -> None:
    keys = _range_keys(wanted)
    await connection.execute(
        "INSERT INTO number_series (numbering, period_start, range_start)"
        " SELECT n.* FROM unnest($1::text[], $2::date[], $3::bigint[]) AS n (numbering, period_start, range_start)"
        " WHERE NOT EXISTS (SELECT 1 FROM number_series s WHERE (s.numbering, s.period_start, s.range_start)"
        "  = (n.numbering, n.period_start, n.range_start)) ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING",
        *(list(column) for column in zip(*keys, strict=True)),
    )


async def _read(connection: Connection, wanted: Mapping[SeriesKey, Policy], lock: str) -> dict[SeriesKey, SeriesState]:
    rows = await connection.fetch(
        "SELECT s.* FROM unnest($1::text[], $2::date[], $3::bigint[]) AS w (numbering, period_start, range_start)"  # noqa: S608 -- the lock clause is ours
        f" JOIN number_series s USING (numbering, period_start, range_start) ORDER BY 1, 2, 3 {lock}",
        *(list(column) for column in zip(*_range_keys(wanted), strict=True)),
    )
    stored = {(row["numbering"], row["period_start"], row["range_start"], row["range_end"]): row for row in rows}
    found = {}
    for (code, start), policy in wanted.items():
        ranges = [stored.get((code, start, within.start, within.end)) for within in policy.ranges]
        if all(row is not None and row["derived"] for row in ranges):
            found[code, start] = SeriesState(code, start, [_state(row) for row in ranges])
        else:
            found[code, start] = await rebuilt(connection, code, start, policy)
    return found


def _state(row: Row) -> RangeState:
    gaps = [Gap(first, last, _day(before), _day(after)) for first, last, before, after in orjson.loads(row["gaps"])]
    return RangeState(row["range_start"], row["highest"], row["latest"], gaps)


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


async def rebuilt(connection: Connection, code: str, start: datetime.date, policy: Policy) -> SeriesState:
    """The state of a series from the numbers on record."""
    rows = await connection.fetch(
        "SELECT number, order_date FROM numbers WHERE numbering = $1 AND period_start = $2", code, start
    )
    return SeriesState.of(code, start, policy, {row["number"]: row["order_date"] for row in rows})


async def save(
    connection: Connection,
    wanted: Mapping[SeriesKey, Policy],
    states: Mapping[SeriesKey, SeriesState],
    used: Sequence[UsedNumber],
) -> None:
    """Store what was drawn. A number that another order has already makes this fail."""
    await _NUMBERS.insert(
        connection,
        [(n.numbering, n.period_start, n.number, n.formatted, n.order_date, n.order_id) for n in used],
    )
    await _STATES.insert(
        connection,
        [
            (*key, part.start, within.end, True, part.highest, part.latest, _gaps(part))
            for key, state in states.items()
            for within, part in zip(wanted[key].ranges, state.ranges, strict=True)
        ],
        "ON CONFLICT (numbering, period_start, range_start) DO UPDATE SET range_end = excluded.range_end,"
        " derived = true, highest = excluded.highest, latest = excluded.latest, gaps = excluded.gaps",
    )


async def written(connection: Connection, texts: Sequence[Text]) -> set[Text]:
    """Which of these texts are numbers on record."""
    rows = await connection.fetch(
        "SELECT numbering, formatted FROM unnest($1::text[], $2::text[]) AS w (numbering, formatted)"
        " JOIN numbers n USING (numbering, formatted)",
        [numbering for numbering, _ in texts],
        [formatted for _, formatted in texts],
    )
    return {(row["numbering"], row["formatted"]) for row in rows}


def reads_as_another(error: BaseException) -> bool:
    """Whether storing failed because a number reads as another one does (N19)."""
    return broken_constraint(error) == "numbers_formatted_once"


def _gaps(state: RangeState) -> bytes:
    return orjson.dumps([[gap.first, gap.last, gap.latest_before, gap.earliest_after] for gap in state.gaps])
