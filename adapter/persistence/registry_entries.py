"""From an entry as it is stored to what the domain reads, and what it is looked up by."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from adapter.domain import registry as known

_KINDS: Final[dict[str, type]] = {
    "customer": known.Customer,
    "item": known.Item,
    "price_list": known.PriceList,
    "price": known.PriceLine,
    "payment_type": known.PaymentType,
    "payment_solution": known.PaymentSolution,
    "discount_type": known.DiscountType,
    "expense_type": known.ExpenseType,
    "discount_policy": known.DiscountPolicy,
    "vat_code": known.VatCode,
    "currency": known.Currency,
    "uom": known.Uom,
    "exchange_rate": known.ExchangeRate,
    "project": known.Project,
}
KINDS: Final = tuple(_KINDS)

# Words of the contract that Python keeps for itself.
_RENAMED: Final = {"class": "class_", "from": "from_"}


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[kind])


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_RENAMED.get(name, name): _renamed(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_renamed(part) for part in value]
    return value


def price_list_key(key: str) -> tuple[str, str, str, str]:
    """type, customer or `*`, currency, valid_from: only the customer's code may hold a slash (contract 7)."""
    type_, rest = key.split("/", 1)
    rest, valid_from = rest.rsplit("/", 1)
    customer, currency = rest.rsplit("/", 1)
    return type_, customer, currency, valid_from


def list_of_price(key: str, entry: Mapping[str, Any]) -> str:
    """The price-list key inside the key of a `price`."""
    return key.removesuffix(f"/{entry['item']}/{entry.get('variant') or '-'}/{entry['uom']}")


def scope_of(kind: str, key: str, entry: Mapping[str, Any] | None) -> str | None:
    """What entries of a kind are looked up by besides their key; None where there is nothing else."""
    match kind:
        case "price_list":
            return key.rsplit("/", 1)[0]
        case "price":
            return None if entry is None else f"{list_of_price(key, entry).rsplit('/', 1)[0]}/{entry['item']}"
        case "exchange_rate":
            return key.rsplit("/", 1)[0]
        case "customer":
            return ((entry or {}).get("credit") or {}).get("group")
        case "discount_policy":
            return ""
    return None


def _identity(kind: str, key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    match kind:
        case "price_list":
            type_, customer, currency, valid_from = price_list_key(key)
            owner = None if customer == "*" else customer
            return {"key": key, "type": type_, "customer": owner, "currency": currency, "valid_from": valid_from}
        case "price":
            return {"key": key, "list": list_of_price(key, entry)}
        case "exchange_rate":
            currency, day = key.rsplit("/", 1)
            return {"currency": currency, "valid_from": datetime.date.fromisoformat(day)}
    return {"code": key}


def entry_of(kind: str, key: str, revision: int, entry: Mapping[str, Any]) -> Any:
    """The domain's reading of an entry; it was validated when it came in."""
    return _adapter(kind).validate_python(_renamed(dict(entry)) | _identity(kind, key, entry) | {"revision": revision})
