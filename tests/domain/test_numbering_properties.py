"""Drawing and what is used, against the reference algorithm written down literally (domain.md §7.2b)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.numbering import Drawn, Gap, Policy, Range, RangeState, SeriesState, draw

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 9).map(lambda passed: FIRST + timedelta(days=passed))
USED = st.dictionaries(st.integers(1, 40), DAYS, max_size=25)


@st.composite
def ranges(draws: st.DrawFn) -> tuple[Range, ...]:
    found, start = [], draws(st.integers(1, 3))
    for _ in range(draws(st.integers(1, 3))):
        end = start + draws(st.integers(0, 9))
        search_start = draws(st.none() | st.integers(start, end))
        external, disabled = draws(st.booleans()), draws(st.booleans())
        found.append(Range(start=start, search_start=search_start, end=end, external=external, disabled=disabled))
        start = end + draws(st.integers(1, 3))
    if draws(st.booleans()):
        found.append(Range(start=start))
    return tuple(found)


POLICIES = st.builds(
    Policy, valid_from=st.just(FIRST), progressive=st.booleans(), recovery=st.booleans(), ranges=ranges()
)
INTERNAL = st.builds(
    Policy,
    valid_from=st.just(FIRST),
    progressive=st.booleans(),
    recovery=st.booleans(),
    ranges=ranges().map(lambda found: tuple(each for each in found if not each.external)),
)
STEPS = st.lists(st.tuples(DAYS, st.none() | st.integers(0, 40)), max_size=40)


def monotone(used: Mapping[int, date], number: int, day: date) -> bool:
    return all((m > number or on <= day) and (m < number or on >= day) for m, on in used.items())


def expected(policy: Policy, all_used: Mapping[int, date], day: date, supplied: int | None) -> int | str:
    enabled = [each for each in policy.ranges if not each.disabled]
    if supplied is not None:
        return expected_supplied([each for each in enabled if each.external], all_used, supplied)
    curable = False
    for each in enabled:
        if each.external:
            return "number_required"
        used = {n: on for n, on in all_used.items() if each.start <= n and (each.end is None or n <= each.end)}
        lowest = max(each.start, each.search_start or each.start)
        following = max((n for n in used if n >= lowest), default=lowest - 1) + 1
        free = [n for n in range(lowest, following) if n not in used] if policy.recovery else []
        inside = [n for n in [*free, following] if each.end is None or n <= each.end]
        for number in inside:
            if not policy.progressive or monotone(used, number, day):
                return number
        curable = curable or following in inside
    return "no_number_for_date" if curable else "range_exhausted"


def expected_supplied(external: list[Range], used: Mapping[int, date], supplied: int) -> int | str:
    if not any(each.start <= supplied and (each.end is None or supplied <= each.end) for each in external):
        return "invalid"
    return "number_taken" if supplied in used else supplied


@given(POLICIES, USED, STEPS)
def test_drawing_follows_the_reference_algorithm(
    policy: Policy, used: dict[int, date], steps: list[tuple[date, int | None]]
) -> None:
    state = SeriesState.of("ORD", FIRST, policy, used)
    for day, supplied in steps:
        found = draw(policy, state, day, supplied)
        assert (found.number if isinstance(found, Drawn) else found.code) == expected(policy, used, day, supplied)
        if isinstance(found, Drawn):
            state.ranges[found.range_index].use(found.number, day)
            used[found.number] = day


def all_drawn(policy: Policy, days: list[date]) -> list[dict[int, date]]:
    state = SeriesState.of("ORD", FIRST, policy, {})
    found: list[dict[int, date]] = [{} for _ in policy.ranges]
    for day in days:
        drawn = draw(policy, state, day)
        if isinstance(drawn, Drawn):
            assert drawn.number not in found[drawn.range_index]
            state.ranges[drawn.range_index].use(drawn.number, day)
            found[drawn.range_index][drawn.number] = day
    return found


@given(INTERNAL, st.lists(DAYS, max_size=40))
def test_what_is_drawn_has_no_holes_and_no_number_twice(policy: Policy, days: list[date]) -> None:
    for each, numbers in zip(policy.ranges, all_drawn(policy, days), strict=True):
        assert sorted(numbers) == list(range(each.lowest, each.lowest + len(numbers)))
        assert all(each.holds(number) for number in numbers)


@given(USED, st.lists(DAYS, max_size=20), st.booleans())
def test_progressive_numbers_of_a_range_are_in_date_order(
    scattered: dict[int, date], days: list[date], recovery: bool
) -> None:
    policy = Policy(valid_from=FIRST, progressive=True, recovery=recovery, ranges=(Range(start=1),))
    used = dict(zip(sorted(scattered), sorted(scattered.values()), strict=True))
    state = SeriesState.of("ORD", FIRST, policy, used)
    for day in days:
        found = draw(policy, state, day)
        if isinstance(found, Drawn):
            state.ranges[0].use(found.number, day)
            used[found.number] = day

    assert [used[number] for number in sorted(used)] == sorted(used.values())


@given(st.sets(st.integers(1, 60), max_size=40))
def test_recovery_fills_every_hole_from_the_lowest_and_then_goes_on(numbers: set[int]) -> None:
    policy = Policy(valid_from=FIRST, recovery=True, ranges=(Range(start=1),))
    state = SeriesState.of("ORD", FIRST, policy, dict.fromkeys(numbers, FIRST))
    missing = [n for n in range(1, 62) if n not in numbers]
    found = []
    for _ in missing:
        drawn = draw(policy, state, FIRST)
        assert isinstance(drawn, Drawn)
        state.ranges[0].use(drawn.number, FIRST)
        found.append(drawn.number)

    assert found == missing


def state_by_definition(start: int, used: Mapping[int, date]) -> RangeState:
    if not used:
        return RangeState(start)
    gaps: list[Gap] = []
    for number in (n for n in range(start, max(used)) if n not in used):
        if gaps and gaps[-1].last == number - 1:
            gaps[-1].last = number
        else:
            before = max((on for n, on in used.items() if n < number), default=None)
            gaps.append(Gap(number, number, before, min(on for n, on in used.items() if n > number)))
    return RangeState(start, max(used), max(used.values()), gaps)


@given(st.integers(-2, 3), USED, st.randoms(use_true_random=False))
def test_a_state_says_what_is_used_in_whatever_order_it_was(
    start: int, used: dict[int, date], shuffler: random.Random
) -> None:
    used = {number: day for number, day in used.items() if number >= start}
    order = list(used)
    shuffler.shuffle(order)
    state = RangeState(start)
    for number in order:
        state.use(number, used[number])

    assert state == state_by_definition(start, used)
    assert RangeState.of(used, Range(start=start)) == state


@given(USED)
def test_a_number_is_used_or_free(used: dict[int, date]) -> None:
    state = RangeState.of(used, Range(start=3, end=30))

    assert [n for n in range(-1, 45) if state.is_used(n)] == sorted(n for n in used if 3 <= n <= 30)


@pytest.mark.parametrize("number", [4, 5, 9])
def test_a_number_that_is_not_free_cannot_be_used(number: int) -> None:
    state = RangeState.of({5: FIRST, 9: FIRST}, Range(start=5))

    with pytest.raises(ValueError, match=f"{number} is not free"):
        state.use(number, FIRST)


def test_numbers_taken_in_order_leave_nothing_to_walk() -> None:
    state = RangeState(1)
    for number in range(1, 2001):
        state.use(number, FIRST + timedelta(days=2000 - number))

    assert (state.highest, state.latest, state.gaps) == (2000, FIRST + timedelta(days=1999), [])
