"""The price lists of the registries, as the price search reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapter.domain.known import Registries
from adapter.domain.registry import Customer, PriceLine, PriceList


@dataclass(frozen=True, slots=True)
class RegistryPriceBook:
    """Lists with their lines, whether written in the list or as entries of kind `price` (contract 7)."""

    registries: Registries

    def instances(
        self, type_: str, customer: str | None, currency: str, item: str
    ) -> Sequence[tuple[PriceList, Sequence[PriceLine]]]:
        lists = self.registries.price_lists(type_, customer, currency)
        if not lists:
            return ()
        entries = self.registries.prices(type_, customer, currency, item)
        found = []
        for one in lists:
            lines = [*one.by_item.get(item, ()), *_belonging(entries, one)]
            if lines:
                found.append((one, lines))
        return found


def _belonging(lines: Iterable[PriceLine], to: PriceList) -> list[PriceLine]:
    prefix = f"{to.key}/"
    return [line for line in lines if line.key is not None and line.key.startswith(prefix)]


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
