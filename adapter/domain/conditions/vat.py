"""Which VAT code a line has (§1.4; conflict C1: the customer's comes before the item's)."""

from __future__ import annotations

from adapter.domain.conditions.cascade import BY_MESSAGE, Resolved, cascade
from adapter.domain.order_types import OrderType
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, Item
from adapter.domain.trace import Rule


def resolve_vat_code(
    given: str | None, customer: Customer, item: Item | None, order_type: OrderType, path: str = ""
) -> Resolved[str | None]:
    """Given → the item's agricultural code where the order type asks for it → customer → item; none: `vat_missing`."""
    agricultural = item.agricultural_vat_code if item and order_type.agricultural_vat else None
    found = cascade(
        (BY_MESSAGE, given),
        (_of_item("item_agricultural", item), agricultural),
        (("customer", "customer", customer.code, customer.revision), customer.vat_code),
        (_of_item("item", item), item.vat_code if item else None),
        barred={} if order_type.agricultural_vat else {"item_agricultural": _not_asked(order_type)},
    )
    return found if found.value else Resolved(None, found.won, found.lost, reasons=(_missing(customer, item, path),))


def _of_item(rule: str, item: Item | None) -> Rule:
    return (rule, "item", item.code, item.revision) if item else (rule, "item", None, None)


def _not_asked(order_type: OrderType) -> str:
    return f"order type {order_type.code} does not ask for it"


def _missing(customer: Customer, item: Item | None, path: str) -> Reason:
    where = f"customer {customer.code}" + (f" or item {item.code}" if item else "")
    message = f"The line has no VAT code. Give vat_code on it, or enter one at {where}."
    of_item = (("item", item.code),) if item else ()
    return Reason("vat_missing", f"{path}/vat_code", message, {}, ("customer", customer.code), of_item)
