"""Actions that someone asks for on an order (contract 3, order.action-requested)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapter.domain.decision import Change, Decision, OrderChange
from adapter.domain.known import Known
from adapter.domain.life.addressing import check_version, find_order
from adapter.domain.life.counting import recount
from adapter.domain.life.holding import hold_of
from adapter.domain.life.quantities import close, fulfilment_of, goods
from adapter.domain.life.steps import ACTIONS, Step, allowed_in, state_of, step_for
from adapter.domain.order import Order, OrderLine
from adapter.domain.order_state import OrderName, OrderState
from adapter.domain.reasons import Reason
from adapter.domain.values import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step that someone asks for; `hold` is the kind to release, `lines` those to close (None: all)."""

    name: OrderName
    action: str
    by: str
    hold: str | None = None
    lines: tuple[Decimal, ...] | None = None
    reason: str | None = None
    note: str | None = None
    expected_version: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        """Who asked and why, as every event of it tells."""
        given = {"by": self.by, "reason": self.reason, "note": self.note}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(slots=True)
class Acting:
    """Decides one action on the draft of an order."""

    action: Action
    known: Known
    state: OrderState
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        self.order = self.state.draft()

    def decide(self) -> Decision:
        conflict = check_version(self.action.expected_version, self.state)
        step = step_for(self.action.action, state_of(self.order))
        reasons = [reason for reason in (conflict, None if step else _not_allowed(self.action, self.order)) if reason]
        if step is None or reasons:
            return Decision.because(reasons)
        change = self._take(step)
        return Decision.because(change) if isinstance(change, list) else self._applied(change)

    def _take(self, step: Step) -> Change | list[Reason]:
        match step.action:
            case "release":
                return self._release(step)
            case "close":
                return self._close(step)
            case "cancel":
                return self._cancel(step)
        before = state_of(self.order)[step.dimension]
        return Change(step.event, step.dimension, before, step.to, self.action.told)

    def _release(self, step: Step) -> Change | list[Reason]:
        """Holds of one kind end, or all of them; while others remain the order stays held."""
        kind = self.action.hold
        ended = [hold for hold in self.order.holds if kind in (None, hold.kind)]
        if not ended:
            held = sorted({hold.kind for hold in self.order.holds})
            told = f"Order {self.state.number} has no {kind} hold; it is held for {', '.join(held) or 'nothing'}."
            return [Reason("action_not_allowed", "/hold", told, {"holds": held})]
        left = tuple(hold for hold in self.order.holds if hold not in ended)
        kinds = sorted({hold.kind for hold in ended})
        self._authorise(kinds)
        details = self.action.told | {"holds": kinds}
        return Change(step.event, "hold", self.order.hold, hold_of(left, step.to), details, holds=left)

    def _authorise(self, kinds: Sequence[str]) -> None:
        """What is released is accepted as it stands, total or missing prices: it is not held for that again."""
        if "credit" in kinds:
            self.order.authorised_total = self.order.totals.total
        if "price" in kinds:
            self.order.warnings = [one for one in self.order.warnings if one.code != "price_missing"]

    def _close(self, step: Step) -> Change | list[Reason]:
        """The rest of the named lines, or of all, will not come."""
        known = {line.line: line for line in goods(self.order)}
        whole = self.action.lines is None
        faults = self._not_closable(self.action.lines or (), known)
        if faults:
            return faults
        closed = {plain(number): plain(close(known[number])) for number in dict.fromkeys(self.action.lines or known)}
        details = self.action.told | {"lines": {number: left for number, left in closed.items() if left != "0"}}
        to = step.to if whole else fulfilment_of(self.order)
        return Change(step.event, "fulfilment", self.order.fulfilment, to, details)

    def _not_closable(self, numbers: Sequence[Decimal], known: Mapping[Decimal, OrderLine]) -> list[Reason]:
        """Lines that the order does not have, and those of which nothing is open."""
        faults = []
        for index, number in enumerate(numbers):
            if number not in known:
                faults.append(_no_line(index, number, self.state))
            elif not known[number].remaining_quantity:
                faults.append(_nothing_open(index, number, self.order))
        return faults

    def _cancel(self, step: Step) -> Change:
        """Cancelling closes whatever is open (§10.1)."""
        for line in goods(self.order):
            close(line)
        before, also = self.order.confirmation, {"fulfilment": "closed"}
        return Change(step.event, step.dimension, before, step.to, self.action.told, also=also)

    def _applied(self, change: Change) -> Decision:
        changed = OrderChange(self.state, self.order, [change])
        recount(changed, self.known)
        self.known.advance(changed)
        return Decision("applied", changed=[changed], by=self.action.by)


def act(action: Action, known: Known) -> Decision:
    """The decision on an action."""
    state = find_order(action.name, known)
    if isinstance(state, Reason):
        return Decision.because([state])
    return Acting(action, known, state).decide()


def _not_allowed(action: Action, order: Order) -> Reason:
    allowed = allowed_in(state_of(order))
    may = f"Allowed now: {', '.join(allowed)}." if allowed else "Nothing can be done with it any more."
    known = "" if action.action in ACTIONS else f" There is no action {action.action}."
    return Reason(
        "action_not_allowed",
        "/action",
        f"Order {order.number} is {order.stage}: {action.action} is not possible.{known} {may}",
        {"stage": order.stage, "allowed": allowed},
    )


def _nothing_open(index: int, number: Decimal, order: Order) -> Reason:
    told = f"Line {plain(number)} of order {order.number} cannot be closed: nothing of it is open any more."
    allowed = allowed_in(state_of(order))
    data = {"stage": order.stage, "line": plain(number), "allowed": allowed}
    return Reason("action_not_allowed", f"/lines/{index}", told, data)


def _no_line(index: int, number: Decimal, state: OrderState) -> Reason:
    told = f"Order {state.number} has no line {plain(number)} that can be closed."
    return Reason("invalid", f"/lines/{index}", told, {"line": plain(number)})
