"""Changes that someone asks for on an order (contract 3, order.change-requested).

An applied change is a new version of the order, told with before and after of each field; one that changes nothing is
`applied` too, and leaves version and events as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapter.domain.decision import Change, Decision, OrderChange, OrderRef
from adapter.domain.document import order_document
from adapter.domain.known import Known
from adapter.domain.life.addressing import check_version, find_order
from adapter.domain.life.changing_added import add_lines
from adapter.domain.life.changing_asked import ChangeAsked
from adapter.domain.life.changing_dates import check_dates
from adapter.domain.life.changing_differences import differences, differences_of_totals
from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.changing_guards import guard, unknown_customer, unknown_order_type
from adapter.domain.life.changing_header import change_header
from adapter.domain.life.changing_holds import hold_changes
from adapter.domain.life.changing_lines import change_lines
from adapter.domain.life.changing_money import settle_changed
from adapter.domain.life.changing_prices import reprice
from adapter.domain.life.counting import recount
from adapter.domain.life.quantities import FULFILMENT_EVENTS, fulfilment_of
from adapter.domain.order_state import OrderState
from adapter.domain.reasons import Reason

Completion = Callable[[Draft], None]
"""Gives a changed order, whose amounts are settled, what else the source of the change asks for."""


def nothing_else(_draft: Draft) -> None: ...


def change(asked: ChangeAsked, known: Known) -> Decision:
    """The decision on a change."""
    state = find_order(asked.name, known)
    if isinstance(state, Reason):
        return Decision.because([state])
    draft = draft_of(asked, known, state)
    return Decision.because(draft) if isinstance(draft, list) else Changing(draft).decide()


def draft_of(asked: ChangeAsked, known: Known, state: OrderState) -> Draft | list[Reason]:
    """The order as it is to be changed, or what it lacks for that."""
    customer = known.registries.customer(state.document["customer"])
    order_type = known.business.order_types.get(state.document["type"])
    if customer is not None and order_type is not None:
        return Draft(asked, known, state, customer, order_type)
    conflict = check_version(asked.expected_version, state)
    return [
        *([conflict] if conflict else []),
        *([unknown_customer(state)] if customer is None else []),
        *([unknown_order_type(state)] if order_type is None else []),
    ]


@dataclass(frozen=True, slots=True)
class Changing:
    """Decides one change on the draft of an order."""

    draft: Draft
    complete: Completion = nothing_else

    def decide(self) -> Decision:
        """Everything or nothing, with every fault named at once."""
        changed = self.work_out()
        if isinstance(changed, list):
            return Decision.because(changed)
        if changed is None:
            return self._unchanged()
        self.draft.known.advance(changed)
        return Decision("applied", changed=[changed], by=self.draft.asked.by)

    def work_out(self) -> OrderChange | list[Reason] | None:
        """What the order would become, every fault, or None where it would stay as it is; nobody sees it yet."""
        guard(self.draft)
        for part in (change_header, change_lines, check_dates, add_lines, reprice, settle_changed):
            part(self.draft)
        if self.draft.reasons:
            return self.draft.reasons
        self.complete(self.draft)
        fields = self._fields()
        return self._changed(fields) if fields else None

    def _fields(self) -> list[dict[str, Any]]:
        before, after = self.draft.state.document, order_document(self.draft.order)
        changed = differences(before, after)
        return changed + differences_of_totals(before, after) if changed else []

    def _unchanged(self) -> Decision:
        """All is as it was asked for already."""
        order = self.draft.state.draft()
        return Decision("applied", earlier=[OrderRef(order.number, order.version, order.stage)], by=self.draft.asked.by)

    def _changed(self, fields: list[dict[str, Any]]) -> OrderChange:
        draft = self.draft
        holds, held = hold_changes(draft)
        version = draft.order.version
        draft.order.version = version + 1
        details = draft.asked.told | {"fields": fields}
        content = Change("order.changed", "content", version, version + 1, details, holds=tuple(holds))
        changes = [content, *self._fulfilment(), *held]
        changed = OrderChange(draft.state, draft.order, changes, trace=draft.trace)
        recount(changed, draft.known)
        return changed

    def _fulfilment(self) -> list[Change]:
        """What is delivered may now be all that is ordered, or no longer."""
        before, after = self.draft.order.fulfilment, fulfilment_of(self.draft.order)
        if before == after:
            return []
        return [Change(FULFILMENT_EVENTS[after], "fulfilment", before, after, self.draft.asked.told)]
