"""What a matched list line says: its price, its tiers, its discounts (§4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from adapter.domain.conditions.list_search import Hit
from adapter.domain.conditions.price_question import PriceQuestion
from adapter.domain.conditions.units import eight
from adapter.domain.discounts import Parsed, apply, order_of_application
from adapter.domain.order import Discount
from adapter.domain.reasons import Reason
from adapter.domain.registry import DestinationPrice, DiscountBracket, DiscountsGiven, QuantityPrice
from adapter.domain.trace import Candidate
from adapter.domain.values import ONE, plain

Tier = TypeVar("Tier", QuantityPrice, DiscountBracket)

Read = Callable[[DiscountsGiven | None, str], Parsed]
"""Discounts as somebody wrote them, with their origin, to discounts at work."""


@dataclass(slots=True)
class Priced:
    """The price and the list's discounts of one hit, with the arithmetic and the grids that did not count."""

    hit: Hit
    bracket: str | None
    quantity: Decimal
    unit_price: Decimal
    tier: Decimal | None = None
    discounts: list[Discount] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)
    lost: list[Candidate] = field(default_factory=list)

    def counts(self, grid: str) -> bool:
        return self.bracket in {None, grid}

    def lose(self, rule: str, because: str) -> None:
        line, list_ = self.hit.match.line, self.hit.list
        entry = ("price", line.key, line.revision) if line.key else ("price_list", list_.key, list_.revision)
        self.lost.append(Candidate(rule, *entry, because))

    def net_unit_price(self, ordered: Decimal, on_amount_allowed: bool) -> Decimal:
        """What one ordered unit costs after the list's and its row's discounts, exactly."""
        gross = self.unit_price * self.quantity
        taken = apply(order_of_application(self.discounts), gross, self.quantity, on_amount_allowed).total
        return (gross - taken) / (ordered or ONE)


def price_of(hit: Hit, question: PriceQuestion, read: Read) -> Priced:
    """The unit price of a hit (reference quantity, price by quantity, destination) and its discounts.

    The customer's bracket type comes before the list line's (C2); without one every grid of the line counts.
    """
    row, match = hit.rung.row, hit.match
    bracket = (row.bracket if row else None) or match.line.bracket
    priced = Priced(hit, bracket, match.quantity if match.alternative else question.quantity, match.line.price)
    _set_unit_price(priced, question)
    _collect_discounts(priced, read)
    return priced


def _set_unit_price(priced: Priced, question: PriceQuestion) -> None:
    price = _base(priced)
    price = _by_quantity(priced, price)
    price = _by_destination(priced, price, question)
    per = priced.hit.match.per
    if per != ONE:
        price *= per
        priced.steps.append((f"× {plain(per)} {question.item.uom} in one {question.uom}", plain(eight(price))))
    priced.unit_price = eight(price)


def _base(priced: Priced) -> Decimal:
    line = priced.hit.match.line
    priced.steps.append(("price", f"{line.price:f}"))
    if line.reference_quantity == ONE:
        return line.price
    price = line.price / line.reference_quantity
    priced.steps.append((f"÷ reference quantity {plain(line.reference_quantity)}", plain(eight(price))))
    return price


def _by_quantity(priced: Priced, price: Decimal) -> Decimal:
    match = priced.hit.match
    reached = _reached(priced, "price", "price_by_quantity", match.line.quantity_prices, match.quantity)
    if not reached:
        return price
    priced.tier = reached.from_
    priced.steps.append((f"price by quantity from {plain(reached.from_)} {match.line.uom}", plain(reached.price)))
    return reached.price


def _by_destination(priced: Priced, price: Decimal, question: PriceQuestion) -> Decimal:
    ours = [special for special in priced.hit.match.line.destinations if special.destination == question.destination]
    for special in ours:
        if _valid(special, question.day):
            return _at_destination(priced, special)
        priced.lose("destination_price", f"price of destination {special.destination} is not valid on {question.day}")
    return price


def _at_destination(priced: Priced, special: DestinationPrice) -> Decimal:
    if priced.tier is not None:
        priced.lose("price_by_quantity", f"the price of destination {special.destination} comes before it")
        priced.tier = None
    priced.steps.append((f"price of destination {special.destination}", plain(special.price)))
    return special.price


def _valid(special: DestinationPrice, day: date) -> bool:
    begun = special.valid_from is None or special.valid_from <= day
    return begun and (special.valid_to is None or special.valid_to >= day)


def _reached(priced: Priced, grid: str, rule: str, tiers: Sequence[Tier], basis: Decimal) -> Tier | None:
    """The highest threshold at or below the basis, where the bracket type lets the grid count."""
    if not tiers:
        return None
    if not priced.counts(grid):
        priced.lose(rule, f"the bracket type is {priced.bracket}")
        return None
    missed = min((tier.from_ for tier in tiers if tier.from_ > basis), default=None)
    if missed is not None:
        priced.lose(rule, f"threshold {plain(missed)} is not reached by {plain(eight(basis))}")
    return max((tier for tier in tiers if tier.from_ <= basis), key=lambda tier: tier.from_, default=None)


def _collect_discounts(priced: Priced, read: Read) -> None:
    row, match, line = priced.hit.rung.row, priced.hit.match, priced.hit.match.line
    by_quantity = _reached(priced, "quantity_discount", "quantity_discount", line.quantity_discounts, match.quantity)
    amount = priced.unit_price * priced.quantity
    by_value = _reached(priced, "value_discount", "value_discount", line.value_discounts, amount)
    if row and row.discounts is not None:
        _add(priced, read(row.discounts, "customer_price_list"), "customer's price-list discount")
    if line.discounts is not None:
        _add(priced, read(line.discounts, "price_list"), "list discount")
    for name, tier in (("quantity discount", by_quantity), ("value discount", by_value)):
        if tier:
            _add(priced, read(tier.discounts, "price_list"), f"{name} from {plain(tier.from_)}")


def _add(priced: Priced, parsed: Parsed, step: str) -> None:
    priced.discounts += parsed.discounts
    priced.reasons += parsed.reasons
    if parsed.discounts:
        priced.steps.append((step, written(parsed.discounts)))


def written(discounts: Iterable[Discount]) -> str:
    """Discounts in the short notation, `joined` of their terms: 10+5, a surcharge with -, an amount with #."""
    return joined([term(discount) for discount in discounts])


def joined(terms: Iterable[str]) -> str:
    return "+".join(terms).replace("+-", "-")


def term(discount: Discount) -> str:
    if discount.percent is not None:
        return plain(discount.percent)
    return f"{plain(discount.amount or Decimal(0))}#"
