"""The kinds of customer order a company distinguishes (contract 6, order_types.toml; domain.md §9)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderType:
    """One order type: its numbering, what is converted into it, and how its orders behave.

    `offer_types` and `supplier_flows` name the documents that become orders of this type. `lock_when_acknowledged`
    refuses changes once the customer has the confirmation. `warehouse` and `warehouse_reason` go onto every line.
    """

    code: str
    numbering: str
    offer_types: tuple[str, ...] = ()
    supplier_flows: tuple[str, ...] = ()
    auto_confirm: bool = False
    credit: bool = True
    exclude_credit_lock: bool = False
    lock_when_acknowledged: bool = False
    requires_acknowledgement: bool = False
    customer_control: bool = True
    vat_included: bool = False
    agricultural_vat: bool = False
    warehouse: str | None = None
    warehouse_reason: str | None = None
    delivery_note_type: str | None = None
    invoice_type: str | None = None
    purchase_order_type: str | None = None
    discount_type: str | None = None
    order_date: str = "processing"
    workflow: str | None = None
