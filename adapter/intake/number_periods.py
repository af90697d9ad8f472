"""The numbers of a numbering by period, with those that are free (contract 8, `numbers`)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

from adapter.domain.numbering import Numbering, Policy, period_start, policy_for
from adapter.persistence.number_queries import NumberOnRecord

MOST_LISTED: Final = 100_000
"""Holes of a period that are listed one by one; how many more there are is told in `more_holes`."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NumberPeriod:
    """What is used in a period, and the free numbers as spans from first to last."""

    start: datetime.date
    numbers: Sequence[NumberOnRecord]
    holes: Sequence[Span]

    @property
    def free(self) -> int:
        return sum(last - first + 1 for first, last in self.holes)

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "start": self.start.isoformat(),
            "numbers": [_number(one) for one in self.numbers],
            "holes": _listed(self.holes),
        }
        more = self.free - len(document["holes"])
        return document | {"more_holes": more} if more else document


def _number(one: NumberOnRecord) -> dict[str, Any]:
    return {
        "sequence_number": one.sequence_number,
        "number": one.number,
        "order": one.order,
        "date": one.date.isoformat(),
    }


def _listed(holes: Sequence[Span]) -> list[int]:
    listed: list[int] = []
    for first, last in holes:
        listed += range(first, min(last, first + MOST_LISTED - len(listed) - 1) + 1)
    return listed


def periods(on_record: Sequence[NumberOnRecord], numbering: Numbering | None) -> list[NumberPeriod]:
    """The periods in their order. Without a policy a period's holes are those between its numbers."""
    found = []
    for start, group in groupby(on_record, key=lambda one: one.period_start):
        numbers = list(group)
        found.append(NumberPeriod(start, numbers, holes([one.sequence_number for one in numbers], start, numbering)))
    return found


def holes(used: Sequence[int], start: datetime.date, numbering: Numbering | None) -> list[Span]:
    """The free numbers of each range that numbers are drawn from: where its search begins up to its highest used one.

    `used` ascends. Numbers below the search's beginning are never drawn, so they are no holes.
    """
    policy = policy_for(numbering, start) if numbering is not None else None
    if policy is None or period_start(policy, start) != start:
        return _between(used)
    return [span for within in _drawn(policy, used) for span in _between(within)]


def _drawn(policy: Policy, used: Sequence[int]) -> list[list[int]]:
    """The used numbers of each range from the number before its lowest on."""
    ranges = [within for within in policy.ranges if not within.external]
    return [
        [within.lowest - 1, *(number for number in used if number >= within.lowest and within.reaches(number))]
        for within in ranges
    ]


def _between(used: Sequence[int]) -> list[Span]:
    return [(before + 1, after - 1) for before, after in pairwise(used) if after - before > 1]
