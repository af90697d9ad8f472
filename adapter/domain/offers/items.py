"""Which item an offer line means, and how much of it was offered."""

from __future__ import annotations

from decimal import Decimal

from adapter.domain.conditions.line_checks import resolve_quantity
from adapter.domain.known import Known
from adapter.domain.offers.acceptance import Candidate
from adapter.domain.offers.checks import Admitted
from adapter.domain.offers.offer import OfferLine
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, Item
from adapter.domain.values import ONE


def candidates(admitted: Admitted, known: Known) -> tuple[list[Candidate], list[Reason]]:
    """The lines of an offer with their items and offered quantities; `unknown_item` for every one not found."""
    reasons: list[Reason] = []
    found = []
    for index, line in enumerate(admitted.offer.lines):
        path = f"{admitted.path}/lines/{index}"
        item = find_item(line, path, admitted.customer, known)
        if isinstance(item, Reason):
            reasons.append(item)
        else:
            code = item.code if item else None
            found.append(Candidate(line, path, code, offered_quantity(line, item, admitted.customer, known)))
    return found, reasons


def offered_quantity(line: OfferLine, item: Item | None, customer: Customer, known: Known) -> Decimal:
    """The quantity of a line once defaults are applied; a note counts as one."""
    if line.kind == "note":
        return ONE
    if line.quantity is not None or item is None:
        return line.quantity or ONE
    return resolve_quantity(None, line.uom or item.uom, item, customer, known.business.parameters).value


def find_item(line: OfferLine, path: str, customer: Customer, known: Known) -> Item | Reason | None:
    """The item by its code, its barcode or the customer's own code; None where the line names none."""
    if line.item is not None:
        return known.registries.item(line.item) or _unknown("item", line.item, path, ("item", line.item))
    if line.barcode is not None:
        return _by_barcode(line.barcode, path, known)
    if line.customer_item is not None:
        return _by_customer_item(line.customer_item, path, customer, known)
    return None


def _by_barcode(barcode: str, path: str, known: Known) -> Item | Reason:
    if not known.business.parameters.barcodes:
        return _switched_off("barcode", "barcodes", barcode, path)
    items = known.registries.item_by_barcode(barcode)
    if len(items) == 1:
        return items[0]
    return _unknown("barcode", barcode, path, ("item@", barcode), [item.code for item in items])


def _by_customer_item(code: str, path: str, customer: Customer, known: Known) -> Item | Reason:
    if not known.business.parameters.customer_items:
        return _switched_off("customer_item", "customer_items", code, path)
    own = [row.item for row in customer.items if row.customer_item == code]
    item = known.registries.item(own[0]) if len(own) == 1 else None
    return item or _unknown("customer_item", code, path, ("customer", customer.code), own)


def _unknown(
    name: str, code: str, path: str, awaits: tuple[str, str] | None, several: list[str] | None = None
) -> Reason:
    told = f"is of several items: {', '.join(several)}" if several and len(several) > 1 else "is not known"
    cure = "Make it unique in the registry." if several else "Correct it, or register the item."
    return Reason("unknown_item", f"{path}/{name}", f"The {name} {code} {told}. {cure}", {name: code}, awaits)


def _switched_off(name: str, switch: str, code: str, path: str) -> Reason:
    return Reason(
        "unknown_item",
        f"{path}/{name}",
        f"Lines may not name items by {name}: {switch} is off. Send the item's code, or switch {switch} on.",
        {name: code},
    )
