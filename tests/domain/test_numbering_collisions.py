"""Formulas with which two documents would read the same are told (domain.md N19, §7.4.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.domain.numbering import Formula, Numbering, Policy, Range, faults, period_start
from adapter.domain.numbering.collisions import collisions

OPEN = Range(start=1)


def a_policy(*ranges: Range, **given: Any) -> Policy:
    return replace(Policy(valid_from=date(2026, 1, 1), ranges=ranges or (OPEN,)), **given)


def a_numbering(*policies: Policy, formula: str | None = None, **given: Any) -> Numbering:
    return replace(Numbering(code="ORD", formula=formula, policies=policies or (a_policy(),)), **given)


def keys(numbering: Numbering) -> list[str]:
    return [fault.key.removeprefix("numbering[0].") for fault in faults(numbering)]


def test_a_shifted_year_that_reads_as_the_calendar_year_collides() -> None:
    policy = a_policy(valid_from=date(2024, 1, 1), shift_months=6)
    (fault,) = faults(a_numbering(policy, formula="{year}-{number:05}"))

    assert fault.key == "numbering[0].formula"
    assert fault.message == ("Number 1 on 2024-01-01 and number 1 on 2024-07-01 would both read 2024-00001")


@pytest.mark.parametrize(
    ("period", "formula"),
    [
        ("monthly", "{year}-{number:05}"),
        ("monthly", "{month:02}-{number:05}"),  # twice in three years
        ("monthly", "{year}-W{week:02}-{number}"),  # a week of two months
        ("monthly", "{year}{month}{number}"),
        ("daily", "{year}-{month:02}-{number}"),
        ("yearly", "{number:05}"),
        ("yearly", "{customer}-{number:05}"),
        ("none", "{month}{number}"),
        ("none", "{number}{month}"),
        ("none", "{month}{number:02}"),
        ("none", "{month}{number}{day}"),
        ("none", "{day}{month}{number}"),
    ],
)
def test_a_formula_that_may_repeat_a_number_is_told(period: str, formula: str) -> None:
    assert keys(a_numbering(a_policy(period=period), formula=formula)) == ["formula"]


@pytest.mark.parametrize(
    ("period", "formula"),
    [
        ("none", "{number}"),
        ("none", "{month}-{number}"),
        ("none", "{month:02}{number}"),
        ("none", "{month}{number:05}"),
        ("yearly", "{year}{number}"),
        ("yearly", "{number:04}{yy}"),
        ("yearly", "{order_type}{yy}{number:05}"),
        ("monthly", "{year}{month:02}{number:04}"),
        ("monthly", "{year}/{month}/{number}"),
        ("daily", "{year}{month:02}{day:02}-{number:03}"),
        ("daily", "{year}.{month}.{day}.{number}"),
    ],
)
def test_a_formula_that_tells_documents_apart_is_sound(period: str, formula: str) -> None:
    assert keys(a_numbering(a_policy(period=period), formula=formula)) == []


def test_an_end_that_a_padding_does_not_hold_is_told() -> None:
    wide, narrow = Range(start=1, end=200_000), Range(start=1, end=99_999)

    assert keys(a_numbering(a_policy(wide, period="none"), formula="{month}{number:05}")) == ["formula"]
    assert keys(a_numbering(a_policy(narrow, period="none"), formula="{month}{number:05}")) == []


def test_policies_that_share_numbers_are_told_where_the_formula_is() -> None:
    before = a_policy(Range(start=1, end=900), valid_to=date(2026, 12, 31), period="none", formula="A{number}")
    after = a_policy(Range(start=901), valid_from=date(2027, 1, 1), period="none", formula="A{number}")
    too_low = replace(after, ranges=(Range(start=900, formula="A{number}"),))

    searched_above = replace(after, ranges=(Range(start=1, search_start=901),))

    assert keys(a_numbering(before, after)) == []
    assert keys(a_numbering(before, searched_above)) == []
    assert keys(a_numbering(before, too_low)) == ["policy[1].range[0].formula"]
    assert "Number 900 on 2026-01-01 and number 900 on 2027-01-01" in faults(a_numbering(before, too_low))[0].message
    assert keys(a_numbering(before, replace(too_low, disabled=True))) == []


def test_digits_of_formulas_that_change_places_are_told() -> None:
    low, high = Range(start=1, end=20, formula="1{number}11"), Range(start=22, formula="11{number}1")

    (fault,) = faults(a_numbering(a_policy(low, high, period="none")))

    assert "number 13 on" in fault.message.lower()
    assert fault.message.endswith("would both read 11311")


def test_a_number_never_reads_with_a_zero_in_front_that_is_not_its_padding() -> None:
    policy = a_policy(period="monthly", valid_to=date(2026, 10, 31))

    assert keys(a_numbering(policy, formula="{month}{number}")) == []


def test_without_a_formula_nothing_is_told_about_repetition() -> None:
    assert keys(a_numbering(a_policy(period="daily"))) == []


def test_a_disabled_numbering_is_not_searched_for_repetition() -> None:
    assert keys(a_numbering(a_policy(period="daily"), formula="{number}", disabled=True)) == []


FIELDS = ["{year}", "{yy}", "{quarter}", "{month}", "{month:02}", "{week}", "{day}", "{day:02}", "-", "1", ""]
FORMULAS = st.tuples(
    st.lists(st.sampled_from(FIELDS), max_size=3).map("".join),
    st.sampled_from(["{number}", "{number:02}", "{number:04}"]),
    st.lists(st.sampled_from(FIELDS), max_size=2).map("".join),
).map("".join)
SHORT = st.builds(
    Policy,
    valid_from=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    period=st.sampled_from(["none", "yearly", "monthly", "daily"]),
    shift_months=st.integers(0, 6),
    shift_days=st.integers(0, 20),
    ranges=st.builds(Range, start=st.just(1), end=st.integers(1, 130)).map(lambda found: (found,)),
).map(lambda policy: replace(policy, valid_to=policy.valid_from + timedelta(days=420)))


def repeated(policy: Policy, formula: Formula) -> bool:
    seen: dict[str, tuple[date, int]] = {}
    frames = {}
    for passed in range(421):
        day = policy.valid_from + timedelta(days=passed)
        frames[period_start(policy, day), formula.around(day, "T", "C", "K")] = day
    for (start, _), day in frames.items():
        for number in range(1, (policy.ranges[0].end or 0) + 1):
            if seen.setdefault(formula.render(number, day, "T", "C", "K"), (start, number)) != (start, number):
                return True
    return False


@settings(max_examples=60, deadline=None)
@given(SHORT, FORMULAS)
def test_repetition_is_told_exactly_where_trying_every_day_and_number_finds_it(policy: Policy, text: str) -> None:
    formula = Formula.parse(text)
    assert isinstance(formula, Formula)

    assert bool(faults(a_numbering(policy, formula=text))) == repeated(policy, formula)


@settings(max_examples=60, deadline=None)
@given(SHORT, FORMULAS)
def test_the_two_documents_that_are_told_do_read_the_same(policy: Policy, text: str) -> None:
    formula = Formula.parse(text)
    assert isinstance(formula, Formula)
    for found in collisions(a_numbering(policy, formula=text)):
        both = list(zip(found.days, found.numbers, strict=True))
        assert [formula.render(number, day, "T", "C", "K") for day, number in both] == [found.text] * 2
        assert (period_start(policy, both[0][0]), both[0][1]) != (period_start(policy, both[1][0]), both[1][1])
