"""Prices of an order that change: given by hand, taken from a list that is named, or resolved for another day (§4.8).

What was promised stands otherwise: neither a quantity nor a header field makes a line look for its price again (§4.5).
"""

from __future__ import annotations

from copy import copy

from adapter.domain.conditions.line_discounts import DiscountSources, assemble
from adapter.domain.life.changing_asked import LineAsked, RepriceAsked
from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.changing_setting import header_of, load_prices, setting_of
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.offers.offer import OfferLine
from adapter.domain.order import OrderLine, OrderWarning
from adapter.domain.reasons import Reason
from adapter.domain.registry import Item
from adapter.domain.trace import Trace
from adapter.domain.values import ONE, ZERO, plain


def change_price(draft: Draft, line: OrderLine, asked: LineAsked, path: str) -> None:
    """A price or discounts by hand make the line's price manual; a price list resolves the line with that list."""
    if asked.unit_price is None and asked.price_list is not None:
        _from_list(draft, line, asked, path)
        return
    if asked.unit_price is not None:
        _set_price(draft, line, asked, path)
    if asked.discounts is not None:
        _set_discounts(draft, line, asked, path)


def _set_price(draft: Draft, line: OrderLine, asked: LineAsked, path: str) -> None:
    """The price is for the unit that the line is priced by, as the order shows it."""
    if asked.unit_price is not None and asked.unit_price < ZERO and line.kind != "charge":
        told = "must not be negative; only that of a line of kind charge may be"
        draft.refuse(f"{path}/unit_price", f"The unit_price {told}.")
        return
    line.unit_price, line.price_list = asked.unit_price, asked.price_list
    _by_hand(draft, line)
    draft.tell_given(line.line, "unit_price", plain(asked.unit_price or ZERO))
    draft.unwarn("price_missing", line.line)


def _set_discounts(draft: Draft, line: OrderLine, asked: LineAsked, path: str) -> None:
    sources = DiscountSources(
        customer=draft.customer,
        kind=line.kind,
        no_commercial_conditions=line.no_commercial_conditions,
        priced_by_message=True,
        line=asked.discounts,
        line_path=path,
    )
    found = assemble(sources, draft.parameters, draft.reader)
    draft.reasons += found.reasons
    line.discounts = found.discounts
    _by_hand(draft, line)
    found.tell(draft.trace, line.line)


def _by_hand(draft: Draft, line: OrderLine) -> None:
    line.manual_price = True
    draft.priced.add(line.line)


def _from_list(draft: Draft, line: OrderLine, asked: LineAsked, path: str) -> None:
    item = _item(draft, line)
    if isinstance(item, str):
        draft.refuse(f"{path}/price_list", item)
        return
    draft.priced.add(line.line)
    draft.unwarn("price_missing", line.line)
    given = OfferLine(line=line.line, price_list=asked.price_list, discounts=asked.discounts)
    load_prices(draft, [item.code], asked.price_list)
    building = LineBuilding(setting_of(draft), draft.trace)
    building.price(line, item, header_of(draft), "/set", _as_accepted(line, given, path))
    line.manual_price = asked.discounts is not None
    draft.take(building)


def _item(draft: Draft, line: OrderLine) -> Item | str:
    """The line's item, or why no list can have a price of it."""
    if line.item is None:
        return f"Line {plain(line.line)} has no item, so no list has its price. Give unit_price instead."
    item = draft.registries.item(line.item)
    return item or f"Item {line.item} is no longer registered, so no list has its price. Give unit_price instead."


def _as_accepted(line: OrderLine, given: OfferLine, path: str) -> AcceptedLine:
    quantity = line.quantity or ONE
    return AcceptedLine(given, path, line.item, quantity, quantity)


def reprice(draft: Draft) -> None:
    """Resolve the prices of open lines anew; those that this message prices itself are left as it says."""
    asked = draft.asked.reprice
    if asked is None:
        return
    lines = [line for line in draft.order.lines if line.line not in draft.priced and _is_repriced(line, asked)]
    load_prices(draft, [line.item for line in lines if line.item])
    for line in lines:
        _reprice(draft, line, asked)


def _is_repriced(line: OrderLine, asked: RepriceAsked) -> bool:
    """Manual prices and partly delivered lines only where asked for; what is done with, never (§4.8)."""
    if line.item is None or line.no_commercial_conditions or not line.remaining_quantity:
        return False
    if line.manual_price and not asked.manual:
        return False
    return line.fulfilled_quantity <= ZERO or asked.partially_fulfilled


def _reprice(draft: Draft, line: OrderLine, asked: RepriceAsked) -> None:
    """A price that is found replaces the promised one; where none is found that one stays."""
    item = _item(draft, line)
    anew, trace = copy(line), Trace()
    building = LineBuilding(setting_of(draft, asked.at), trace)
    if not isinstance(item, str):
        accepted = _as_accepted(line, OfferLine(line=line.line), "/reprice")
        building.price(anew, item, header_of(draft), "/set", accepted)
    if not any(one.field == "unit_price" and one.value is not None for one in trace.entries):
        draft.warn(_price_kept(line))
        return
    anew.manual_price = False
    draft.order.lines[draft.order.lines.index(line)] = anew
    draft.trace.entries += trace.entries
    draft.unwarn("price_missing", line.line)
    draft.unwarn("price_kept", line.line)
    draft.reasons += _not_told(draft.reasons, building.reasons)


def _not_told(told: list[Reason], found: list[Reason]) -> list[Reason]:
    return [reason for reason in found if reason not in told]


def _price_kept(line: OrderLine) -> OrderWarning:
    told = f"No price was found for line {plain(line.line)}: its price stays as it was."
    return OrderWarning(code="price_kept", message=told, line=line.line)
