"""Which list types are searched for a line, and in what order (§4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapter.domain.parameters import Parameters
from adapter.domain.registry import Customer, CustomerPriceList
from adapter.domain.trace import Candidate


@dataclass(slots=True)
class Rung:
    """One list type to search; `key` where one list of it was named by its whole key."""

    rule: str
    type: str
    row: CustomerPriceList | None = None
    key: str | None = None


@dataclass(slots=True)
class Ladder:
    """The rungs in order: lists named by the message, then the customer's. `best` compares all of the customer's."""

    named: Sequence[Rung] = ()
    rows: Sequence[Rung] = ()
    best: bool = False
    skipped: Sequence[Candidate] = ()


def searched(customer: Customer, header_list: str | None, line_list: str | None, parameters: Parameters) -> Ladder:
    """A list of the line beats everything, a list of the header comes first, then the customer's rows (§4.3, §4.8)."""
    if line_list:
        skipped = _skip(_by_priority(customer), customer, "a price list chosen on the line comes before every other")
        return Ladder(named=[_named("line_price_list", line_list, customer)], skipped=skipped)
    named = [_named("header_price_list", header_list, customer)] if header_list else []
    rows, skipped = _rows(customer, parameters)
    types = {rung.type for rung in named if rung.key is None}
    return Ladder(named, [rung for rung in rows if rung.type not in types], customer.price_search == "best", skipped)


def _named(rule: str, name: str, customer: Customer) -> Rung:
    type_, slash, _ = name.partition("/")
    row = next((row for row in customer.price_lists if row.type == type_), None)
    return Rung(rule, type_, row, name if slash else None)


def _rows(customer: Customer, parameters: Parameters) -> tuple[list[Rung], list[Candidate]]:
    rows = _by_priority(customer)
    if customer.price_search == "best":
        return [Rung("best_price", row.type, row) for row in rows], []
    defaults = [Rung("default_price_list", row.type, row) for row in rows if row.default]
    others = [row for row in rows if not row.default]
    if not defaults or parameters.search_all_default_price_lists:
        return defaults + [Rung("price_list_by_priority", row.type, row) for row in others], []
    return defaults, _skip(
        others, customer, "only the default list is searched (search_all_default_price_lists is off)"
    )


def _by_priority(customer: Customer) -> list[CustomerPriceList]:
    return sorted(customer.price_lists, key=lambda row: (row.priority is None, row.priority or 0))


def _skip(rows: Sequence[CustomerPriceList], customer: Customer, because: str) -> list[Candidate]:
    return [row_candidate("price_list_by_priority", row.type, customer, because) for row in rows]


def row_candidate(rule: str, type_: str, customer: Customer, because: str) -> Candidate:
    """The customer's registry row of a list type, as the trace tells it."""
    return Candidate(rule, "customer", customer.code, customer.revision, f"{type_}: {because}")
