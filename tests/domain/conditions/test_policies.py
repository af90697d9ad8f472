"""Price control (§4.9): the lowest priority first, the first hit wins, in addition to the list's discounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from conditions_given import DAY, customer, item, row
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.conditions.policies import Policies, PolicyFound, clashes, find_policy
from adapter.domain.registry import DiscountPolicy

BUYER = customer(commercial_category="GOLD")
PAINT = item(class_="PNT", discount_category="D1", detail_category="X1")
MANAGED = row(price_management=True)
DIMENSIONS = ["customer", "commercial_category", "item_class", "discount_category", "detail_category", "item"]
VALUES = dict(zip(DIMENSIONS, ["C1", "GOLD", "PNT", "D1", "X1", "A1"], strict=True))


def policy(code: str, *combination: str, priority: int | None = 1, **fields: Any) -> DiscountPolicy:
    values = {name: VALUES[name] for name in combination} | fields
    return DiscountPolicy(code=code, combination=combination, discounts="5", priority=priority, **values)


def find(*policies: DiscountPolicy, day: date = DAY) -> PolicyFound:
    return find_policy(BUYER, PAINT, day, MANAGED, Policies(policies), "/offers/0/lines/0")


def found_code(found: PolicyFound) -> str | None:
    return found.policy.code if found.policy else None


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_policy_hits_by_any_dimension(dimension: str) -> None:
    assert found_code(find(policy("P", dimension))) == "P"
    another: dict[str, Any] = {dimension: "other"}
    assert found_code(find(replace(policy("P", dimension), **another))) is None


def test_every_dimension_of_the_combination_must_agree() -> None:
    assert found_code(find(policy("P", "customer", "item", item="B2"))) is None
    assert found_code(find(policy("P", "customer", "item"))) == "P"


def test_a_dimension_outside_the_combination_does_not_count() -> None:
    assert found_code(find(policy("P", "customer", item="B2"))) == "P"


def test_a_combination_without_its_value_never_hits() -> None:
    assert found_code(find(policy("P", "customer", customer=None))) is None


def test_the_lowest_priority_wins_and_the_others_say_why_not() -> None:
    found = find(policy("LATE", "item", priority=20), policy("EARLY", "customer", priority=10))
    assert found_code(found) == "EARLY"
    assert [(lost.key, lost.because) for lost in found.lost] == [("LATE", "EARLY has the lower priority 10")]


@pytest.mark.parametrize(("day", "hit"), [(9, None), (10, "P"), (20, "P"), (21, None)])
def test_a_policy_holds_from_its_first_to_its_last_day(day: int, hit: str | None) -> None:
    bounded = policy("P", "item", valid_from=date(2026, 6, 10), valid_to=date(2026, 6, 20))
    assert found_code(find(bounded, day=date(2026, 6, day))) == hit


def test_a_combination_without_priority_is_not_tried() -> None:
    found = find(policy("P", "item", priority=None))
    assert found.policy is None
    assert found.lost[0].because == "it has no priority, so its combination is not tried"


def test_without_price_management_on_the_row_nothing_is_tried() -> None:
    for unmanaged in (None, row()):
        found = find_policy(BUYER, PAINT, DAY, unmanaged, Policies([policy("P", "item")]))
        assert found.policy is None
        assert found.lost[0].because == "price management is off on the price list's row"


def test_two_hits_of_equal_priority_are_ambiguous() -> None:
    found = find(policy("P", "item"), policy("Q", "customer"))
    assert found.policy is None
    assert [(reason.code, reason.data["policies"]) for reason in found.reasons] == [("ambiguous_discount", ["P", "Q"])]


def test_equal_priorities_behind_the_winner_do_no_harm() -> None:
    found = find(policy("P", "item", priority=2), policy("Q", "customer", priority=2), policy("R", "item", priority=1))
    assert (found_code(found), found.reasons) == ("R", ())


def test_a_clash_is_told_for_policies_that_could_meet_on_one_line() -> None:
    by_item, by_customer = policy("P", "item"), policy("Q", "customer")
    assert clashes([by_item, by_customer]) == [(by_item, by_customer)]


@pytest.mark.parametrize(
    "other",
    [
        policy("Q", "item", item="B2"),
        policy("Q", "customer", "item", item="B2"),
        policy("Q", "item", priority=2),
        policy("Q", "item", priority=None),
        policy("Q", "item", item=None),
        policy("Q", "item", valid_from=date(2026, 7, 1)),
    ],
)
def test_policies_that_cannot_meet_do_not_clash(other: DiscountPolicy) -> None:
    assert clashes([policy("P", "item", valid_to=date(2026, 6, 30)), other]) == []


def test_periods_that_share_one_day_clash() -> None:
    first = policy("P", "item", valid_to=date(2026, 6, 30))
    assert len(clashes([first, policy("Q", "item", valid_from=date(2026, 6, 30))])) == 1


@given(st.lists(st.tuples(st.sets(st.sampled_from(DIMENSIONS), min_size=1), st.integers(1, 4)), max_size=6))
def test_policies_that_do_not_clash_are_never_ambiguous(rows: list[tuple[set[str], int]]) -> None:
    policies = [policy(f"P{i}", *sorted(names), priority=order) for i, (names, order) in enumerate(rows)]
    assert bool(find(*policies).reasons) <= bool(clashes(policies))
