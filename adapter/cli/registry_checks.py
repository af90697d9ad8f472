"""A line of a file of registry entries becomes a row to store, or every fault in it (contract 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from adapter.cli.plain_prices import PlainPrices, is_faultless
from adapter.domain.discounts import parse_discounts
from adapter.domain.reasons import Reason
from adapter.messaging.decoding import Limits, read
from adapter.messaging.validation import validate
from adapter.persistence.registry import entry_json
from adapter.persistence.registry_entries import scope_of
from adapter.persistence.registry_import import EntryRow
from schemas.registry_changed import RegistryChanged

_DISCOUNTS: Final = ("discounts", "final_discounts")


@dataclass(slots=True)
class Checks:
    """Reads lines as the queue of `registry.changed.v1` would read them."""

    limits: Limits
    prices: PlainPrices = field(init=False)

    def __post_init__(self) -> None:
        self.prices = PlainPrices(self.limits.max_bytes)

    def row_of(self, line: bytes) -> EntryRow | list[Reason]:
        return self.prices.row_of(line) or self.in_general(line)

    def in_general(self, line: bytes) -> EntryRow | list[Reason]:
        tree, reasons = read(line, self.limits)
        if tree is None or reasons:
            return reasons
        change = validate(RegistryChanged, tree, self.limits)
        if isinstance(change, list):
            return change
        return list(_discounts(change.entry, "/entry")) or _row(change)


def _row(change: RegistryChanged) -> EntryRow:
    scope = scope_of(change.kind, change.key, change.entry)
    return EntryRow(change.kind, change.key, change.revision, entry_json(change.entry), scope)


def _discounts(node: Any, path: str) -> Iterator[Reason]:
    """What the domain finds wrong with discounts in short notation, wherever they stand."""
    members = node.items() if type(node) is dict else enumerate(node) if type(node) is list else ()
    for name, child in members:
        if type(child) is dict or type(child) is list:
            yield from _discounts(child, f"{path}/{name}")
        elif name in _DISCOUNTS and type(child) is str and not is_faultless(child):
            yield from parse_discounts(child, f"{path}/{name}").reasons
