"""`order.action-requested.v1`: someone asks for a step on an order (contract 3, domain.md §10)."""

from __future__ import annotations

from adapter.domain.beside_form import ORDERS
from adapter.domain.business import Business
from adapter.domain.decision import Decision
from adapter.domain.known import Known, Needs
from adapter.domain.life.acting import Action, act
from adapter.intake.handler import Handler
from handlers.naming import order_name
from schemas.order_action_requested import OrderActionRequested


def needs(_source: str, message: OrderActionRequested, _business: Business) -> Needs:
    return Needs(orders=[order_name(message)])


def decide(_source: str, message: OrderActionRequested, known: Known) -> Decision:
    action = Action(
        name=order_name(message),
        action=message.action,
        by=message.by,
        hold=message.hold,
        lines=None if message.lines is None else tuple(message.lines),
        reason=message.reason,
        note=message.note,
        expected_version=message.expected_version,
    )
    return act(action, known)


HANDLER = Handler(
    "order-action-requested", "order.action-requested.v1", OrderActionRequested, needs, decide, beside_form=ORDERS
)
