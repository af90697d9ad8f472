"""What is asked of the price search, where it looks, and what it answers (§4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from adapter.domain.conditions.units import eight
from adapter.domain.order import Discount
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, CustomerPriceList, Item, PriceLine, PriceList
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import plain

Convert = Callable[[Decimal], Decimal]
"""Company currency to the order's: a converted price keeps 8 decimals (contract 4)."""


@dataclass(slots=True, kw_only=True)
class PriceQuestion:
    """The order line whose price is wanted.

    `quantity` is in `uom`; `day` is the day prices hold for (parameter `price_date`). `header_list` and `line_list` are
    what the message itself names, never a resolved default: a list type, or the whole key of one list.
    `alternative_quantity` is the message's own, in `alternative_uom`. `path` points at the line in the data.
    """

    customer: Customer
    item: Item
    variant: str | None = None
    uom: str
    quantity: Decimal
    day: date
    currency: str
    vat_included: bool = False
    destination: str | None = None
    header_list: str | None = None
    line_list: str | None = None
    alternative_uom: str | None = None
    alternative_quantity: Decimal | None = None
    path: str = ""


class PriceBook(Protocol):
    """The price lists that the company keeps."""

    def instances(
        self, type_: str, customer: str | None, currency: str, item: str, /
    ) -> Sequence[tuple[PriceList, Sequence[PriceLine]]]:
        """Every list of one type, owner (None: general) and currency that has lines of the item, the newest first."""
        ...


@dataclass(slots=True, kw_only=True)
class PriceFound:
    """The price of a line and why it is that.

    `unit_price` is for one `uom` of the line, or, where `priced_by_alternative`, for one `alternative_uom`; None where
    no rule has a price (what then happens is parameter `missing_price`). `price_list` is the list's key, `row` the
    customer's registry row of its type. `discounts` are the row's own, then the list's, as recorded. `origin` names
    the winning rule; `bracket` is the kind of grid that counted and `tier` the threshold of its price.
    """

    unit_price: Decimal | None
    origin: str
    won: Candidate
    lost: tuple[Candidate, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    price_list: str | None = None
    price_line: PriceLine | None = None
    row: CustomerPriceList | None = None
    discounts: tuple[Discount, ...] = ()
    bracket: str | None = None
    tier: Decimal | None = None
    priced_by_alternative: bool = False
    alternative_uom: str | None = None
    alternative_quantity: Decimal | None = None
    reasons: tuple[Reason, ...] = ()

    def tell(self, trace: Trace, line: Decimal) -> None:
        """Explain the line's `unit_price` to the trace."""
        shown = None if self.unit_price is None else plain(self.unit_price)
        trace.tell(line, "unit_price", shown, self.won, self.lost, self.steps)


def at_rate(rate: Decimal) -> Convert:
    """Convert company currency at `rate` (units of the order's currency for one of the company's)."""
    return lambda amount: eight(amount * rate)
