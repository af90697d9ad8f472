"""Discount policies that contradict each other, told when they are imported (contract 7, §4.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from adapter.cli.registry_importing import Chunk, LineFault, Place
from adapter.domain.conditions.policies import clashes
from adapter.domain.reasons import Reason
from adapter.domain.registry import DiscountPolicy
from adapter.persistence.registry_import import EntryRow
from adapter.persistence.registry_listing import Stored, policy_of


@dataclass(slots=True)
class ImportedPolicies:
    """The policies that an import brought, and where they stand."""

    rows: dict[str, EntryRow] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def take(self, chunk: Chunk) -> None:
        for ref, place in chunk.places.items():
            row = chunk.rows[ref]
            known = self.rows.get(row.key)
            if known is None or known.revision < row.revision:
                self.rows[row.key], self.places[row.key] = row, place

    def faults(self, stored: Mapping[str, DiscountPolicy]) -> Iterator[LineFault]:
        """Every pair of equal priority that could both hit, where the import brought one of them."""
        for pair in clashes(self._together(stored)):
            ours = [policy for policy in pair if policy.code in self.places]
            if ours:
                yield LineFault(*self.places[ours[-1].code], _clash(*pair))

    def _together(self, stored: Mapping[str, DiscountPolicy]) -> Iterable[DiscountPolicy]:
        policies = dict(stored)
        for key, row in self.rows.items():
            if key in stored and stored[key].revision >= row.revision:
                continue
            policies.pop(key, None)
            if row.entry is not None:
                policies[key] = policy_of(Stored(row.kind, key, row.revision, row.entry))
        return policies.values()


def _clash(one: DiscountPolicy, other: DiscountPolicy) -> Reason:
    message = (
        f"Discount policies {one.code} and {other.code} have the same priority {one.priority} and can both apply to"
        " one line on one day. Give them different priorities or periods."
    )
    return Reason("ambiguous_discount", "/entry/priority", message)
