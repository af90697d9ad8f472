"""Lines that an order gets in addition: resolved as an offer's are, under a number that is free."""

from __future__ import annotations

from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.changing_setting import header_of, load_prices, setting_of
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.offers.items import find_item, offered_quantity
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.offers.offer import OfferLine
from adapter.domain.reasons import Reason
from adapter.domain.values import ONE, plain


def add_lines(draft: Draft) -> None:
    """Add lines behind those that are there. A number that this message removes is free again."""
    places = enumerate(draft.asked.add)
    found = [one for index, given in places if (one := _found(draft, given, f"/add/{index}"))]
    unpriced = [one for one in found if one.given.unit_price is None]
    for name in dict.fromkeys(one.given.price_list for one in unpriced):
        load_prices(draft, [one.item for one in unpriced if one.item], name)
    building = LineBuilding(setting_of(draft), draft.trace)
    for accepted in found:
        line = building.build(header_of(draft), "/set", accepted, accepted.given.line, "")
        line.origin = None
        draft.order.lines.append(line)
        draft.priced.add(line.line)
    draft.take(building)


def _found(draft: Draft, given: OfferLine, path: str) -> AcceptedLine | None:
    """The line with its item and quantity, or None with the reasons told."""
    _check(draft, given, path)
    item = find_item(given, path, draft.customer, draft.known)
    if isinstance(item, Reason):
        draft.reasons.append(item)
        return None
    quantity = offered_quantity(given, item, draft.customer, draft.known)
    return AcceptedLine(given, path, item.code if item else None, quantity, quantity)


def _check(draft: Draft, given: OfferLine, path: str) -> None:
    taken = [line.line for line in draft.order.lines]
    if given.line in taken:
        free = plain(max(taken) // ONE + ONE)
        told = f"Order {draft.order.number} has a line {plain(given.line)} already. The next free number is {free}."
        draft.refuse(f"{path}/line", told, line=plain(given.line), free=free)
    if given.accepted_quantity is not None:
        told = "A line that is added was not offered, so nothing of it is accepted: give quantity instead."
        draft.refuse(f"{path}/accepted_quantity", told)
