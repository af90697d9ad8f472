"""A settled order enters the books: weighed against the credit limit, held where something holds it, confirmed (§9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from adapter.domain.credit import CreditCheck, account_of, check_credit, is_counted
from adapter.domain.decision import Change, NewOrder
from adapter.domain.known import CreditAccount, Known
from adapter.domain.offers.checks import dated_by_clock
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.offers.offer import AcceptedOffers
from adapter.domain.order import Hold, Order, OrderWarning
from adapter.domain.order_types import OrderType
from adapter.domain.registry import Customer
from adapter.domain.trace import Trace
from adapter.domain.values import ZERO, Rounding, plain

Completion = Callable[[Order, LineBuilding], Sequence[Hold]]
"""Gives a settled order what else its kind of source asks for (costs, warnings), and says what holds it."""


def nothing_else(_order: Order, _building: LineBuilding) -> Sequence[Hold]:
    return ()


@dataclass(slots=True)
class Entering:
    """Makes an order that has no faults one to be entered.

    `warnings` are those found while it was built, `pending` what earlier orders of the message will reserve.
    """

    message: AcceptedOffers
    known: Known
    customer: Customer
    order_type: OrderType
    pending: dict[str, Decimal]
    trace: Trace
    warnings: list[OrderWarning]

    def enter(self, id: UUID, order: Order, building: LineBuilding, complete: Completion) -> NewOrder:
        """The order under its id, with what it reserves of the credit and the changes that its events tell of."""
        credit = self._weigh(order)
        self._warn_of_repetition(order)
        order.warnings = self.warnings
        holds = [*self._holds(building, credit), *complete(order, building)]
        return NewOrder(
            id,
            order,
            self._changes(holds),
            self.trace,
            credit_account=credit.account,
            credit_amount=self._reserve(credit),
            supplied_number=self.message.order_number,
            dated_by_clock=dated_by_clock(self.order_type, self.message),
            path="/order_number" if self.message.order_number is not None else "",
        )

    def _warn_of_repetition(self, order: Order) -> None:
        """A second use of the customer's own order number may be an order sent twice."""
        number = order.customer_order_number
        if number is not None and (order.customer, number) in self.known.customer_orders:
            told = f"Customer {order.customer} has used his order number {number} before."
            self.warnings.append(OrderWarning(code="customer_order_repeated", message=told))

    def _weigh(self, order: Order) -> CreditCheck:
        """Check the credit limit; a limit that is exceeded without holding the order is a warning on it."""
        registries = self.known.registries
        currency = registries.currency(self.known.business.parameters.company_currency)
        rounding = Rounding(currency.decimals if currency else 2, self.known.business.parameters.rounding)
        code = account_of(self.customer)
        stored = self.known.credit.get(code)
        account = CreditAccount(stored.total if stored else ZERO, self.pending.get(code, ZERO))
        check = check_credit(order, self.customer, self.order_type, account, registries, rounding, self.trace)
        if check.exceeded and not check.blocks:
            self.warnings.append(OrderWarning(code="credit_exceeded", message=check.exceeded))
        return check

    def _reserve(self, check: CreditCheck) -> Decimal:
        """What the order reserves of its account, where orders in this state count."""
        if not is_counted(self.order_type, self.known.business.parameters, confirmed=self.order_type.auto_confirm):
            return ZERO
        self.pending[check.account] = self.pending.get(check.account, ZERO) + check.amount
        return check.amount

    def _holds(self, building: LineBuilding, credit: CreditCheck) -> list[Hold]:
        since = self.known.now.isoformat()
        holds = [Hold(kind="credit", since=since, details=credit.exceeded)] if credit.blocks else []
        if building.unpriced:
            lines = ", ".join(plain(line) for line in building.unpriced)
            holds.append(Hold(kind="price", since=since, details=f"No price for line {lines}."))
        return holds

    def _changes(self, holds: list[Hold]) -> list[Change]:
        details = {"conversion": "all", "by": self.message.by} if self.message.conversion == "all" else {}
        changes = [Change("order.entered", "confirmation", None, "entered", details)]
        if self.order_type.auto_confirm:
            changes.append(Change("order.confirmed", "confirmation", "entered", "confirmed", {"automatic": True}))
        if holds:
            kinds = {"holds": [hold.kind for hold in holds]}
            changes.append(Change("order.blocked", "hold", "none", "blocked", kinds, holds=holds))
        return changes
