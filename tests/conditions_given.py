"""Customers, items and price lists of the conditions' tests, and a book that keeps the lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from adapter.domain.conditions.prices import PriceFound, PriceQuestion, PriceSearch, at_rate
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.registry import (
    Customer,
    CustomerPriceList,
    DiscountBracket,
    Item,
    ItemUom,
    PriceLine,
    PriceList,
    QuantityPrice,
)
from adapter.domain.trace import Candidate

DAY = date(2026, 6, 15)
PARAMETERS = Parameters(company="ACME", company_currency="EUR")
STANDARD = OrderType(code="STD", numbering="ORD")
BOX = ItemUom(uom="BOX", factor=Decimal(5), default=True)


def parameters(**fields: Any) -> Parameters:
    return Parameters(company="ACME", company_currency="EUR", **fields)


def customer(*rows: CustomerPriceList, **fields: Any) -> Customer:
    fixed: dict[str, Any] = {"code": "C1", "name": "Gentofte", "account": "customer", "currency": "EUR"}
    return Customer(**{**fixed, **fields}, price_lists=rows)


def row(type_: str = "TRADE", **fields: Any) -> CustomerPriceList:
    return CustomerPriceList(type=type_, **fields)


def item(**fields: Any) -> Item:
    return Item(**{"code": "A1", "description": "Paint", "uom": "EA", **fields})


def price(amount: str = "10", **fields: Any) -> PriceLine:
    return PriceLine(**{"item": "A1", "uom": "EA", **fields}, price=Decimal(amount))


def price_list(
    *lines: PriceLine, type_: str = "TRADE", owner: str | None = None, from_: str = "2026-01-01", **fields: Any
) -> PriceList:
    currency = fields.pop("currency", "EUR")
    fields["valid_to"] = date.fromisoformat(fields["to"]) if fields.get("to") else None
    fields.pop("to", None)
    key = f"{type_}/{owner or '*'}/{currency}/{from_}"
    start = date.fromisoformat(from_)
    return PriceList(key=key, type=type_, customer=owner, currency=currency, valid_from=start, lines=lines, **fields)


class Book:
    """Price lists in memory."""

    def __init__(self, *lists: PriceList) -> None:
        self.lists = lists

    def instances(
        self, type_: str, customer: str | None, currency: str, item: str, /
    ) -> Sequence[tuple[PriceList, Sequence[PriceLine]]]:
        owned = [one for one in self.lists if (one.type, one.customer, one.currency) == (type_, customer, currency)]
        newest = sorted(owned, key=lambda one: one.valid_from, reverse=True)
        found = [(one, [line for line in one.lines if line.item == item]) for one in newest]
        return [(one, lines) for one, lines in found if lines]


def question(buyer: Customer | None = None, quantity: str = "1", **fields: Any) -> PriceQuestion:
    fixed: dict[str, Any] = {"item": item(), "uom": "EA", "day": DAY, "currency": "EUR"}
    asked = buyer or customer(row(default=True))
    return PriceQuestion(customer=asked, quantity=Decimal(quantity), **{**fixed, **fields})


def ask(
    *lists: PriceList, of: Customer | None = None, by: Parameters = PARAMETERS, rate: str = "10.20", **fields: Any
) -> PriceFound:
    return PriceSearch(Book(*lists), by, at_rate(Decimal(rate))).find(question(of, **fields))


def quantity_prices(*steps: tuple[str, str]) -> tuple[QuantityPrice, ...]:
    return tuple(QuantityPrice(from_=Decimal(from_), price=Decimal(amount)) for from_, amount in steps)


def brackets(*steps: tuple[str, str]) -> tuple[DiscountBracket, ...]:
    return tuple(DiscountBracket(from_=Decimal(from_), discounts=off) for from_, off in steps)


def because(lost: Sequence[Candidate], key: str) -> str:
    """Why the candidate of that key lost; its first reason."""
    return next(candidate.because for candidate in lost if candidate.key == key)


def percents(found: PriceFound) -> list[str]:
    return [str(discount.percent) for discount in found.discounts]
