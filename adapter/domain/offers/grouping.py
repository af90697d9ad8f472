"""Which offers of one message share a customer order (§2.5): `summary` is the master switch, every other flag parts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from adapter.domain.registry import GroupingRow, Payment

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingFacts:
    """What a source document is grouped by; terms that it leaves out are those of the registry."""

    customer: str
    order_type: str
    currency: str
    document_type: str
    year: int
    month: int
    exchange_rate: Decimal | None
    project: str | None
    payments: tuple[Payment, ...]
    destination: Hashable
    carrier: str | None


_PARTED_BY: Final[dict[str, Callable[[GroupingFacts], Hashable]]] = {
    "document_type": lambda facts: facts.document_type,
    "year": lambda facts: facts.year,
    "month": lambda facts: facts.month,
    "exchange": lambda facts: facts.exchange_rate,
    "project": lambda facts: facts.project,
    "payment": lambda facts: facts.payments,
    "destination": lambda facts: (facts.destination, facts.carrier),
}


def _key(facts: GroupingFacts, row: GroupingRow, alone: int) -> Hashable:
    if not row.summary:
        return alone
    always = (facts.customer, facts.order_type, facts.currency)
    return always, tuple(part(facts) for flag, part in _PARTED_BY.items() if getattr(row, flag))


def group(sources: Sequence[T], facts: Sequence[GroupingFacts], rows: Sequence[GroupingRow]) -> list[list[T]]:
    """Part `sources`, each with its facts and its customer's grouping row; message order is kept."""
    groups: dict[Hashable, list[T]] = {}
    for index, source in enumerate(sources):
        groups.setdefault(_key(facts[index], rows[index], index), []).append(source)
    return list(groups.values())
