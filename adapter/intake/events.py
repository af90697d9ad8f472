"""From decisions to the events that tell of them (contract 4)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapter.domain.decision import Change, NewOrder
from adapter.domain.document import Document, hold_document, order_document, status_document
from adapter.domain.order import Order
from adapter.ids import new_id
from adapter.intake.answers import Handled
from adapter.intake.received import Received
from adapter.messaging.envelope import cloud_event
from adapter.persistence.events import StoredEvent


@dataclass(frozen=True, slots=True)
class EventWriter:
    """Writes the events of one transaction: one company, one instant."""

    company: str
    now: datetime.datetime

    @property
    def _source(self) -> str:
        return f"/customer-orders/{self.company}"

    def of_new_order(self, new: NewOrder, cause: Received) -> list[StoredEvent]:
        """One event a change, each with the order as it was after that change; the order ends in its final state."""
        document = order_document(new.order)
        events = []
        for position, change in enumerate(new.changes, 1):
            _apply(new, change)
            document = document | _state(new.order)
            events.append(self._order_event(new, position, change, document, cause))
        return events

    def _order_event(
        self, new: NewOrder, position: int, change: Change, document: Document, cause: Received
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
        order_fields = {"sequence": f"{position:010}", "partitionkey": new.order.number}
        return self._stored(change.type, new.order.number, data, cause, new.id, position, order_fields)

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


def _apply(new: NewOrder, change: Change) -> None:
    if change.dimension in {"confirmation", "hold", "fulfilment", "acknowledgement", "workflow"}:
        setattr(new.order, change.dimension, change.to)
    if change.dimension == "hold":
        new.order.holds = new.holds


def _state(order: Order) -> Document:
    return {
        "number": order.number,
        "stage": order.stage,
        "status": status_document(order),
        "holds": [hold_document(hold) for hold in order.holds],
    }


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
