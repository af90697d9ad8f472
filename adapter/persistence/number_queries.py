"""Numbers as they are looked at, taken over from another system, and given back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from adapter.persistence.database import Connection
from adapter.persistence.numbers import UsedNumber


@dataclass(frozen=True, slots=True)
class NumberOnRecord:
    """A used number; `order` is None where another system used it."""

    period_start: datetime.date
    sequence_number: int
    number: str
    order: str | None
    date: datetime.date


async def on_record(connection: Connection, numbering: str) -> list[NumberOnRecord]:
    """Every used number of a numbering, by period and number."""
    rows = await connection.fetch(
        "SELECT n.period_start, n.number AS sequence_number, coalesce(n.formatted, n.number::text) AS number,"
        " o.number AS order, n.order_date FROM numbers n LEFT JOIN orders o ON o.id = n.order_id"
        " WHERE n.numbering = $1 ORDER BY n.period_start, n.number",
        numbering,
    )
    return [NumberOnRecord(*row.values()) for row in rows]


async def periods_of(connection: Connection, numbering: str, number: int) -> list[datetime.date]:
    """The periods in which a number is used."""
    rows = await connection.fetch(
        "SELECT DISTINCT period_start FROM numbers WHERE numbering = $1 AND number = $2 ORDER BY 1", numbering, number
    )
    return [row["period_start"] for row in rows]


async def written_alike(connection: Connection, numbering: str, formatted: Sequence[str]) -> list[str]:
    """Which of these texts are numbers of orders already."""
    rows = await connection.fetch(
        "SELECT formatted FROM numbers WHERE numbering = $1 AND formatted = ANY($2::text[]) ORDER BY 1",
        numbering,
        list(formatted),
    )
    return [row["formatted"] for row in rows]


async def give_back(connection: Connection, numbering: str, period_start: datetime.date, number: int) -> bool:
    """Take a number off the record that another system used; False where it is an order's, or not used at all."""
    done = await connection.execute(
        "DELETE FROM numbers WHERE numbering = $1 AND period_start = $2 AND number = $3 AND order_id IS NULL",
        numbering,
        period_start,
        number,
    )
    return done == "DELETE 1"


async def forget_series(connection: Connection, numbering: str, period_start: datetime.date) -> None:
    """Drop what was derived from the numbers of a period; whoever draws next derives it anew."""
    await connection.execute(
        "UPDATE number_series SET derived = false WHERE numbering = $1 AND period_start = $2",
        numbering,
        period_start,
    )


async def take_over(connection: Connection, used: Sequence[UsedNumber]) -> set[str]:
    """Put numbers on record that are not; gives how those read that were not. Whoever draws next derives the rest."""
    rows = await connection.fetch(
        "INSERT INTO numbers (numbering, period_start, number, formatted, order_date)"
        " SELECT * FROM unnest($1::text[], $2::date[], $3::bigint[], $4::text[], $5::date[])"
        " ON CONFLICT DO NOTHING RETURNING numbering, period_start, coalesce(formatted, number::text) AS number",
        [one.numbering for one in used],
        [one.period_start for one in used],
        [one.number for one in used],
        [one.formatted for one in used],
        [one.order_date for one in used],
    )
    for numbering, start in {(row["numbering"], row["period_start"]) for row in rows}:
        await forget_series(connection, numbering, start)
    return {row["number"] for row in rows}


async def last_events(connection: Connection, numbers: Sequence[str]) -> list[bytes]:
    """The last event of each order that has one of these numbers."""
    rows = await connection.fetch(
        "SELECT e.body FROM orders o JOIN events e ON e.order_id = o.id AND e.position = o.position"
        " WHERE o.number = ANY($1::text[])",
        list(numbers),
    )
    return [row["body"] for row in rows]
