"""Which number a document gets: the reference algorithm (§7.2b) over what is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from adapter.domain.numbering.policies import Policy, Range
from adapter.domain.numbering.state import Gap, RangeState, SeriesState

_NEAR: Final = Fraction(5, 100)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A free number of the policy's range at that index; `SeriesState.ranges[range_index].use` makes it used."""

    range_index: int
    number: int


@dataclass(frozen=True, slots=True)
class NoNumber:
    """Why there is none (contract 5). Another date cures `no_number_for_date`, only configuration `range_exhausted`."""

    code: Literal["no_number_for_date", "range_exhausted", "number_required", "number_taken", "invalid"]
    message: str


_EXHAUSTED: Final = NoNumber(
    "range_exhausted", "Every number of the policy's ranges is used; raise an end or add a range in numbering.toml"
)


def draw(policy: Policy, state: SeriesState, day: date, supplied: int | None = None) -> Drawn | NoNumber:
    """The number for a document of `day` in the period of `state`; changes nothing.

    A `supplied` number is looked for in external ranges only (N13). Otherwise the ranges are tried in their order
    and an external one that is reached asks for a number (N7).
    """
    if supplied is not None:
        return _supplied(policy, state, supplied)
    failures = []
    for index, within in _enabled(policy):
        if within.external:
            return NoNumber("number_required", "Numbers of this order type are supplied; send `order_number`")
        found = _free(policy, within, state.ranges[index], day)
        if not isinstance(found, NoNumber):
            return Drawn(index, found)
        failures.append(found)
    return min(failures, key=_curable_first, default=_EXHAUSTED)


def near_end(policy: Policy, state: SeriesState) -> int | None:
    """How many numbers are left to draw in the period, once that is at most 5 % of all; None before (§7.4.10)."""
    ranges = [(within, state.ranges[i]) for i, within in _enabled(policy) if not within.external]
    ends = [within.end for within, _ in ranges]
    if not ranges or None in ends:
        return None
    total = sum(within.end - within.lowest + 1 for within, _ in ranges if within.end is not None)
    left = sum(_left(policy, within, used) for within, used in ranges)
    return left if left <= total * _NEAR else None


def _curable_first(failure: NoNumber) -> bool:
    return failure.code != "no_number_for_date"


def _enabled(policy: Policy) -> Iterator[tuple[int, Range]]:
    return ((index, within) for index, within in enumerate(policy.ranges) if not within.disabled)


def _free(policy: Policy, within: Range, used: RangeState, day: date) -> int | NoNumber:
    if policy.recovery:
        recovered = _recovered(policy, within, used, day)
        if recovered is not None:
            return recovered
    number = used.next_number(within.lowest)
    if not within.reaches(number):
        return _EXHAUSTED
    if policy.progressive and used.latest is not None and used.latest > day:
        return _too_early(used.latest, day)
    return number


def _recovered(policy: Policy, within: Range, used: RangeState, day: date) -> int | None:
    for gap in used.gaps:
        number = max(gap.first, within.lowest)
        if number <= gap.last and within.reaches(number) and (not policy.progressive or gap.suits(day)):
            return number
    return None


def _too_early(latest: date, day: date) -> NoNumber:
    return NoNumber(
        "no_number_for_date",
        f"No numbers are available on {day}: number order follows date order and a number is dated {latest}; "
        f"date the order {latest} or later",
    )


def _supplied(policy: Policy, state: SeriesState, number: int) -> Drawn | NoNumber:
    external = [(index, within) for index, within in _enabled(policy) if within.external]
    for index, within in external:
        if within.holds(number):
            return _unless_used(index, number, state.ranges[index])
    if not external:
        return NoNumber("invalid", "Numbers of this order type are drawn, not supplied; leave `order_number` out")
    allowed = " or ".join(_bounds(within) for _, within in external)
    return NoNumber("invalid", f"Number {number} is in no range for supplied numbers; send one from {allowed}")


def _bounds(within: Range) -> str:
    return f"{within.start} up" if within.end is None else f"{within.start} to {within.end}"


def _unless_used(index: int, number: int, used: RangeState) -> Drawn | NoNumber:
    if used.is_used(number):
        return NoNumber("number_taken", f"Number {number} is used by another order; send a free one")
    return Drawn(index, number)


def _left(policy: Policy, within: Range, used: RangeState) -> int:
    if within.end is None:
        return 0
    ahead = max(0, within.end - used.next_number(within.lowest) + 1)
    return ahead + (sum(_size(gap, within.lowest) for gap in used.gaps) if policy.recovery else 0)


def _size(gap: Gap, lowest: int) -> int:
    return max(0, gap.last - max(gap.first, lowest) + 1)
