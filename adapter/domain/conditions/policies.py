"""Discount policies, also called price control: a discount for a combination of customer and item (§4.9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, CustomerPriceList, DiscountPolicy, Item
from adapter.domain.trace import Candidate

_NOT_MANAGED = Candidate("discount_policy", "customer", because="price management is off on the price list's row")


class PolicyFound(NamedTuple):
    """The policy whose discounts a line gets in addition to the list's, or None; what lost; an ambiguity."""

    policy: DiscountPolicy | None = None
    lost: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()


def candidate_of(policy: DiscountPolicy, because: str) -> Candidate:
    return Candidate("discount_policy", "discount_policy", policy.code, policy.revision, because)


class Policies:
    """Discount policies by the values that they speak of, so that a line is compared with few of them."""

    def __init__(self, entries: Sequence[DiscountPolicy]) -> None:
        self.entries = entries
        self._by_values = [
            (tuple(sorted(dimensions)), _by_values(group, dimensions))
            for dimensions, group in _by_dimensions(entries).items()
        ]
        self._place = {policy.code: place for place, policy in enumerate(entries)}

    def speaking_of(self, customer: Customer, item: Item) -> list[DiscountPolicy]:
        """In the order of the entries."""
        facts = _facts(customer, item)
        found: list[DiscountPolicy] = []
        for dimensions, by_values in self._by_values:
            found += by_values.get(tuple([facts[name] for name in dimensions]), ())
        return sorted(found, key=lambda policy: self._place[policy.code])


def find_policy(
    customer: Customer,
    item: Item,
    day: date,
    row: CustomerPriceList | None,
    policies: Policies,
    path: str = "",
) -> PolicyFound:
    """The first hit by ascending priority, where the winning price-list row has price management (§4.9).

    A policy without priority is not tried: its combination is not listed. Two hits of equal priority are
    `ambiguous_discount`.
    """
    if row is None or not row.price_management:
        return PolicyFound(lost=(_NOT_MANAGED,))
    hits = policies.speaking_of(customer, item)
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
        if policy.priority is not None:
            by_priority[policy.priority].append(policy)
    return [pair for equal in by_priority.values() for pair in _meeting(equal) if _same_day(*pair)]


def _can_hit(policy: DiscountPolicy) -> bool:
    return all(getattr(policy, name) is not None for name in policy.combination)


def _meeting(policies: Sequence[DiscountPolicy]) -> Iterator[tuple[DiscountPolicy, DiscountPolicy]]:
    """Pairs that agree in every dimension both of them look at."""
    groups = _by_dimensions(policies)
    for dimensions, group in groups.items():
        for equals in _by_values(group, dimensions).values():
            yield from combinations(equals, 2)
    for (ours, group), (theirs, other) in combinations(groups.items(), 2):
        yield from _across(_by_values(group, ours & theirs), _by_values(other, ours & theirs))


def _by_dimensions(policies: Iterable[DiscountPolicy]) -> dict[frozenset[str], list[DiscountPolicy]]:
    """Those that can hit, by what their combination looks at."""
    groups: dict[frozenset[str], list[DiscountPolicy]] = defaultdict(list)
    for policy in policies:
        if _can_hit(policy):
            groups[frozenset(policy.combination)].append(policy)
    return groups


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
