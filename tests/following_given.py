"""A supplier order with its customer orders, which comes again; all in memory, open orders follow."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from supplier_orders_given import a_supplier_order, known

from adapter.domain.decision import Decision, NewOrder, OrderRef, SupplierOrderKey, SupplierOrderRecord
from adapter.domain.evolving import documents
from adapter.domain.known import CreditAccount, Known
from adapter.domain.life.acting import Action, act
from adapter.domain.life.changing import change
from adapter.domain.life.changing_asked import ChangeAsked, HeaderAsked, LineAsked
from adapter.domain.order import Order, OrderLine
from adapter.domain.order_state import OrderName, OrderState
from adapter.domain.supplier_orders.linking import name_of
from adapter.domain.supplier_orders.placing import Placing
from adapter.domain.supplier_orders.supplier_order import PlacedSupplierOrder, SupplierOrder, SupplierOrderLine
from adapter.domain.values import exact

KEY = SupplierOrderKey("purchasing", "PO-1")


def following(*entries: Any, **set_: Any) -> Known:
    """What is known where open orders follow."""
    return known(*entries, follow=True, **set_)


class Bought:
    """A supplier order that was placed, and what becomes of its orders."""

    def __init__(
        self,
        *lines: SupplierOrderLine,
        known: Known | None = None,
        owed: Mapping[str, str] | None = None,
        by: str | None = None,
        order: SupplierOrder | None = None,
        **fields: Any,
    ) -> None:
        self.known = known or following()
        self.known.credit |= {code: CreditAccount(Decimal(amount)) for code, amount in (owed or {}).items()}
        self.order = order or a_supplier_order(*lines, **fields)
        placed = self._decide(self.order, by)
        assert placed.outcome == "created", placed.reasons
        self._enter(placed.new_orders)

    def _decide(self, order: SupplierOrder, by: str | None = None) -> Decision:
        message = PlacedSupplierOrder(source=KEY.source, order=order, by=by)
        with exact():
            return Placing(message, self.known, uuid.uuid4).decide()

    def _enter(self, made: list[NewOrder]) -> None:
        states = []
        for number, new in enumerate(made, 1):
            new.order.number, new.order.sequence_number, new.order.numbering = f"N{number}", number, "ORD"
            document = documents(new.order, new.changes)[-1]
            state = OrderState(new.id, document, len(new.changes), new.credit_account, new.credit_amount)
            self.known.orders[OrderName("order", new.order.number)] = [state]
            states.append(state)
        self.known.orders[name_of(KEY)] = states
        self.record.orders = [OrderRef(state.number, 1, state.document["stage"], duplicate=True) for state in states]
        self.record.stored = True

    @property
    def record(self) -> SupplierOrderRecord:
        found = self.known.supplier_orders[KEY]
        assert found is not None
        return found

    def again(
        self, *lines: SupplierOrderLine, sent_at: datetime.datetime | None = None, by: str | None = None, **fields: Any
    ) -> Decision:
        """It comes again with other lines, where any are given, and other fields of the header."""
        return self.again_with(replace(self.order, **fields | ({"lines": lines} if lines else {})), sent_at, by)

    def again_with(
        self, order: SupplierOrder, sent_at: datetime.datetime | None = None, by: str | None = None
    ) -> Decision:
        self.order, self.known.sent_at = order, sent_at
        return self._decide(order, by)

    def orders(self) -> list[Order]:
        return [state.draft() for state in self.known.orders[name_of(KEY)]]

    def now(self, number: int = 1) -> Order:
        """An order as it is now, by its place."""
        return self.orders()[number - 1]

    def line(self, line: Any = 1, number: int = 1) -> OrderLine:
        return next(one for one in self.now(number).lines if one.line == Decimal(str(line)))

    def act(self, action: str, number: int = 1) -> None:
        with exact():
            decision = act(Action(name=OrderName("order", f"N{number}"), action=action, by="eva"), self.known)
        assert decision.outcome == "applied", decision.reasons

    def by_hand(self, *lines: LineAsked, number: int = 1, **header: Any) -> None:
        """Somebody changes an order by `order.change-requested`."""
        name = OrderName("order", f"N{number}")
        asked = ChangeAsked(name=name, by="eva", lines=lines, header=HeaderAsked(**header))
        with exact():
            decision = change(asked, self.known)
        assert decision.outcome == "applied", decision.reasons

    @property
    def links(self) -> dict[Decimal, tuple[Decimal, Decimal]]:
        """What is bought and what is linked, by line."""
        linked = self.record.linked()
        return {line: (bought, linked[line]) for line, bought in self.record.bought.items()}


def fields_of(decision: Decision, place: int = 0) -> dict[str, tuple[Any, Any]]:
    """Before and after by path, as the event of one order tells it."""
    content = decision.changed[place].changes[0]
    return {one["path"]: (one["before"], one["after"]) for one in content.details["fields"]}


def events_of(decision: Decision) -> list[str]:
    return [one.type for changed in decision.changed for one in changed.changes]


def why_not(decision: Decision) -> list[str]:
    """Why nothing has followed; the divergence is told beside."""
    assert (decision.outcome, decision.changed) == ("duplicate", [])
    assert decision.diverged is not None
    return [reason.message for reason in decision.reasons if reason.code == "not_followed"]
