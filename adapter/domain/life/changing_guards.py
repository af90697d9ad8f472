"""What must hold before an order may be changed at all."""

from __future__ import annotations

from adapter.domain.life.addressing import check_version
from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.steps import allowed_in, is_locked, may_be_changed, state_of
from adapter.domain.order_state import OrderState
from adapter.domain.reasons import Reason


def guard(draft: Draft) -> None:
    """`version_conflict`, `action_not_allowed` of an order that has ended, `order_locked` of an acknowledged one."""
    path = "/order" if draft.asked.name.kind == "order" else "/origin"
    conflict = check_version(draft.asked.expected_version, draft.state)
    if conflict is not None:
        draft.reasons.append(conflict)
    if not may_be_changed(draft.order):
        draft.reasons.append(_ended(draft, path))
    elif is_locked(draft.order, draft.order_type):
        draft.reasons.append(_locked(draft, path))


def _ended(draft: Draft, path: str) -> Reason:
    order, allowed = draft.order, allowed_in(state_of(draft.order))
    may = f"Allowed now: {', '.join(allowed)}." if allowed else "Nothing can be done with it any more."
    told = f"Order {order.number} is {order.stage}: it cannot be changed. {may}"
    return Reason("action_not_allowed", path, told, {"stage": order.stage, "allowed": allowed})


def _locked(draft: Draft, path: str) -> Reason:
    order = draft.order
    told = (
        f"The customer has the confirmation of order {order.number}, and orders of type {order.type} are locked then. "
        "Cancel or close it, and enter another."
    )
    return Reason("order_locked", path, told, {"stage": order.stage})


def unknown_customer(state: OrderState) -> Reason:
    code = state.document["customer"]
    told = f"Customer {code} of order {state.number} is no longer registered. Register the customer again."
    return Reason("unknown_customer", "", told, {"customer": code}, ("customer", code))


def unknown_order_type(state: OrderState) -> Reason:
    code = state.document["type"]
    told = f"Order type {code} of order {state.number} is no longer configured. Put it back into order_types.toml."
    return Reason("order_type_unknown", "", told, {"order_type": code})
