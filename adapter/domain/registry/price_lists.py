"""Price lists, their lines, and policies of discounts (contract 7, *price_list*, *price*, *discount_policy*)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adapter.domain.registry.terms import DiscountsGiven
from adapter.domain.values import ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityPrice:
    from_: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountBracket:
    from_: Decimal
    discounts: DiscountsGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationPrice:
    destination: str
    price: Decimal
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line of a price list, written in the list itself or as an entry of kind `price` (contract 7).

    `key` and `list`, the list's key, are those of an entry; None where the line is written in its list.
    """

    item: str
    uom: str
    price: Decimal
    variant: str | None = None
    reference_quantity: Decimal = ONE
    bracket: str | None = None
    discounts: DiscountsGiven | None = None
    quantity_prices: tuple[QuantityPrice, ...] = ()
    quantity_discounts: tuple[DiscountBracket, ...] = ()
    value_discounts: tuple[DiscountBracket, ...] = ()
    destinations: tuple[DestinationPrice, ...] = ()
    key: str | None = None
    list: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """A list instance, keyed `type/customer-or-*/currency/valid_from`."""

    key: str
    revision: int = 1
    type: str
    customer: str | None
    currency: str
    valid_from: date
    valid_to: date | None = None
    vat_included: bool = False
    lines: tuple[PriceLine, ...] = ()
    by_item: dict[str, list[PriceLine]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            self.by_item.setdefault(line.item, []).append(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountPolicy:
    """A price-control row (domain.md §4.9): `combination` names the dimensions; values follow by name."""

    code: str
    revision: int = 1
    combination: tuple[str, ...]
    discounts: DiscountsGiven
    priority: int | None = None
    customer: str | None = None
    commercial_category: str | None = None
    item_class: str | None = None
    discount_category: str | None = None
    detail_category: str | None = None
    item: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
