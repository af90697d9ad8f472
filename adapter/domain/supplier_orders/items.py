"""Which item of ours a line of a supplier order means: by our code, or by the supplier's (§3.2)."""

from __future__ import annotations

from adapter.domain.known import Ref, Registries, supplier_item
from adapter.domain.reasons import Reason
from adapter.domain.registry import Item
from adapter.domain.supplier_orders.supplier_order import SupplierOrder, SupplierOrderLine


def find_item(line: SupplierOrderLine, order: SupplierOrder, path: str, registries: Registries) -> Item | Reason:
    """The item, else `unknown_item`. To a group company we are the supplier: our own code is a supplier's code too."""
    if line.item is not None:
        return registries.item(line.item) or _unknown("item", line.item, path, ("item", line.item))
    code = line.supplier_item or ""
    found = registries.items_of_supplier(order.supplier, code)
    if len(found) == 1:
        return found[0]
    if not found and order.is_intercompany and (own := registries.item(code)):
        return own
    return _not_one(code, order, path, found)


def _not_one(code: str, order: SupplierOrder, path: str, found: list[Item]) -> Reason:
    if not found:
        return _unknown("supplier_item", code, path, supplier_item(order.supplier, code))
    told = ", ".join(item.code for item in found)
    return Reason(
        "unknown_item",
        f"{path}/supplier_item",
        f"The supplier_item {code} of {order.supplier} is of several items: {told}. Make it unique in the registry.",
        {"supplier_item": code, "candidates": [item.code for item in found]},
        ("item", found[0].code),
        tuple(("item", item.code) for item in found[1:]),
    )


def _unknown(name: str, code: str, path: str, awaits: Ref) -> Reason:
    told = f"The {name} {code} is not known. Correct it, or register the item."
    return Reason("unknown_item", f"{path}/{name}", told, {name: code}, awaits)
