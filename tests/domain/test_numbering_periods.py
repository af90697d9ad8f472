"""Which policy and which period a date belongs to (domain.md N2–N6, N14, N16, §7.3, §7.4.5–6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapter.domain.numbering import Formula, Numbering, Policy, Range, formula_for, period_start, policy_for

PASSED = st.integers(0, 3000)
SHIFTED = st.builds(
    Policy,
    valid_from=st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    period=st.sampled_from(["none", "yearly", "monthly", "daily"]),
    shift_months=st.integers(-14, 14),
    shift_days=st.integers(-40, 40),
)


@pytest.mark.parametrize(
    ("valid_from", "shift_months", "day", "start"),
    [
        ("2024-01-01", 6, "2026-06-30", "2025-07-01"),
        ("2024-01-01", 6, "2026-07-01", "2026-07-01"),
        ("2024-01-01", 6, "2024-03-01", "2024-01-01"),  # a stub period
        ("2024-01-01", 6, "2024-07-01", "2024-07-01"),
        ("2024-01-01", 0, "2025-12-31", "2025-01-01"),
        ("2024-03-15", 0, "2026-03-14", "2025-03-15"),
        ("2024-02-29", 0, "2025-02-28", "2025-02-28"),  # cut to the month's length
        ("2024-02-29", 0, "2028-02-28", "2027-02-28"),
        ("2024-02-29", 0, "2028-02-29", "2028-02-29"),
    ],
)
def test_a_yearly_period_begins_on_its_shifted_anniversary(
    valid_from: str, shift_months: int, day: str, start: str
) -> None:
    policy = Policy(valid_from=date.fromisoformat(valid_from), period="yearly", shift_months=shift_months)

    assert period_start(policy, date.fromisoformat(day)) == date.fromisoformat(start)


@pytest.mark.parametrize(
    ("valid_from", "shift_days", "day", "start"),
    [
        ("2026-01-01", 14, "2026-03-14", "2026-02-15"),
        ("2026-01-01", 14, "2026-03-15", "2026-03-15"),
        ("2026-01-01", 14, "2026-01-14", "2026-01-01"),  # a stub period
        ("2026-01-01", 0, "2026-01-31", "2026-01-01"),
        ("2026-01-31", 0, "2026-02-27", "2026-01-31"),
        ("2026-01-31", 0, "2026-02-28", "2026-02-28"),
        ("2026-01-31", 0, "2026-03-30", "2026-02-28"),
        ("2026-01-31", 0, "2026-03-31", "2026-03-31"),
        ("2026-01-29", 0, "2028-02-29", "2028-02-29"),
        ("2026-01-30", 0, "2026-04-30", "2026-04-30"),
    ],
)
def test_a_monthly_period_begins_on_its_day_cut_to_the_month(
    valid_from: str, shift_days: int, day: str, start: str
) -> None:
    policy = Policy(valid_from=date.fromisoformat(valid_from), period="monthly", shift_days=shift_days)

    assert period_start(policy, date.fromisoformat(day)) == date.fromisoformat(start)


def test_a_policy_without_periods_counts_on_at_new_year() -> None:
    policy = Policy(valid_from=date(2024, 1, 1), period="none", shift_months=6)

    assert period_start(policy, date(2026, 1, 1)) == date(2024, 1, 1)


def test_a_daily_period_is_the_day_itself() -> None:
    assert period_start(Policy(valid_from=date(2024, 1, 1), period="daily"), date(2026, 5, 4)) == date(2026, 5, 4)


def test_a_policy_valid_since_the_first_day_of_the_calendar_has_periods() -> None:
    policy = Policy(valid_from=date.min, period="yearly", shift_months=6)

    assert period_start(policy, date(1, 3, 1)) == date.min
    assert period_start(policy, date(2026, 3, 1)) == date(2025, 7, 1)


@given(SHIFTED, PASSED)
def test_a_period_holds_its_day_and_starts_within_the_validity(policy: Policy, passed: int) -> None:
    day = policy.valid_from + timedelta(days=passed)
    start = period_start(policy, day)

    assert policy.valid_from <= start <= day


@given(SHIFTED, PASSED)
def test_the_first_day_of_a_period_belongs_to_it(policy: Policy, passed: int) -> None:
    day = policy.valid_from + timedelta(days=passed)
    start = period_start(policy, day)

    assert period_start(policy, start) == start


@given(SHIFTED, PASSED, PASSED)
def test_a_later_day_never_belongs_to_an_earlier_period(policy: Policy, passed: int, more: int) -> None:
    day = policy.valid_from + timedelta(days=passed)

    assert period_start(policy, day) <= period_start(policy, day + timedelta(days=more))


@given(SHIFTED, PASSED)
def test_a_period_lasts_at_most_its_length(policy: Policy, passed: int) -> None:
    assume(policy.period != "none")
    day = policy.valid_from + timedelta(days=passed)
    longest = {"yearly": 366, "monthly": 31, "daily": 1}[policy.period]

    assert (day - period_start(policy, day)).days < longest


def a_policy(year: int, *, disabled: bool = False, formula: str | None = None) -> Policy:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return Policy(valid_from=first, valid_to=last, disabled=disabled, formula=formula)


def test_a_date_takes_the_policy_that_is_valid_on_it_both_ends_included() -> None:
    numbering = Numbering(code="ORD", policies=(a_policy(2025), a_policy(2026)))

    assert policy_for(numbering, date(2025, 12, 31)) is numbering.policies[0]
    assert policy_for(numbering, date(2026, 1, 1)) is numbering.policies[1]
    assert policy_for(numbering, date(2027, 1, 1)) is None
    assert policy_for(numbering, date(2024, 12, 31)) is None


def test_a_disabled_policy_is_passed_over() -> None:
    numbering = Numbering(code="ORD", policies=(a_policy(2026, disabled=True), a_policy(2026)))

    assert policy_for(numbering, date(2026, 5, 1)) is numbering.policies[1]


def test_a_disabled_numbering_has_no_policy_for_any_date() -> None:
    assert policy_for(Numbering(code="ORD", disabled=True, policies=(a_policy(2026),)), date(2026, 5, 1)) is None


@pytest.mark.parametrize(
    ("of_range", "of_policy", "of_numbering", "won"),
    [
        ("R{number}", "P{number}", "N{number}", "R{number}"),
        (None, "P{number}", "N{number}", "P{number}"),
        ("", "", "N{number}", "N{number}"),
    ],
)
def test_the_formula_is_the_first_of_range_policy_and_numbering(
    of_range: str | None, of_policy: str | None, of_numbering: str, won: str
) -> None:
    numbering = Numbering(code="ORD", formula=of_numbering)

    formula = formula_for(numbering, a_policy(2026, formula=of_policy), Range(start=1, formula=of_range))

    assert formula == Formula.parse(won)


def test_without_any_formula_there_is_none() -> None:
    assert formula_for(Numbering(code="ORD"), a_policy(2026), Range(start=1)) is None


def test_a_formula_that_is_at_fault_is_never_used() -> None:
    with pytest.raises(ValueError, match="exactly once"):
        formula_for(Numbering(code="ORD", formula="{year}"), a_policy(2026), Range(start=1))
