"""Discount policies, also called price control: a discount for a combination of customer and item (§4.9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise, product
from typing import Any

from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, CustomerPriceList, DiscountPolicy, Item
from adapter.domain.trace import Candidate

_NOT_MANAGED = Candidate("discount_policy", "customer", because="price management is off on the price list's row")


@dataclass(frozen=True, slots=True)
class PolicyFound:
    """The policy whose discounts a line gets in addition to the list's, or None; what lost; an ambiguity."""

    policy: DiscountPolicy | None = None
    lost: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def won(self) -> Candidate | None:
        return candidate_of(self.policy, "") if self.policy else None


def candidate_of(policy: DiscountPolicy, because: str) -> Candidate:
    return Candidate("discount_policy", "discount_policy", policy.code, policy.revision, because)


def find_policy(
    customer: Customer,
    item: Item,
    day: date,
    row: CustomerPriceList | None,
    policies: Sequence[DiscountPolicy],
    path: str = "",
) -> PolicyFound:
    """The first hit by ascending priority, where the winning price-list row has price management (§4.9).

    A policy without priority is not tried: its combination is not listed. Two hits of equal priority are
    `ambiguous_discount`.
    """
    if row is None or not row.price_management:
        return PolicyFound(lost=(_NOT_MANAGED,))
    facts = _facts(customer, item)
    hits = [policy for policy in policies if _speaks_of(policy, facts)]
    untried = [candidate_of(policy, because) for policy in hits if (because := _untried(policy, day))]
    tried = sorted((policy for policy in hits if not _untried(policy, day)), key=_priority)
    return _choose(tried, tuple(untried), path)


def _facts(customer: Customer, item: Item) -> dict[str, str | None]:
    return {
        "customer": customer.code,
        "commercial_category": customer.commercial_category,
        "item_class": item.class_,
        "discount_category": item.discount_category,
        "detail_category": item.detail_category,
        "item": item.code,
    }


def _speaks_of(policy: DiscountPolicy, facts: dict[str, str | None]) -> bool:
    for name in policy.combination:
        value = getattr(policy, name)
        if value is None or value != facts[name]:
            return False
    return True


def _untried(policy: DiscountPolicy, day: date) -> str:
    if policy.priority is None:
        return "it has no priority, so its combination is not tried"
    begun = policy.valid_from is None or policy.valid_from <= day
    ended = policy.valid_to is not None and policy.valid_to < day
    return "" if begun and not ended else f"not valid on {day}"


def _priority(policy: DiscountPolicy) -> int:
    return policy.priority or 0


def _choose(tried: Sequence[DiscountPolicy], untried: tuple[Candidate, ...], path: str) -> PolicyFound:
    if not tried:
        return PolicyFound(lost=untried)
    first, *others = tried
    equal = [policy.code for policy in others if policy.priority == first.priority]
    if equal:
        return PolicyFound(lost=untried, reasons=(_ambiguous([first.code, *equal], first.priority, path),))
    lost = [candidate_of(policy, f"{first.code} has the lower priority {first.priority}") for policy in others]
    return PolicyFound(first, (*lost, *untried))


def _ambiguous(codes: Sequence[str], priority: int | None, path: str) -> Reason:
    names = ", ".join(codes)
    cure = "Give them different priorities or periods."
    message = f"Discount policies {names} of the same priority {priority} both apply to this line. {cure}"
    return Reason("ambiguous_discount", path, message, {"policies": list(codes), "priority": priority})


def clashes(policies: Iterable[DiscountPolicy]) -> list[tuple[DiscountPolicy, DiscountPolicy]]:
    """Pairs of equal priority that could both hit one line on one day: a fault of the configuration (contract 7)."""
    by_priority: dict[int, list[DiscountPolicy]] = defaultdict(list)
    for policy in policies:
        if policy.priority is not None and _can_hit(policy):
            by_priority[policy.priority].append(policy)
    return [pair for equal in by_priority.values() for pair in _meeting(equal) if _same_day(*pair)]


def _can_hit(policy: DiscountPolicy) -> bool:
    return all(getattr(policy, name) is not None for name in policy.combination)


def _meeting(policies: Sequence[DiscountPolicy]) -> Iterator[tuple[DiscountPolicy, DiscountPolicy]]:
    """Pairs that agree in every dimension both of them look at."""
    groups: dict[frozenset[str], list[DiscountPolicy]] = defaultdict(list)
    for policy in policies:
        groups[frozenset(policy.combination)].append(policy)
    for dimensions, group in groups.items():
        for equals in _by_values(group, dimensions).values():
            yield from combinations(equals, 2)
    for (ours, group), (theirs, other) in combinations(groups.items(), 2):
        yield from _across(_by_values(group, ours & theirs), _by_values(other, ours & theirs))


def _across(
    ours: dict[Any, list[DiscountPolicy]], theirs: dict[Any, list[DiscountPolicy]]
) -> Iterator[tuple[DiscountPolicy, DiscountPolicy]]:
    for values in ours.keys() & theirs.keys():
        yield from product(ours[values], theirs[values])


def _by_values(policies: Iterable[DiscountPolicy], dimensions: frozenset[str]) -> dict[Any, list[DiscountPolicy]]:
    found: dict[Any, list[DiscountPolicy]] = defaultdict(list)
    for policy in policies:
        found[tuple(getattr(policy, name) for name in sorted(dimensions))].append(policy)
    return found


def _same_day(one: DiscountPolicy, other: DiscountPolicy) -> bool:
    periods = sorted(((p.valid_from or date.min, p.valid_to or date.max) for p in (one, other)), key=lambda p: p[0])
    return all(later[0] <= earlier[1] for earlier, later in pairwise(periods))
