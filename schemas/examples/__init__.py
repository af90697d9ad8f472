"""Examples of every message: what is taken stands in files beside this one, what is sent tells one order's life."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

# Type, dimension, from, to, and the order's stage after it.
_STEPS: Final = (
    ("order.entered.v1", "confirmation", None, "entered", "entered"),
    ("order.confirmed.v1", "confirmation", "entered", "confirmed", "confirmed"),
    ("order.acknowledged.v1", "acknowledgement", "none", "acknowledged", "confirmed"),
    ("order.blocked.v1", "hold", "none", "blocked", "blocked"),
    ("order.released.v1", "hold", "blocked", "released", "confirmed"),
    ("order.changed.v1", "content", 1, 2, "confirmed"),
    ("order.partially-fulfilled.v1", "fulfilment", "none", "partial", "partially_fulfilled"),
    ("order.fulfilled.v1", "fulfilment", "partial", "complete", "fulfilled"),
    ("order.closed.v1", "fulfilment", "partial", "closed", "closed"),
    ("order.cancelled.v1", "confirmation", "confirmed", "cancelled", "cancelled"),
    ("order.rejected.v1", "confirmation", "entered", "rejected", "rejected"),
    ("order.workflow-advanced.v1", "workflow", "inserted", "to_approve", "confirmed"),
)
_CAUSE: Final = {
    "id": "5e1b9c1e-6f0e-4f0a-9a50-0d1c2f3a4b5c",
    "source": "crm/north",
    "type": "offer.accepted.v1",
    "by": "anna.berg",
}
_CREDIT: Final = {"kind": "credit", "since": "2026-03-02T09:30:01Z", "details": "Over the limit by 484.72 EUR"}
_REFUSED: Final = {
    "outcome": "parked",
    "reasons": [
        {
            "code": "unknown_item",
            "path": "/offers/0/lines/0/item",
            "message": "Item CHAIR-01 is not known. Send it as registry.changed.v1, then this replays by itself.",
        }
    ],
    "caused_by": _CAUSE,
}
_DIVERGED: Final = {
    "supplier_order": {"number": "PO-2026-0042", "source": "purchasing/acme"},
    "orders": [{"number": "2026-00002", "version": 1, "stage": "confirmed"}],
    "differences": [{"path": "/supplier_order/lines/0/quantity", "ordered": "10", "now": "12"}],
    "caused_by": _CAUSE | {"id": "po-2026-0042-b", "source": "purchasing/acme", "type": "supplier-order.placed.v1"},
}


def order_event_types() -> Iterable[str]:
    return [step[0] for step in _STEPS]


def read_example(name: str) -> dict[str, Any]:
    """An example as its file has it, numbers exact."""
    text = files(__name__).joinpath(f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def event_example(message_type: str) -> dict[str, Any]:
    """A whole event as it is sent."""
    if message_type == "message.refused.v1":
        return _event(message_type, "OF-2026-0117", _REFUSED)
    if message_type == "supplier-order.diverged.v1":
        return _event(message_type, "PO-2026-0042", _DIVERGED)
    position = 1 + next(i for i, step in enumerate(_STEPS) if step[0] == message_type)
    event = _event(message_type, "2026-00001", _step(position))
    return event | {"sequence": f"{position:010}", "partitionkey": "2026-00001"}


def _event(message_type: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "0195565e-7f1b-7c3a-8b1d-2f6f0c9d4e11",
        "source": "/customer-orders/ACME",
        "type": message_type,
        "time": "2026-03-02T09:30:01Z",
        "subject": subject,
        "datacontenttype": "application/json",
        "data": data,
    }


def _step(position: int) -> dict[str, Any]:
    _, dimension, before, after, stage = _STEPS[position - 1]
    order = read_example("order")
    order["stage"] = stage
    if dimension == "content":
        order["version"] = after
    else:
        order["status"] = order["status"] | {"confirmation": _confirmation(stage), dimension: after}
    if after == "blocked":
        order["holds"] = [_CREDIT]
    if dimension == "fulfilment":
        order["lines"] = [_delivered(line, str(after), i) for i, line in enumerate(order["lines"])]
    change = {"dimension": dimension, "from": before, "to": after, "details": _details(dimension)}
    return {"position": position, "change": change, "caused_by": _CAUSE, "order": order}


def _confirmation(stage: str) -> str:
    return stage if stage in {"entered", "cancelled", "rejected"} else "confirmed"


def _delivered(line: dict[str, Any], reached: str, index: int) -> dict[str, Any]:
    """A line after a fulfilment: the first is delivered, the others wait, are delivered too, or are closed."""
    if line["quantity"] is None:
        return line
    if index == 0 or reached == "complete":
        return line | {"fulfilled_quantity": line["quantity"], "remaining_quantity": "0"}
    if reached == "closed":
        return line | {"closed_quantity": line["quantity"], "remaining_quantity": "0"}
    return line


def _details(dimension: str) -> dict[str, Any]:
    if dimension == "content":
        return {"changes": [{"path": "/carrier", "before": "GLS", "after": "DHL"}]}
    return {}
