"""What is told about a numbering before it is used (domain.md N2, N13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapter.domain.numbering import Numbering, Policy, Range, faults

OPEN = Range(start=1)


def a_policy(*ranges: Range, **given: Any) -> Policy:
    return replace(Policy(valid_from=date(2026, 1, 1), ranges=ranges or (OPEN,)), **given)


def a_numbering(*policies: Policy, formula: str | None = None, **given: Any) -> Numbering:
    return replace(Numbering(code="ORD", formula=formula, policies=policies or (a_policy(),)), **given)


def keys(numbering: Numbering) -> list[str]:
    return [fault.key.removeprefix("numbering[0].") for fault in faults(numbering)]


def test_a_sound_numbering_has_no_fault() -> None:
    assert faults(a_numbering(formula="{year}-{number:05}")) == []


def test_a_numbering_without_policies_is_at_fault() -> None:
    assert keys(a_numbering(policies=())) == ["policy"]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"valid_to": date(2025, 12, 31)}, "policy[0].valid_to"),
        ({"period": "weekly"}, "policy[0].period"),
        ({"shift_months": 10**6}, "policy[0].shift_months"),
        ({"shift_days": 10**9}, "policy[0].shift_months"),
        ({"ranges": ()}, "policy[0].range"),
        ({"formula": "{year}"}, "policy[0].formula"),
    ],
)
def test_a_faulty_policy_is_told_by_its_key(wrong: dict[str, Any], key: str) -> None:
    assert keys(a_numbering(a_policy(**wrong))) == [key]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (Range(start=5, end=4), "end"),
        (Range(start=-1), "start"),
        (Range(start=1, end=10**18), "end"),
        (Range(start=5, search_start=4), "search_start"),
        (Range(start=5, end=9, search_start=10), "search_start"),
        (Range(start=1, formula="{number:x}"), "formula"),
    ],
)
def test_a_faulty_range_is_told_by_its_key(wrong: Range, key: str) -> None:
    assert keys(a_numbering(a_policy(wrong))) == [f"policy[0].range[0].{key}"]


@pytest.mark.parametrize("sound", [Range(start=5, end=5), Range(start=5, end=9, search_start=9), Range(start=0)])
def test_a_range_at_its_limits_is_sound(sound: Range) -> None:
    assert faults(a_numbering(a_policy(sound))) == []


def test_a_policy_may_be_valid_on_one_day() -> None:
    assert faults(a_numbering(a_policy(valid_to=date(2026, 1, 1)))) == []


def test_a_range_of_one_policy_may_begin_after_the_one_before() -> None:
    assert faults(a_numbering(a_policy(Range(start=1, end=9), Range(start=10)))) == []


def test_overlapping_policies_are_told() -> None:
    first, second = a_policy(valid_to=date(2026, 12, 31)), a_policy(valid_from=date(2026, 12, 31))

    assert keys(a_numbering(first, second)) == ["policy[1].valid_from"]
    assert keys(a_numbering(second, first)) == ["policy[1].valid_from"]
    assert keys(a_numbering(first, replace(second, valid_from=date(2027, 1, 1)))) == []
    assert keys(a_numbering(first, replace(second, disabled=True))) == []


def test_overlapping_ranges_are_told() -> None:
    policy = a_policy(Range(start=10, end=20), Range(start=1, end=10))

    assert keys(a_numbering(policy)) == ["policy[0].range[1].start"]
    assert keys(a_numbering(replace(policy, ranges=policy.ranges[::-1]))) == ["policy[0].range[1].start"]
    assert keys(a_numbering(replace(policy, ranges=(policy.ranges[0], Range(start=1, end=9))))) == []


def test_a_range_behind_an_endless_one_is_never_reached() -> None:
    assert keys(a_numbering(a_policy(Range(start=100), Range(start=1, end=99)))) == ["policy[0].range[1]"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Range(start=100), Range(start=1, end=99, external=True)),
        (Range(start=100, external=True), Range(start=1, end=99)),
        (Range(start=100, disabled=True), Range(start=1, end=99)),
        (Range(start=100), Range(start=1, end=99, disabled=True)),
    ],
)
def test_a_range_is_reached_past_external_and_disabled_ones(first: Range, second: Range) -> None:
    assert keys(a_numbering(a_policy(first, second))) == []


@pytest.mark.parametrize("switch", ["progressive", "recovery"])
def test_supplied_numbers_are_neither_progressive_nor_recovered(switch: str) -> None:
    policy = a_policy(Range(start=1, external=True), **{switch: True})

    assert keys(a_numbering(policy)) == ["policy[0].range[0].external"]


def test_a_faulty_formula_is_told_with_its_cure() -> None:
    (fault,) = faults(a_numbering(formula="{number:5}"), "numbering[3]")

    assert fault.key == "numbering[3].formula"
    assert fault.message == "{number:5}: {number:5} is not a padding with zeros"
    assert fault.cure == "Write it as in {number:05}"
