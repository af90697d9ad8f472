"""The lines of a supplier order with what they mean here: which item, and whose they are (§3.4 S1)."""

from __future__ import annotations

from adapter.domain.known import Known
from adapter.domain.offers.checks import why_not
from adapter.domain.order_types import OrderType
from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.customers import Owner, Ownership
from adapter.domain.supplier_orders.items import find_item
from adapter.domain.supplier_orders.portions import BoughtLine
from adapter.domain.supplier_orders.supplier_order import SupplierOrder, line_path


def owners_of(order: SupplierOrder, known: Known) -> list[Owner | Reason]:
    """The owner of each line; lines that say nothing of their own share that of the header."""
    ownership = Ownership(order, known.registries)
    of_header: list[Owner | Reason] = []
    owners = []
    for index in range(len(order.lines)):
        if not ownership.is_of_header(index):
            owners.append(ownership.of(index))
            continue
        if not of_header:
            of_header.append(ownership.of(index))
        owners.append(of_header[0])
    known.registries.want(("customer", owner.code) for owner in owners if isinstance(owner, Owner))
    return owners


def bought_lines(
    order: SupplierOrder, order_type: OrderType | None, known: Known
) -> tuple[list[BoughtLine], list[Reason]]:
    """The lines of which item and customer are known, and what is wrong with the others."""
    reasons: list[Reason] = []
    owners = owners_of(order, known)
    found = [_line(order, index, owner, order_type, known, reasons) for index, owner in enumerate(owners)]
    return [line for line in found if line is not None], reasons


def _line(
    order: SupplierOrder,
    index: int,
    owner: Owner | Reason,
    order_type: OrderType | None,
    known: Known,
    reasons: list[Reason],
) -> BoughtLine | None:
    given = order.lines[index]
    item = find_item(given, order, line_path(index), known.registries)
    reasons += [found for found in (owner, item) if isinstance(found, Reason)]
    if isinstance(owner, Reason):
        return None
    customer = known.registries.customer(owner.code)
    fault = why_not(owner.code, customer, order_type, owner.path)
    reasons += [fault] if fault else []
    if customer is None or isinstance(item, Reason):
        return None
    return BoughtLine(index, given, item, owner, customer)
