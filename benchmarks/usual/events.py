"""The events of an order, as other systems get them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from adapter.domain.decision import Change, NewOrder
from adapter.domain.evolving import documents
from adapter.domain.reasons import Reason
from adapter.ids import new_id
from adapter.messaging.envelope import cloud_event
from benchmarks.usual.messages import OfferAcceptedEvent
from benchmarks.usual.tables import Event


def order_events(new: NewOrder, cause: OfferAcceptedEvent, company: str) -> Iterator[Event]:
    """One event a change, each with the order as it is after that change."""
    told = zip(new.changes, documents(new.order, new.changes), strict=True)
    for position, (change, document) in enumerate(told, 1):
        data = {"position": position, "change": _change(change), "order": document}
        yield _event(change.type, new.order.number, data, cause, company, new.id, position)


def refusal_event(outcome: str, reasons: list[dict[str, Any]], cause: OfferAcceptedEvent, company: str) -> Event:
    return _event("message.refused", cause.subject, {"outcome": outcome, "reasons": reasons}, cause, company)


def reason_document(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "path": reason.path, "message": reason.message, **reason.data}


def _change(change: Change) -> dict[str, Any]:
    return {"dimension": change.dimension, "from": change.from_, "to": change.to, "details": dict(change.details)}


def _event(
    type_: str,
    subject: str | None,
    data: dict[str, Any],
    cause: OfferAcceptedEvent,
    company: str,
    order_id: UUID | None = None,
    position: int | None = None,
) -> Event:
    event_id = new_id()
    caused_by = {"id": cause.id, "source": cause.source, "type": cause.type, "by": cause.data.by}
    sequence = {"sequence": f"{position:010}", "partitionkey": subject} if position else {}
    body = cloud_event(
        str(event_id),
        f"/customer-orders/{company}",
        f"{type_}.v1",
        datetime.datetime.now(datetime.UTC),
        subject,
        data | {"caused_by": caused_by},
        **sequence,
    )
    return Event(
        event_id=event_id,
        order_id=order_id,
        position=position,
        type=type_,
        subject=subject,
        body=body,
        correlation_id=cause.id,
    )
