"""Finding the one order that a message names."""

from __future__ import annotations

from adapter.domain.known import Known
from adapter.domain.order_state import OrderName, OrderState
from adapter.domain.reasons import Reason


def find_order(name: OrderName, known: Known) -> OrderState | Reason:
    """The order of this name. None: `unknown_order`, which waits for it. Several: `invalid`, with their numbers."""
    found = known.orders.get(name, [])
    if len(found) == 1:
        return found[0]
    path = "/order" if name.kind == "order" else "/origin"
    if not found:
        return Reason(
            "unknown_order",
            path,
            f"There is no order of {_shown(name)}. The message is handled again when it appears. If it never will, "
            "correct the name.",
            {"order": name.number},
            name.awaited,
        )
    numbers = [state.number for state in found]
    told = f"{_shown(name)} names {len(numbers)} orders: {', '.join(numbers)}. Name one of them by its number."
    return Reason("invalid", path, told, {"orders": numbers})


def _shown(name: OrderName) -> str:
    if name.kind == "order":
        return f"number {name.number}"
    return f"{name.kind.replace('_', ' ')} {name.type + '/' if name.type else ''}{name.number}"


def check_version(expected: int | None, state: OrderState) -> Reason | None:
    """`version_conflict` where the order has changed since the sender looked at it."""
    version = state.document["version"]
    if expected is None or expected == version:
        return None
    return Reason(
        "version_conflict",
        "/expected_version",
        f"Order {state.number} is at version {version}, not {expected}. Look at it again before changing it.",
        {"version": version},
    )
