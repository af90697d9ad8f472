"""Holes are exactly the numbers that were left out where numbers are drawn."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as some

from adapter.domain.numbering import Numbering, Policy, Range
from adapter.intake.number_periods import MOST_LISTED, holes, periods
from adapter.persistence.number_queries import NumberOnRecord

START = datetime.date(2026, 1, 1)
USED = some.sets(some.integers(1, 60), min_size=1).map(sorted)


def numbering(*ranges: Range) -> Numbering:
    return Numbering(code="ORD", policies=(Policy(valid_from=START, ranges=ranges),))


def numbers(*used: int) -> list[NumberOnRecord]:
    return [NumberOnRecord(START, number, str(number), None, START) for number in used]


def spelt(spans: list[tuple[int, int]]) -> list[int]:
    return [number for first, last in spans for number in range(first, last + 1)]


@given(USED, some.integers(1, 60))
def test_used_and_holes_make_up_the_range_from_where_the_search_begins(used: list[int], lowest: int) -> None:
    found = spelt(holes(used, START, numbering(Range(start=1, search_start=lowest))))

    drawn = [number for number in used if number >= lowest]
    assert sorted([*drawn, *found]) == (list(range(lowest, drawn[-1] + 1)) if drawn else [])


@given(USED, some.integers(1, 59))
def test_every_range_has_holes_of_its_own(used: list[int], end: int) -> None:
    found = spelt(holes(used, START, numbering(Range(start=1, end=end), Range(start=end + 1))))

    low = [number for number in used if number <= end]
    high = [number for number in used if number > end]
    expected = (set(range(1, low[-1])) if low else set()) | (set(range(end + 1, high[-1])) if high else set())
    assert set(found) == expected - set(used)


def test_numbers_that_are_supplied_leave_no_holes() -> None:
    assert holes([5, 900_000_000], START, numbering(Range(start=1, external=True))) == []


def test_without_a_policy_holes_are_between_the_numbers() -> None:
    assert holes([5, 8], START, None) == [(6, 7)]


def test_a_gap_too_large_to_list_says_how_many_more_there_are() -> None:
    [period] = periods(numbers(1, 300_001), numbering(Range(start=1)))

    assert period.document["holes"] == list(range(2, MOST_LISTED + 2))
    assert period.document["more_holes"] == 299_999 - MOST_LISTED
