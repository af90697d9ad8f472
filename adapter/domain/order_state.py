"""An order that exists, as decisions on it see it: read under lock, changed step by step."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from adapter.domain.document_reading import read_order
from adapter.domain.order import Order


@dataclass(frozen=True, slots=True)
class OrderName:
    """How a message names an order: by its number, or by a document it was made of (contract 3).

    `kind` is `order` for the number, else `offer`, `supplier_order` or `customer_order` (the customer's own number).
    """

    kind: str
    number: str
    type: str | None = None
    source: str | None = None
    customer: str | None = None

    @property
    def awaited(self) -> tuple[str, str]:
        """What the parking lot waits for until the order appears."""
        return f"{self.kind}#", self.number


@dataclass(frozen=True, slots=True)
class FulfilmentDocument:
    """A document of the warehouse: what it reported of each line, and whether nothing more will come."""

    kind: str
    number: str
    date: datetime.date
    lines: tuple[tuple[Decimal, Decimal], ...]
    closes: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """A document is known by order, kind, number and year (contract 3)."""
        return self.kind, self.number, self.date.year


@dataclass(slots=True)
class OrderState:
    """The present state: the document of the last event, the position of that event, what it reserves of credit.

    A decision works on `draft()`, a fresh copy; what it decided becomes the state by `Known.advance`.
    """

    id: UUID
    document: Mapping[str, Any]
    position: int
    credit_account: str
    credit_amount: Decimal
    documents: dict[tuple[str, str, int], FulfilmentDocument] = field(default_factory=dict)

    def draft(self) -> Order:
        return read_order(self.document)

    @property
    def number(self) -> str:
        return str(self.document["number"])
