"""The table of steps: which action may be taken in which state, what must hold besides, and what it leads to.

What is not in the table is refused by name, with what is allowed (`action_not_allowed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapter.domain.order import Order
from adapter.domain.order_types import OrderType

State = Mapping[str, str]
"""A value for each dimension that a step looks at."""


@dataclass(frozen=True, slots=True)
class Step:
    """An action that may be taken while every named dimension has one of these values."""

    action: str
    event: str
    dimension: str
    to: str
    when: Mapping[str, frozenset[str]]


def _of(**dimensions: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(values.split()) for name, values in dimensions.items()}


STEPS: Final = (
    Step(
        "confirm",
        "order.confirmed",
        "confirmation",
        "confirmed",
        _of(confirmation="entered", fulfilment="none partial"),
    ),
    Step(
        "release",
        "order.released",
        "hold",
        "released",
        _of(confirmation="entered confirmed", hold="blocked awaiting_approval", fulfilment="none partial"),
    ),
    Step(
        "acknowledge",
        "order.acknowledged",
        "acknowledgement",
        "acknowledged",
        _of(confirmation="confirmed", hold="none released", acknowledgement="none"),
    ),
    Step(
        "close",
        "order.closed",
        "fulfilment",
        "closed",
        _of(confirmation="entered confirmed", fulfilment="none partial"),
    ),
    Step(
        "cancel",
        "order.cancelled",
        "confirmation",
        "cancelled",
        _of(confirmation="entered confirmed", fulfilment="none"),
    ),
)

ACTIONS: Final = tuple(step.action for step in STEPS)


def state_of(order: Order) -> dict[str, str]:
    return {
        "confirmation": order.confirmation,
        "fulfilment": order.fulfilment,
        "hold": order.hold,
        "acknowledgement": order.acknowledgement,
    }


def step_for(action: str, state: State) -> Step | None:
    """The step that an action is in this state; None where it is not allowed."""
    return next((step for step in STEPS if step.action == action and _holds(step, state)), None)


def allowed_in(state: State) -> list[str]:
    """The actions that may be taken in this state."""
    return [step.action for step in STEPS if _holds(step, state)]


def _holds(step: Step, state: State) -> bool:
    return all(state[dimension] in values for dimension, values in step.when.items())


def may_be_changed(order: Order) -> bool:
    """Content may be changed until the order has ended, in whatever way; a hold is no hindrance, it may be the cure."""
    return order.confirmation in {"entered", "confirmed"} and order.fulfilment in {"none", "partial"}


def is_open(order: Order) -> bool:
    """Whether nobody relies on it yet: neither confirmed nor acknowledged, nothing of it delivered or closed."""
    return (order.confirmation, order.fulfilment, order.acknowledgement) == ("entered", "none", "none")


def is_locked(order: Order, order_type: OrderType) -> bool:
    """Whether changes are refused because the customer has the confirmation ("block listed document", §9)."""
    return order_type.lock_when_acknowledged and order.acknowledgement == "acknowledged"


def may_be_fulfilled(order: Order, order_type: OrderType) -> bool:
    """A confirmed order without a hold, acknowledged where its type asks for it (contract 4)."""
    if order.confirmation != "confirmed" or order.hold not in {"none", "released"}:
        return False
    return not order_type.requires_acknowledgement or order.acknowledgement == "acknowledged"
