"""Lines of an order that are changed or go: never below what is fulfilled."""

from __future__ import annotations

from decimal import Decimal

from adapter.domain.conditions.line_checks import check_decimals, check_packs, resolve_quantity
from adapter.domain.conditions.units import eight
from adapter.domain.life.changing_asked import LineAsked
from adapter.domain.life.changing_dates import change_line_dates
from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.changing_prices import change_price
from adapter.domain.life.quantities import goods
from adapter.domain.order import OrderLine
from adapter.domain.values import ZERO, plain

_NOT_ON_NOTES = ("quantity", "unit_price", "discounts", "price_list")


def change_lines(draft: Draft) -> None:
    """Change and remove lines as asked."""
    lines = {line.line: line for line in draft.order.lines}
    sold = bool(goods(draft.order))
    for index, asked in enumerate(draft.asked.lines):
        path = f"/lines/{index}"
        line = lines.get(asked.line)
        if line is None:
            told = f"Order {draft.order.number} has no line {plain(asked.line)}. Name one that it has, or use add."
            draft.refuse(f"{path}/line", told, line=plain(asked.line))
        elif asked.remove:
            _remove(draft, line, path)
        else:
            _change(draft, line, asked, path)
    _check_something_left(draft, sold)


def _remove(draft: Draft, line: OrderLine, path: str) -> None:
    """A line of which anything was delivered or closed is part of what happened: it stays."""
    if line.fulfilled_quantity > ZERO or line.closed_quantity > ZERO:
        fulfilled, closed = plain(line.fulfilled_quantity), plain(line.closed_quantity)
        told = (
            f"Line {plain(line.line)} cannot be removed: {fulfilled} of it are fulfilled, {closed} closed. "
            "Lower its quantity to what is fulfilled, or close it."
        )
        draft.refuse(f"{path}/remove", told, fulfilled=fulfilled, closed=closed)
        return
    order = draft.order
    order.lines.remove(line)
    order.warnings = [one for one in order.warnings if one.line != line.line]
    for discount in order.final_discounts:
        discount.reaches = None if discount.reaches is None else discount.reaches - {line.line}
    draft.trace.forgotten.add(line.line)


def _check_something_left(draft: Draft, sold: bool) -> None:
    removing = any(asked.remove for asked in draft.asked.lines)
    kept = goods(draft.order) if sold else draft.order.lines
    added = any(not sold or given.kind != "note" for given in draft.asked.add)
    if removing and not kept and not added:
        draft.refuse("/lines", f"Order {draft.order.number} would have no line left. Cancel it instead.")


def _change(draft: Draft, line: OrderLine, asked: LineAsked, path: str) -> None:
    if line.kind == "note":
        _check_note(draft, line, asked, path)
    elif asked.quantity is not None and asked.quantity != line.quantity:
        _change_quantity(draft, line, asked.quantity, path)
    change_line_dates(draft, line, asked)
    if asked.notes is not None:
        line.notes = asked.notes
    if line.kind != "note":
        change_price(draft, line, asked, path)


def _check_note(draft: Draft, line: OrderLine, asked: LineAsked, path: str) -> None:
    for name in _NOT_ON_NOTES:
        if getattr(asked, name) is not None:
            draft.refuse(f"{path}/{name}", f"Line {plain(line.line)} is a note: it has no {name}. Leave it out.")


def _change_quantity(draft: Draft, line: OrderLine, quantity: Decimal, path: str) -> None:
    """The price stays as promised, whatever bracket the new quantity would be in (§4.5)."""
    least = line.fulfilled_quantity + line.closed_quantity
    if quantity < least:
        told = (
            f"Line {plain(line.line)}: {plain(line.fulfilled_quantity)} are fulfilled and "
            f"{plain(line.closed_quantity)} closed. The quantity cannot be less than {plain(least)}."
        )
        draft.refuse(f"{path}/quantity", told, least=plain(least))
        return
    _check_measure(draft, line, quantity, path)
    if line.alternative_quantity is not None and line.quantity:
        line.alternative_quantity = eight(line.alternative_quantity * quantity / line.quantity)
    line.quantity = quantity


def _check_measure(draft: Draft, line: OrderLine, quantity: Decimal, path: str) -> None:
    """Decimals of the unit, packs and lots, as at entry."""
    uom = draft.registries.uom(line.uom) if line.uom else None
    if uom is not None:
        draft.reasons += check_decimals(quantity, uom, path)
    item = draft.registries.item(line.item) if line.item and line.kind != "charge" else None
    if item is not None:
        unit = line.uom or item.uom
        draft.reasons += resolve_quantity(quantity, unit, item, draft.customer, draft.parameters, path).reasons
        draft.reasons += check_packs(quantity, unit, item, draft.parameters, path)
