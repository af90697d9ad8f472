"""Which number a document gets (domain.md N7–N13, §7.2b, §7.3, §7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from adapter.domain.numbering import Drawn, NoNumber, Policy, Range, SeriesState, draw, near_end

FIRST = date(2026, 1, 1)
REFUSED = "no_number_for_date"


def january(day: int) -> date:
    return date(2026, 1, day)


def a_policy(*ranges: Range, progressive: bool = False, recovery: bool = False) -> Policy:
    return Policy(valid_from=FIRST, progressive=progressive, recovery=recovery, ranges=ranges or (Range(start=1),))


def drawn(policy: Policy, used: Mapping[int, date], day: date = FIRST, supplied: int | None = None) -> int | str:
    found = draw(policy, SeriesState.of("ORD", FIRST, policy, used), day, supplied)
    return found.number if isinstance(found, Drawn) else found.code


def all_on(day: date, *numbers: int) -> dict[int, date]:
    return dict.fromkeys(numbers, day)


@pytest.mark.parametrize(
    ("day", "both", "progressive", "recovery", "neither"),
    [
        (3, REFUSED, REFUSED, 3, 5),
        (5, 3, REFUSED, 3, 5),
        (7, 3, REFUSED, 3, 5),
        (10, 3, 5, 3, 5),
        (12, 5, 5, 3, 5),
    ],
)
def test_the_worked_example_of_a_deleted_third_order(
    day: int, both: int | str, progressive: int | str, recovery: int, neither: int
) -> None:
    used = {1: january(2), 2: january(5), 4: january(10)}

    assert drawn(a_policy(progressive=True, recovery=True), used, january(day)) == both
    assert drawn(a_policy(progressive=True), used, january(day)) == progressive
    assert drawn(a_policy(recovery=True), used, january(day)) == recovery
    assert drawn(a_policy(), used, january(day)) == neither


def test_numbers_go_on_from_the_highest() -> None:
    assert drawn(a_policy(), all_on(FIRST, *range(1, 813))) == 813


def test_a_new_period_starts_at_the_start_of_the_range() -> None:
    assert drawn(a_policy(Range(start=100)), {}) == 100


def test_recovery_searches_from_the_search_start() -> None:
    used = all_on(FIRST, *(n for n in range(1, 500) if n != 37), 501)

    assert drawn(a_policy(Range(start=1, search_start=500), recovery=True), used) == 500
    assert drawn(a_policy(Range(start=1), recovery=True), used) == 37


def test_the_first_number_is_the_search_start_whatever_is_used_below_it() -> None:
    policy = a_policy(Range(start=1, search_start=500))

    assert drawn(policy, {}) == 500
    assert drawn(policy, all_on(FIRST, 1, 2)) == 500


def test_a_full_range_is_exhausted() -> None:
    assert drawn(a_policy(Range(start=1, end=3)), all_on(FIRST, 1, 2, 3)) == "range_exhausted"


def test_after_a_full_range_comes_the_next() -> None:
    policy = a_policy(Range(start=1, end=3), Range(start=50))

    assert drawn(policy, all_on(FIRST, 1, 2, 3)) == 50
    assert drawn(policy, all_on(FIRST, 1, 2, 3, 50)) == 51


def test_an_end_that_was_lowered_below_what_is_used_exhausts_the_range() -> None:
    state = SeriesState.of("ORD", FIRST, a_policy(), all_on(FIRST, 1, 9))

    for recovery in (True, False):
        policy = a_policy(Range(start=2, end=1), recovery=recovery)
        found = draw(policy, state, FIRST)
        assert isinstance(found, NoNumber)
        assert found.code == "range_exhausted"


def test_dates_may_exhaust_a_range_that_recovery_alone_would_fill() -> None:
    used, limited = all_on(january(1), 1, 3), Range(start=1, end=3)

    assert drawn(a_policy(limited, recovery=True), used, january(2)) == 2
    assert drawn(a_policy(limited, recovery=True, progressive=True), used, january(2)) == "range_exhausted"


def test_a_later_date_cures_the_last_range_even_behind_a_full_one() -> None:
    policy = a_policy(Range(start=1, end=1), Range(start=5), progressive=True)

    assert drawn(policy, {1: january(2), 5: january(9)}, january(8)) == REFUSED


def test_the_message_about_a_date_tells_from_when_there_are_numbers() -> None:
    policy = a_policy(progressive=True)
    found = draw(policy, SeriesState.of("ORD", FIRST, policy, {1: january(9)}), january(8))

    assert isinstance(found, NoNumber)
    assert "No numbers are available on 2026-01-08" in found.message
    assert "2026-01-09 or later" in found.message


def test_a_disabled_range_is_passed_over() -> None:
    assert drawn(a_policy(Range(start=1, disabled=True), Range(start=70)), {}) == 70
    assert drawn(a_policy(Range(start=1, disabled=True)), {}) == "range_exhausted"


def test_deleting_the_highest_number_gives_it_back_even_without_recovery() -> None:
    used = all_on(FIRST, 1, 2, 3)
    assert drawn(a_policy(), used) == 4

    del used[3]
    assert drawn(a_policy(), used) == 3


@pytest.mark.parametrize(
    ("supplied", "result"),
    [(None, "number_required"), (10, 10), (19, 19), (12, "number_taken"), (9, "invalid"), (20, "invalid")],
)
def test_numbers_of_an_external_range_are_supplied_within_it_and_once(supplied: int | None, result: int | str) -> None:
    policy = a_policy(Range(start=10, end=19, external=True))

    assert drawn(policy, all_on(FIRST, 12, 15), supplied=supplied) == result


def test_a_supplied_number_may_lie_below_the_search_start() -> None:
    assert drawn(a_policy(Range(start=1, search_start=500, external=True)), {}, supplied=7) == 7


def test_a_supplied_number_without_an_external_range_is_invalid() -> None:
    assert drawn(a_policy(), {}, supplied=7) == "invalid"
    assert drawn(a_policy(Range(start=1), Range(start=5, external=True, disabled=True)), {}, supplied=7) == "invalid"


def test_a_supplied_number_looks_past_ranges_that_are_drawn_from() -> None:
    policy = a_policy(Range(start=1, end=99), Range(start=100, external=True))
    found = draw(policy, SeriesState.of("ORD", FIRST, policy, {}), FIRST, 100)

    assert found == Drawn(range_index=1, number=100)


def test_a_number_is_asked_for_once_the_drawn_ranges_before_are_full() -> None:
    policy = a_policy(Range(start=1, end=1), Range(start=100, external=True))

    assert drawn(policy, {}) == 1
    assert drawn(policy, {1: FIRST}) == "number_required"


def test_a_supplied_number_may_be_dated_in_any_order() -> None:
    assert drawn(a_policy(Range(start=1, external=True)), {5: january(20)}, january(1), supplied=9) == 9


def test_many_numbers_are_drawn_one_after_another_from_one_state() -> None:
    policy = a_policy(Range(start=1, end=2), Range(start=10))
    state, numbers = SeriesState.of("ORD", FIRST, policy, {}), []
    for _ in range(4):
        found = draw(policy, state, FIRST)
        assert isinstance(found, Drawn)
        state.ranges[found.range_index].use(found.number, FIRST)
        numbers.append(found.number)

    assert numbers == [1, 2, 10, 11]


@pytest.mark.parametrize(("used", "left"), [(94, None), (95, 5), (100, 0)])
def test_the_end_is_near_when_a_twentieth_is_left(used: int, left: int | None) -> None:
    policy = a_policy(Range(start=1, end=60), Range(start=61, end=100))

    assert near_end(policy, SeriesState.of("ORD", FIRST, policy, all_on(FIRST, *range(1, used + 1)))) == left


def test_holes_count_as_left_where_they_are_recovered() -> None:
    used = all_on(FIRST, *range(3, 101))
    recovering, not_recovering = a_policy(Range(start=1, end=100), recovery=True), a_policy(Range(start=1, end=100))

    assert near_end(recovering, SeriesState.of("ORD", FIRST, recovering, used)) == 2
    assert near_end(not_recovering, SeriesState.of("ORD", FIRST, not_recovering, used)) == 0


@pytest.mark.parametrize("endless", [Range(start=1), Range(start=1, end=9, external=True)])
def test_what_has_no_end_or_is_supplied_is_never_near_its_end(endless: Range) -> None:
    policy = a_policy(endless)

    assert near_end(policy, SeriesState.of("ORD", FIRST, policy, all_on(FIRST, *range(1, 10)))) is None
