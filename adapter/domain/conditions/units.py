"""Quantities of an item from one of its units to another."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from adapter.domain.registry import Item, ItemUom
from adapter.domain.values import ONE

EIGHT: Final = Decimal("1e-8")


def eight(value: Decimal) -> Decimal:
    """A price, quantity or amount with at most the 8 decimals that the contract writes."""
    exponent = value.as_tuple().exponent
    return value.quantize(EIGHT, ROUND_HALF_UP) if isinstance(exponent, int) and exponent < -8 else value


def factor_of(item: Item, uom: str) -> Decimal | None:
    """Main units in one `uom` (a box of 5: 5); None where the item does not know the unit."""
    if uom == item.uom:
        return ONE
    return next((known.factor for known in item.uoms if known.uom == uom), None)


def convert_quantity(item: Item, quantity: Decimal, from_: str, to: str) -> Decimal | None:
    """The quantity in another unit of the item, at most 8 decimals; None where the item does not know a unit."""
    if from_ == to:
        return quantity
    source, target = factor_of(item, from_), factor_of(item, to)
    if source is None or not target:
        return None
    return eight(quantity * source / target)


def default_alternative(item: Item) -> ItemUom | None:
    """The alternative unit flagged default."""
    return next((known for known in item.uoms if known.default and known.uom != item.uom), None)
