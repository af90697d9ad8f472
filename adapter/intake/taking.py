"""Numbers that another system used are put on record, and taken off it again (§7.4)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from adapter.domain.numbering import (
    LONGEST,
    Numbering,
    Policy,
    SeriesState,
    formula_for,
    period_start,
    policy_for,
)
from adapter.persistence import number_queries, numbers
from adapter.persistence.database import Connection
from adapter.persistence.numbers import UsedNumber

_TOLD = 5
_OF_AN_ORDER = ("{order_type", "{customer")


async def take(
    connection: Connection, numbering: Numbering, wanted: Sequence[int], day: datetime.date, company: str
) -> str | None:
    """Put numbers dated `day` on record, in the caller's transaction; gives what is wrong, and then changes nothing.

    How they read is put on record too where the formula does not depend on the order, so that none is written twice.
    """
    policy = policy_for(numbering, day)
    if policy is None:
        return f"Numbering {numbering.code} has no policy for {day}. Choose another date, or add a policy."
    start = period_start(policy, day)
    states = await numbers.locked(connection, {(numbering.code, start): policy})
    state = states[numbering.code, start]
    fault = _fault(numbering, policy, state, wanted)
    if fault:
        return fault
    used = [_use(numbering, policy, state, number, day, company) for number in wanted]
    written = [one.formatted for one in used if one.formatted is not None]
    if alike := await number_queries.written_alike(connection, numbering.code, written):
        return f"{_some(alike)} are on record in another period."
    await numbers.save(connection, {(numbering.code, start): policy}, states, used)
    return None


def _fault(numbering: Numbering, policy: Policy, state: SeriesState, wanted: Sequence[int]) -> str | None:
    outside = [number for number in wanted if _range_index(policy, number) is None]
    if outside:
        return f"No range of numbering {numbering.code} holds {_some(outside)}."
    used = [number for number in wanted if state.ranges[_range_index(policy, number) or 0].is_used(number)]
    return f"Used already: {_some(used)}." if used else None


def _range_index(policy: Policy, number: int) -> int | None:
    return next((index for index, within in enumerate(policy.ranges) if within.holds(number)), None)


def _use(
    numbering: Numbering, policy: Policy, state: SeriesState, number: int, day: datetime.date, company: str
) -> UsedNumber:
    index = _range_index(policy, number) or 0
    state.ranges[index].use(number, day)
    formula = formula_for(numbering, policy, policy.ranges[index])
    formatted = None
    if formula is not None and not any(name in formula.text for name in _OF_AN_ORDER):
        formatted = formula.render(number, day, "", "", company)[:LONGEST]
    return UsedNumber(numbering.code, state.period_start, number, formatted, day, None)


async def free(connection: Connection, numbering: Numbering, number: int, day: datetime.date | None) -> str | None:
    """Take a number off the record that was taken over, in the caller's transaction; gives what is wrong."""
    starts = await number_queries.periods_of(connection, numbering.code, number)
    if day is not None:
        policy = policy_for(numbering, day)
        starts = [start for start in starts if policy is not None and start == period_start(policy, day)]
    if len(starts) > 1:
        told = ", ".join(start.isoformat() for start in starts)
        return f"Number {number} is used in the periods from {told}. Say which one with --date."
    if not starts:
        return f"Number {number} of numbering {numbering.code} is free already."
    return await _free(connection, numbering, starts[0], number)


async def _free(connection: Connection, numbering: Numbering, start: datetime.date, number: int) -> str | None:
    policy = policy_for(numbering, start)
    if policy is not None:
        await numbers.locked(connection, {(numbering.code, start): policy})
    if not await number_queries.give_back(connection, numbering.code, start, number):
        return f"Number {number} of numbering {numbering.code} is an order's."
    await number_queries.forget_series(connection, numbering.code, start)
    return None


def _some(values: Sequence[object]) -> str:
    told = ", ".join(str(value) for value in values[:_TOLD])
    return told if len(values) <= _TOLD else f"{told} and {len(values) - _TOLD} more"
