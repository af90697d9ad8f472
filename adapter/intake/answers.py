"""What a message is answered (contract 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import orjson

from adapter.domain.decision import Change, Decision, NewOrder, OrderChange, OrderRef
from adapter.domain.evolving import stages
from adapter.domain.reasons import Reason
from adapter.intake.received import Received


class StatusStep(NamedTuple):
    """One step of an order's life, as the log tells it."""

    order: str
    position: int
    change: Change
    stage: str


@dataclass(slots=True)
class Handled:
    """A message with its outcome; `new` is false for one that was answered from memory."""

    received: Received
    outcome: str
    orders: list[OrderRef] = field(default_factory=list)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    repeated: bool = False
    new: bool = True
    steps: list[StatusStep] = field(default_factory=list)

    @property
    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "outcome": self.outcome,
            "orders": [_order(ref) for ref in self.orders],
            "reasons": self.reasons,
        }
        return answer | {"repeated": True} if self.repeated else answer

    @property
    def is_refusal(self) -> bool:
        return self.outcome in {"refused", "parked"}

    @property
    def is_waiting(self) -> bool:
        """The order that it names does not exist yet: no outcome until it appears or the time is up."""
        return self.outcome == "waiting"

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(reason["code"] for reason in self.reasons))


def _order(ref: OrderRef) -> dict[str, Any]:
    order: dict[str, Any] = {"number": ref.number, "version": ref.version, "stage": ref.stage}
    return order | {"duplicate": True} if ref.duplicate else order


def reason_document(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "path": reason.path, "message": reason.message, **reason.data}


def reason_documents(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [reason_document(reason) for reason in reasons]


SUCCEEDED = {"created", "applied", "duplicate"}


def repeated(received: Received, outcome: str, answer: dict[str, Any]) -> Handled:
    """The answer to a message that was handled before, with the same content."""
    orders = [OrderRef(o["number"], o["version"], o["stage"], o.get("duplicate", False)) for o in answer["orders"]]
    if outcome in SUCCEEDED:
        return Handled(received, "duplicate", orders, answer["reasons"], new=False)
    return Handled(received, outcome, orders, answer["reasons"], repeated=True, new=False)


def repeated_within(received: Received, first: Handled) -> Handled:
    """The answer to a message that stands twice in one batch."""
    return repeated(received, first.outcome, first.answer)


def from_memory(received: Received, outcome: str, answer: bytes) -> Handled:
    return repeated(received, outcome, orjson.loads(answer))


def reused(received: Received) -> Received:
    """The same source and id with other content: refused from now on, and kept under the identity of its own bytes."""
    reason = Reason(
        "message_id_reused",
        "",
        f"A message with id {received.message_id} of {received.source} was handled already, with other content. "
        "Give every message an id of its own.",
    )
    received.reasons, received.message, received.reused, received.misformed = [reason], None, True, False
    return received


def handled_as(received: Received, decision: Decision) -> Handled:
    """The outcome of a message that was decided and whose orders have their numbers."""
    earlier = [as_earlier(order) for order in decision.earlier]
    steps = [_steps(new, 0) for new in decision.new_orders]
    steps += [_steps(change, change.position) for change in decision.changed]
    decided: list[NewOrder | OrderChange] = [*decision.new_orders, *decision.changed]
    orders = [*earlier, *(_ref_after(one, told) for one, told in zip(decided, steps, strict=True))]
    told = list(chain.from_iterable(steps))
    return Handled(received, decision.outcome, orders, reason_documents(decision.reasons), steps=told)


def _steps(decided: NewOrder | OrderChange, position: int) -> list[StatusStep]:
    order, changes = decided.order, decided.changes
    reached = zip(changes, stages(order, changes), strict=True)
    return [
        StatusStep(order.number, position + place, change, stage) for place, (change, stage) in enumerate(reached, 1)
    ]


def as_earlier(order: OrderRef | NewOrder) -> OrderRef:
    """An order as a later message names it."""
    return _ref(order)._replace(duplicate=True) if isinstance(order, NewOrder) else order


def _ref(decided: NewOrder | OrderChange) -> OrderRef:
    return _ref_after(decided, _steps(decided, 0))


def _ref_after(decided: NewOrder | OrderChange, steps: Sequence[StatusStep]) -> OrderRef:
    order = decided.order
    return OrderRef(order.number, order.version, steps[-1].stage if steps else order.stage)
