"""What deciding a message gives: data that says what is to be stored, published and answered."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from adapter.domain.order import Hold, Order
from adapter.domain.order_state import FulfilmentDocument, OrderState
from adapter.domain.reasons import Reason, outcome_of
from adapter.domain.trace import Trace
from adapter.domain.values import ZERO


class OfferKey(NamedTuple):
    """What an offer is known by; `source` is empty where parameter `offer_identity` is `company`."""

    source: str
    type: str
    number: str


@dataclass(slots=True)
class OfferLineRecord:
    """What was converted of one offer line so far; `beyond` is what `conversion: all` converted again."""

    item: str | None
    offered: Decimal
    converted: Decimal
    beyond: Decimal

    @property
    def remaining(self) -> Decimal:
        return self.offered - self.converted


@dataclass(slots=True)
class OfferRecord:
    """An offer of which something was converted: the version, and its lines by version and line number.

    `orders` are those made of it; one that this very batch enters has no number before it is drawn.
    """

    id: UUID
    key: OfferKey
    version: int
    customer: str
    currency: str
    lines: dict[tuple[int, Decimal], OfferLineRecord] = field(default_factory=dict)
    orders: list[OrderRef | NewOrder] = field(default_factory=list)
    stored: bool = True


@dataclass(frozen=True, slots=True)
class SupplierOrderKey:
    """What a supplier order is known by."""

    source: str
    number: str


@dataclass(frozen=True, slots=True)
class Link:
    """So much of a supplier order's line was bought for this line of a customer order (§3.4 S8)."""

    line: Decimal
    order: UUID
    order_line: Decimal
    quantity: Decimal


@dataclass(slots=True)
class SupplierOrderRecord:
    """A supplier order that customer orders were made of, with the content that they were made with or have followed.

    `bought` are its quantities by line and `links` where they went; both only until they are stored. `sent_at` is when
    the newest message with this content was sent, as far as that can be told.
    """

    id: UUID
    key: SupplierOrderKey
    content: Mapping[str, Any]
    bought: Mapping[Decimal, Decimal] = field(default_factory=dict)
    links: Sequence[Link] = ()
    orders: list[OrderRef | NewOrder] = field(default_factory=list)
    stored: bool = True
    sent_at: datetime.datetime | None = None

    def linked(self) -> Mapping[Decimal, Decimal]:
        """How much of each line went into customer orders."""
        sums = dict.fromkeys(self.bought, ZERO)
        for link in self.links:
            sums[link.line] += link.quantity
        return sums


@dataclass(frozen=True, slots=True)
class Difference:
    """What a supplier order said when its orders were made, and what it says now; `path` points into the data."""

    path: str
    ordered: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Divergence:
    """A supplier order that no longer agrees with the orders made of it."""

    key: SupplierOrderKey
    differences: Sequence[Difference]


class OrderRef(NamedTuple):
    """An order as an answer names it; `duplicate` marks one that an earlier message made."""

    number: str
    version: int
    stage: str
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an order's life: the event type, and the dimension that went from one value to another.

    `holds` are those in force afterwards (None: as before), `also` other dimensions that follow.
    """

    type: str
    dimension: str
    from_: str | int | None
    to: str | int | None
    details: Mapping[str, Any] = field(default_factory=dict)
    holds: Sequence[Hold] | None = None
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class OrderChange:
    """What an order that exists becomes: its content as it will be, its states still as they were, and the changes.

    `position` is that of the last event before them. `trace` is there where conditions were resolved anew;
    `documents` are the warehouse's that were counted.
    """

    state: OrderState
    order: Order
    changes: list[Change]
    position: int = 0
    credit_amount: Decimal = ZERO
    trace: Trace | None = None
    documents: list[FulfilmentDocument] = field(default_factory=list)


@dataclass(slots=True)
class NewOrder:
    """An order to enter, its states as they are before its first change. Its number is drawn when it is stored.

    `path` is where a fault of the number is told.

    `credit_amount`, in company currency, is what it reserves of its account; 0 where it does not count.
    """

    id: UUID
    order: Order
    changes: list[Change]
    trace: Trace
    credit_account: str = ""
    credit_amount: Decimal = ZERO
    supplied_number: int | None = None
    dated_by_clock: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """A registry entry, new, changed or (entry None) retired. Kind, key and entry as on the wire."""

    kind: str
    key: str
    revision: int
    entry: Mapping[str, Any] | None


@dataclass(slots=True)
class Decision:
    """The outcome of one message, with everything that storing it needs."""

    outcome: str
    reasons: Sequence[Reason] = ()
    new_orders: list[NewOrder] = field(default_factory=list)
    earlier: list[OrderRef | NewOrder] = field(default_factory=list)
    offers: list[OfferRecord] = field(default_factory=list)
    supplier_orders: list[SupplierOrderRecord] = field(default_factory=list)
    diverged: Divergence | None = None
    registry: list[RegistryChange] = field(default_factory=list)
    changed: list[OrderChange] = field(default_factory=list)
    by: str | None = None

    @property
    def waits(self) -> bool:
        """All that is wrong is that the order it names does not exist (yet)."""
        return bool(self.reasons) and all(reason.code == "unknown_order" for reason in self.reasons)

    @classmethod
    def because(cls, reasons: Sequence[Reason], earlier: Sequence[OrderRef | NewOrder] = ()) -> Decision:
        """Refused or parked, for every reason given."""
        return cls(outcome_of(reasons), reasons=reasons, earlier=list(earlier))
