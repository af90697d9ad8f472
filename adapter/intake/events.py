"""From decisions to the events that tell of them (contract 4)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from adapter.domain.decision import Change, Decision, Divergence, NewOrder
from adapter.domain.document_lines import Document
from adapter.domain.evolving import documents
from adapter.domain.order import Order
from adapter.ids import new_id
from adapter.intake.answers import Handled
from adapter.intake.received import Received
from adapter.messaging.envelope import cloud_event, write
from adapter.persistence.events import StoredEvent


@dataclass(frozen=True, slots=True)
class EventWriter:
    """Writes the events of one transaction: one company, one instant.

    `orders`, where it is given, gets every order as its last event has it, as JSON.
    """

    company: str
    now: datetime.datetime
    orders: list[bytes] | None = None

    @property
    def _source(self) -> str:
        return f"/customer-orders/{self.company}"

    def of(self, handled: Handled, decision: Decision) -> list[StoredEvent]:
        """The events of one outcome. A replay that is refused once more was told when it was first refused."""
        cause = handled.received
        events = [event for new in decision.new_orders for event in self.of_new_order(new, cause)]
        for changed in decision.changed:
            events += self._of_order(changed.state.id, changed.order, changed.changes, changed.position, cause)
        if decision.diverged is not None:
            events.append(self.of_divergence(decision.diverged, handled))
        if handled.is_refusal and (cause.replay_of is None or cause.was_waiting):
            events.append(self.of_refusal(handled))
        return events

    def of_new_order(self, new: NewOrder, cause: Received) -> list[StoredEvent]:
        return self._of_order(new.id, new.order, new.changes, 0, cause)

    def _of_order(
        self, order_id: UUID, order: Order, changes: Sequence[Change], position: int, cause: Received
    ) -> list[StoredEvent]:
        """One event a change, each with the order as it is after that change; `position` is that of the last before."""
        told = documents(order, changes)
        if self.orders is not None:
            self.orders.append(write(told[-1]))
        return [
            self._order_event(order_id, place, change, document, cause)
            for place, (change, document) in enumerate(zip(changes, told, strict=True), position + 1)
        ]

    def _order_event(
        self, order_id: UUID, position: int, change: Change, document: Document, cause: Received
    ) -> StoredEvent:
        data = {
            "position": position,
            "change": {
                "dimension": change.dimension,
                "from": change.from_,
                "to": change.to,
                "details": dict(change.details),
            },
            "caused_by": caused_by(cause),
            "order": document,
        }
        number = document["number"]
        order_fields = {"sequence": f"{position:010}", "partitionkey": number}
        return self._stored(change.type, number, data, cause, order_id, position, order_fields)

    def of_divergence(self, diverged: Divergence, handled: Handled) -> StoredEvent:
        cause, key = handled.received, diverged.key
        data = {
            "supplier_order": {"number": key.number, "source": key.source},
            "orders": handled.answer["orders"],
            "differences": [asdict(difference) for difference in diverged.differences],
            "caused_by": caused_by(cause),
        }
        return self._stored("supplier-order.diverged", key.number, data, cause, None, None, {})

    def of_refusal(self, handled: Handled) -> StoredEvent:
        cause = handled.received
        data = {"outcome": handled.outcome, "reasons": handled.reasons, "caused_by": caused_by(cause)}
        return self._stored("message.refused", cause.subject, data, cause, None, None, {})

    def _stored(
        self,
        routing_key: str,
        subject: str | None,
        data: Mapping[str, Any],
        cause: Received,
        order_id: UUID | None,
        position: int | None,
        extensions: Mapping[str, str],
    ) -> StoredEvent:
        event_id = new_id()
        body = cloud_event(
            event_id=str(event_id),
            source=self._source,
            type=f"{routing_key}.v1",
            time=self.now,
            subject=subject,
            data=data,
            **extensions,
            **_trace_context(cause),
        )
        return StoredEvent(event_id, order_id, position, routing_key, subject, body, cause.message_id)


def caused_by(cause: Received) -> dict[str, str | None]:
    """Which message caused it, as far as that could be read."""
    known = cause.readable
    return {
        "id": cause.message_id if known else None,
        "source": cause.source if known else None,
        "type": cause.type,
        "by": cause.by,
    }


def _trace_context(cause: Received) -> dict[str, str]:
    context = {"traceparent": cause.traceparent, "tracestate": cause.tracestate}
    return {name: value for name, value in context.items() if value}
