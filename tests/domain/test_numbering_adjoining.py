"""Formulas in which a code and a number run into each other are told (domain.md N19, §7.4.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapter.domain.numbering import Formula, Numbering, Policy, Range, faults, period_start

OPEN = Range(start=1)
FIVE_DIGITS = Range(start=10_000, end=99_999)


def a_numbering(formula: str, *ranges: Range, **given: Any) -> Numbering:
    policy = replace(Policy(valid_from=date(2026, 1, 1), period="none", ranges=ranges or (OPEN,)), **given)
    return Numbering(code="ORD", formula=formula, policies=(policy,))


def keys(numbering: Numbering) -> list[str]:
    return [fault.key.removeprefix("numbering[0].") for fault in faults(numbering)]


def test_a_number_that_runs_into_a_code_is_told_with_its_cure() -> None:
    (fault,) = faults(a_numbering("{customer}{number}"), "numbering[2]")

    assert fault.key == "numbering[2].formula"
    assert fault.message.startswith("{customer}{number}: nothing parts {number} from {customer}")
    assert "{customer}-{number}" in fault.cure


@pytest.mark.parametrize(
    "formula",
    [
        "{number}{customer}",
        "{order_type}{number}",
        "{customer}1{number}",
        "{customer}{company}{number}",
        "{customer}{yy}{number}",
        "{customer}{number}{year}",
        "{order_type}{number:05}{customer}",
        "{customer}{number}-{year}",
    ],
)
def test_a_number_beside_a_code_is_told_however_it_stands_there(formula: str) -> None:
    assert keys(a_numbering(formula)) == ["formula"]


@pytest.mark.parametrize(
    "formula",
    [
        "{customer}-{number}",
        "{number}/{customer}",
        "{customer}{number:05}",
        "{order_type}{yy}{number:06}",
        "{number:05}{customer}",
        "{year}-{number:05}-{order_type}",
        "{order_type}{customer}-{number}",
        "{company}{number}",
        "{month}{customer}-{number}",
        "{customer}N{number}",
    ],
)
def test_a_number_that_can_be_told_from_the_codes_is_sound(formula: str) -> None:
    assert keys(a_numbering(formula)) == []


def test_a_date_that_runs_into_a_code_is_told_where_its_periods_begin_anew() -> None:
    assert keys(a_numbering("{year}-{month}{customer}-{number}", period="monthly")) == ["formula"]
    assert keys(a_numbering("{year}-{month:02}{customer}-{number}", period="monthly")) == []


def test_a_range_says_how_wide_its_numbers_are() -> None:
    assert keys(a_numbering("{customer}{number}", FIVE_DIGITS)) == []
    assert keys(a_numbering("{customer}{number:05}", Range(start=1, end=99_999))) == []
    assert keys(a_numbering("{customer}{number:05}", Range(start=1, end=100_000))) == ["formula"]
    assert keys(a_numbering("{customer}{number:05}", Range(start=100_000))) == ["formula"]
    assert keys(a_numbering("{customer}{number:02}")) == ["formula"]
    assert keys(a_numbering("{customer}{number}", FIVE_DIGITS, Range(start=100_000, end=999_999))) == ["formula"]
    assert keys(a_numbering("{customer}-{number}", replace(OPEN, formula="{customer}{number}"))) == [
        "policy[0].range[0].formula"
    ]


def test_what_is_disabled_runs_into_nothing() -> None:
    assert keys(replace(a_numbering("{customer}{number}"), disabled=True)) == []
    assert keys(a_numbering("{customer}{number}", FIVE_DIGITS, Range(start=100_000, disabled=True))) == []


_fields = st.sampled_from(
    ["{customer}", "{order_type}", "{year}", "{yy}", "{month}", "{month:02}", "{day}", "{company}", "-", "/", "1", "N"]
)
_numbers = st.sampled_from(["{number}", "{number:02}", "{number:04}"])
_ranges = st.sampled_from([Range(start=1), Range(start=1, end=99), Range(start=100, end=999), Range(start=0, end=9)])
_codes = st.text("1", min_size=1, max_size=3) | st.text("1N", min_size=1, max_size=3)
_days = st.integers(0, 800).map(lambda days: date(2026, 1, 1) + timedelta(days=days))


@st.composite
def _sound(draw: st.DrawFn) -> Numbering:
    parts = [*draw(st.lists(_fields, max_size=5)), draw(_numbers)]
    period = draw(st.sampled_from(["none", "yearly", "monthly"]))
    numbering = a_numbering("".join(draw(st.permutations(parts))), draw(_ranges), period=period)
    assume(faults(numbering) == [])
    return numbering


@settings(max_examples=150, deadline=None)
@given(_sound(), st.data())
def test_what_is_sound_gives_no_two_orders_the_same_number(numbering: Numbering, data: st.DataObject) -> None:
    [policy] = numbering.policies
    [within] = policy.ranges
    formula = Formula.parse(numbering.formula or "")
    assert isinstance(formula, Formula)
    last = within.end or 10 ** max(formula.width, 4) - 1
    told: dict[str, Any] = {}
    for _ in range(20):
        number, day = (
            data.draw(st.sampled_from([n for n in (0, 1, 11, 111, 1111, 100, 101) if within.holds(n) and n <= last])),
            data.draw(_days),
        )
        text = formula.render(number, day, data.draw(_codes), data.draw(_codes), "1")
        place = period_start(policy, day), number

        assert told.setdefault(text, place) == place
