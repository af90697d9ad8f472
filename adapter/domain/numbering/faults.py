"""What is wrong with a configured numbering, told before the first order is (§7, N2, N13, §7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from adapter.domain.numbering.adjoining import Adjoining, adjoining
from adapter.domain.numbering.collisions import Collision, collisions
from adapter.domain.numbering.formula import Formula
from adapter.domain.numbering.policies import PERIODS, Numbering, Policy, Range, anchor

HIGHEST: Final = 999_999_999_999_999_999
"""The highest number that a range may name: 18 digits."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the configuration: its key (`numbering[0].policy[1].range[0].end`), what is wrong, the cure."""

    key: str
    message: str
    cure: str


def faults(numbering: Numbering, at: str = "numbering[0]") -> list[Fault]:
    """Every fault of one numbering, whose key in the file is `at`.

    Numbers that two documents could share are only looked for where everything else is sound.
    """
    found = [*_of_formula(numbering.formula, at), *_of_policies(numbering, at)]
    for i, policy in enumerate(numbering.policies):
        found += _of_policy(policy, f"{at}.policy[{i}]")
    if found:
        return found
    return [_run_together(each, at) for each in adjoining(numbering)] or [
        _shared(each, at) for each in collisions(numbering)
    ]


def _of_policies(numbering: Numbering, at: str) -> Iterator[Fault]:
    if not numbering.policies:
        yield Fault(f"{at}.policy", "It has no policy, so no date gets a number", "Add a [[numbering.policy]]")
    enabled = [(i, policy) for i, policy in enumerate(numbering.policies) if not policy.disabled]
    for (i, one), (j, other) in combinations(enabled, 2):
        if one.covers(other.valid_from) or other.covers(one.valid_from):
            yield Fault(
                f"{at}.policy[{j}].valid_from",
                f"It overlaps policy[{i}] ({_validity(one)}; this one {_validity(other)})",
                "End the earlier policy on the day before the later one begins, or disable one",
            )


def _validity(policy: Policy) -> str:
    return f"{policy.valid_from} to {policy.valid_to or 'any day'}"


def _of_policy(policy: Policy, at: str) -> Iterator[Fault]:
    yield from _of_dates(policy, at)
    yield from _of_formula(policy.formula, at)
    if not policy.ranges:
        yield Fault(f"{at}.range", "It has no range to take numbers from", "Add a [[numbering.policy.range]]")
    for i, within in enumerate(policy.ranges):
        yield from _of_range(within, f"{at}.range[{i}]")
        yield from _of_external(policy, within, f"{at}.range[{i}]")
    yield from _of_order(policy, at)


def _of_dates(policy: Policy, at: str) -> Iterator[Fault]:
    if policy.valid_to is not None and policy.valid_to < policy.valid_from:
        message = f"It ends on {policy.valid_to}, before it begins on {policy.valid_from}"
        yield Fault(f"{at}.valid_to", message, "Set valid_to to valid_from or later, or leave it out")
    if policy.period not in PERIODS:
        yield Fault(f"{at}.period", f"{policy.period} is not a period", f"Use one of {', '.join(PERIODS)}")
    try:
        anchor(policy)
    except (ValueError, OverflowError):
        yield Fault(f"{at}.shift_months", "The shifts lead out of the calendar", "Shift by less than one period")


def _of_formula(text: str | None, at: str) -> Iterator[Fault]:
    formula = Formula.parse(text) if text else None
    if isinstance(formula, str):
        message, _, cure = formula.rpartition("; ")
        yield Fault(f"{at}.formula", f"{text}: {message}", cure[0].upper() + cure[1:])


def _of_range(within: Range, at: str) -> Iterator[Fault]:
    yield from _of_formula(within.formula, at)
    for key, number in (("start", within.start), ("search_start", within.search_start), ("end", within.end)):
        if number is not None and not 0 <= number <= HIGHEST:
            yield Fault(f"{at}.{key}", f"{number} cannot be a number", f"Use a number from 0 to {HIGHEST}")
    if not within.reaches(within.start):
        message = f"The range ends at {within.end}, below its start {within.start}"
        yield Fault(f"{at}.end", message, "Set end to start or higher, or leave it out")
    elif within.search_start is not None and not within.holds(within.search_start):
        message = f"The search starts at {within.search_start}, outside the range"
        yield Fault(f"{at}.search_start", message, "Set it between start and end, or leave it out")


def _of_external(policy: Policy, within: Range, at: str) -> Iterator[Fault]:
    for key in ("progressive", "recovery"):
        if within.external and getattr(policy, key):
            message = f"Its numbers are supplied, but its policy is {key}, which only drawn numbers can be"
            yield Fault(f"{at}.external", message, f"Set the policy's {key} to false, or external to false")


def _of_order(policy: Policy, at: str) -> Iterator[Fault]:
    enabled = [(i, within) for i, within in enumerate(policy.ranges) if not within.disabled]
    for (i, one), (j, other) in combinations(enabled, 2):
        if one.holds(other.start) or other.holds(one.start):
            message = f"It overlaps range[{i}], which has numbers of it"
            yield Fault(f"{at}.range[{j}].start", message, "Let each number belong to one range, or disable one")
        if one.end is None and not one.external and not other.external:
            message = f"It is never reached: range[{i}] before it has no end"
            yield Fault(f"{at}.range[{j}]", message, f"Give range[{i}] an end, or remove this range")


def _shared(found: Collision, at: str) -> Fault:
    return Fault(
        f"{at}.{found.key}",
        f"Number {found.numbers[0]} on {found.days[0]} and number {found.numbers[1]} on {found.days[1]} "
        f"would both read {found.text}",
        "Name in the formula what tells their periods apart, as in {year}-{month:02}-{number:05}, pad fields with "
        "zeros or part them by a character that is no digit, or end the ranges earlier",
    )


def _run_together(found: Adjoining, at: str) -> Fault:
    return Fault(
        f"{at}.{found.key}",
        f"{found.formula}: nothing parts {{{found.field}}} from {{{found.code}}}, so different ones of both may read "
        "the same, as 1 and 11 do as 11 and 1",
        f"Part them by a character that is no digit, as in {{{found.code}}}-{{{found.field}}}, or pad the field with "
        "zeros and end the range where its digits do",
    )
