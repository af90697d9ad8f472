"""Items with their units, costs and suppliers (contract 7, *item*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.domain.values import ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUom:
    uom: str
    factor: Decimal = ONE
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCosts:
    standard: Decimal | None = None
    average: Decimal | None = None
    last: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSupplier:
    supplier: str
    supplier_item: str | None = None
    preferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item; `uoms.factor` is main units in one of that unit (a box of 5 → 5)."""

    code: str
    revision: int = 1
    description: str | dict[str, str]
    uom: str
    class_: str | None = None
    uoms: tuple[ItemUom, ...] = ()
    selling_price: Decimal | None = None
    vat_code: str | None = None
    agricultural_vat_code: str | None = None
    barcodes: tuple[str, ...] = ()
    pack_quantity: Decimal | None = None
    running_out_on: date | None = None
    no_commercial_conditions: bool = False
    discount_category: str | None = None
    detail_category: str | None = None
    turnover: str | None = None
    costs: ItemCosts | None = None
    suppliers: tuple[ItemSupplier, ...] = ()
