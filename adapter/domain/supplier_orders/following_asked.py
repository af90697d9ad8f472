"""What a supplier order that says something else now asks of one customer order, as a change of it (§3.4 S10).

It goes by way of the offer that the portion is translated into, so that a change and a new order mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from adapter.domain.life.changing_asked import ChangeAsked, HeaderAsked, LineAsked
from adapter.domain.offers.acceptance import AcceptedLine
from adapter.domain.order import Order, OrderLine
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.changed import Changed, cannot
from adapter.domain.supplier_orders.linking import bought_line_of, name_of
from adapter.domain.supplier_orders.portions import BoughtLine
from adapter.domain.supplier_orders.supplier_order import PlacedSupplierOrder, SupplierOrderLine
from adapter.domain.supplier_orders.translating import Agreed, Translated, sales_price
from adapter.domain.values import plain

_VALUED: Final = frozenset({"quantity", "unit_cost", "unit_price", "discounts"})
"""Fields of a line that its cost and its agreement follow from."""

Pair = tuple[BoughtLine, AcceptedLine]
"""A line of the portion, and the same line translated."""


@dataclass(slots=True)
class Asking:
    """Puts what has changed into the words of a change of one order; `reasons` is what cannot be put so."""

    message: PlacedSupplierOrder
    what: Changed
    translated: Translated
    pairs: list[Pair]
    order: Order
    parameters: Parameters
    reasons: list[Reason] = field(default_factory=list)

    def ask(self) -> ChangeAsked:
        order, offer = self.message.order, self.translated.accepted.offer
        return ChangeAsked(
            name=name_of(self.message.key),
            by=self.message.by,
            reason=f"Supplier order {order.number} of {order.supplier} came again with other content.",
            header=HeaderAsked(**{name: getattr(offer, name) for name in self.what.header}),
            lines=[*self._lines(), *self._removed()],
            add=[accepted.given for _, accepted in self.added],
        )

    @property
    def added(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair[0].given.line in self.what.new]

    @property
    def valued(self) -> list[Pair]:
        """The lines whose cost and agreement are looked at anew."""
        return [pair for pair in self.pairs if self._is_valued(pair[0].given)]

    def _is_valued(self, given: SupplierOrderLine) -> bool:
        fields = self.what.lines.get(given.line, {})
        return given.line in self.what.new or not _VALUED.isdisjoint(fields)

    @property
    def _there(self) -> dict[Decimal, OrderLine]:
        """The lines that the order has, by the lines of the supplier order that they were made of."""
        made = ((bought_line_of(line), line) for line in self.order.lines)
        return {number: line for number, line in made if number is not None}

    def _lines(self) -> Iterator[LineAsked]:
        there = self._there
        for bought, accepted in self.pairs:
            number, line = bought.given.line, there.get(bought.given.line)
            if line is not None:
                asked = self._values(bought, accepted, line)
                if asked:
                    yield LineAsked(line=line.line, **asked)
            elif number in self.what.lines:
                told = f"Order {self.order.number} does not have its line {plain(number)} any more."
                self.reasons.append(cannot(bought.path, told, order=self.order.number))

    def _removed(self) -> Iterator[LineAsked]:
        there = self._there
        for number in sorted(self.what.gone & there.keys()):
            yield LineAsked(line=there[number].line, remove=True)

    def _values(self, bought: BoughtLine, accepted: AcceptedLine, line: OrderLine) -> dict[str, Any]:
        """The new values of one line by their names in a change."""
        before = self.what.lines.get(bought.given.line, {})
        plainly = [name for name in ("quantity", "goods_ready_on", "notes") if name in before]
        asked = {name: getattr(bought.given, name) for name in plainly}
        asked |= self._delivery(bought, line, changed="delivery_on" in before)
        return asked | self._price(bought, accepted, before)

    def _delivery(self, bought: BoughtLine, line: OrderLine, *, changed: bool) -> dict[str, Any]:
        """The line's own date, else the header's. A date of its own stays where only the header's moves."""
        own, of_header = bought.given.delivery_on, self.message.order.delivery_on
        moved = own is not None and "delivery_on" in self.what.header and line.delivery_on == self.order.delivery_on
        if not changed:
            return {"delivery_on": own} if moved else {}
        if own is None and of_header is None:
            told = "It has no delivery_on any more, and a change of an order cannot take that away."
            self.reasons.append(cannot(f"{bought.path}/delivery_on", told))
        return {"delivery_on": own or of_header}

    def _price(self, bought: BoughtLine, accepted: AcceptedLine, before: Mapping[str, Any]) -> dict[str, Any]:
        """An agreed price that has changed; one that is agreed no longer would have to be found in our lists."""
        given, order = bought.given, self.message.order
        had = sales_price(_as_it_was(given, before), order, self.parameters)
        has = sales_price(given, order, self.parameters)
        if has is None and had is not None:
            told = f"No price is agreed for line {plain(given.line)} any more, so ours would have to be found."
            self.reasons.append(cannot(bought.path, told))
        return {} if has is None else _new_parts(had, has, accepted)


def _new_parts(had: Agreed | None, has: Agreed, accepted: AcceptedLine) -> dict[str, Any]:
    """Price and discounts where they are not what they were; the price without discounts takes others away."""
    asked: dict[str, Any] = {}
    if had is None or had.unit_price != has.unit_price:
        asked["unit_price"] = accepted.given.unit_price
    if had is None or had.discounts != has.discounts:
        asked["discounts"] = has.discounts or ()
    return asked


def _as_it_was(given: SupplierOrderLine, before: Mapping[str, Any]) -> SupplierOrderLine:
    """The line with the price that it had; discounts as they were written down only have to be others."""
    prices: dict[str, Any] = {name: _number(before[name]) for name in ("unit_price", "unit_cost") if name in before}
    if "discounts" in before:
        prices["discounts"] = before["discounts"]
    return replace(given, **prices)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
