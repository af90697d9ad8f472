"""The price lists of the registries, as the price search reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapter.domain.known import Registries
from adapter.domain.registry import Customer, PriceLine, PriceList


@dataclass(slots=True)
class RegistryPriceBook:
    """Lists with their lines, whether written in the list or as entries of kind `price` (contract 7).

    Serves one order: which lists there are is looked up once.
    """

    registries: Registries
    _lists: dict[tuple[str, str | None, str], Sequence[PriceList]] = field(default_factory=dict)

    def instances(
        self, type_: str, customer: str | None, currency: str, item: str
    ) -> Sequence[tuple[PriceList, Sequence[PriceLine]]]:
        lists = self._newest_first(type_, customer, currency)
        if not lists:
            return ()
        entries = _by_list(self.registries.prices(type_, customer, currency, item))
        found = []
        for one in lists:
            lines = [*one.by_item.get(item, ()), *entries.get(one.key, ())]
            if lines:
                found.append((one, lines))
        return found

    def _newest_first(self, type_: str, customer: str | None, currency: str) -> Sequence[PriceList]:
        scope = type_, customer, currency
        if scope not in self._lists:
            lists = self.registries.price_lists(*scope)
            self._lists[scope] = sorted(lists, key=lambda one: one.valid_from, reverse=True)
        return self._lists[scope]


def _by_list(lines: Iterable[PriceLine]) -> Mapping[str | None, Sequence[PriceLine]]:
    """Entries of kind `price` by the key of the list that they belong to."""
    found = defaultdict(list)
    for line in lines:
        found[line.list].append(line)
    return found


def want_prices(
    registries: Registries, customer: Customer, named: Iterable[str], currency: str, items: Iterable[str]
) -> None:
    """Say what a price search for these items will look at; `named` are lists that the message names.

    Lines are asked for of those lists only that there are: most customers have none of their own.

    Raises:
        NotLoaded: some of it is not in memory.
    """
    types = dict.fromkeys([*(name.partition("/")[0] for name in named), *(row.type for row in customer.price_lists)])
    scopes = [f"{type_}/{owner}/{currency}" for type_ in types for owner in (customer.code, "*")]
    registries.want([("price_list@", scope) for scope in scopes])
    kept = [scope for scope in scopes if registries.entries["price_list@", scope]]
    wanted = dict.fromkeys(items)
    registries.want([("price@", f"{scope}/{item}") for scope in kept for item in wanted])
