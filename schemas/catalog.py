"""Every message that is taken and sent, by type: its model, its JSON Schema, an example (contract §2–§5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from schemas.events import MessageRefused, OrderEvent, SupplierOrderDiverged
from schemas.examples import event_example, order_event_types, read_example
from schemas.fulfilment_reported import FulfilmentReported
from schemas.message import Message, Shape
from schemas.offer_accepted import OfferAccepted
from schemas.order_action_requested import OrderActionRequested
from schemas.order_change_requested import OrderChangeRequested
from schemas.registry_changed import RegistryChanged
from schemas.supplier_order_placed import SupplierOrderPlaced

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

MESSAGES: Final[Mapping[str, type[Message]]] = {
    "offer.accepted.v1": OfferAccepted,
    "supplier-order.placed.v1": SupplierOrderPlaced,
    "order.action-requested.v1": OrderActionRequested,
    "order.change-requested.v1": OrderChangeRequested,
    "fulfilment.reported.v1": FulfilmentReported,
    "registry.changed.v1": RegistryChanged,
}
"""The data of what is taken, by type."""

EVENTS: Final[Mapping[str, type[Shape]]] = {
    **dict.fromkeys(order_event_types(), OrderEvent),
    "supplier-order.diverged.v1": SupplierOrderDiverged,
    "message.refused.v1": MessageRefused,
}
"""The data of what is sent, by type."""


class _Plain(GenerateJsonSchema):
    """Without a title for every field: its name says as much."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def data_schema(model: type[Shape]) -> dict[str, Any]:
    """The JSON Schema of one object. Rules between fields are told when a message is validated, not here."""
    return model.model_json_schema(by_alias=True, schema_generator=_Plain)


def json_schema(message_type: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a whole message in structured mode.

    Raises:
        KeyError: no such type.
    """
    inbound = message_type in MESSAGES
    data = data_schema(MESSAGES[message_type] if inbound else EVENTS[message_type])
    definitions = data.pop("$defs", {})
    return {
        "$schema": DIALECT,
        "$id": f"urn:customer-orders:schema:{message_type}",
        "title": message_type,
        "type": "object",
        "required": ["specversion", "id", "source", "data"] + ([] if inbound else ["type", "time"]),
        "properties": _attributes(message_type) | ({} if inbound else _ORDERED) | {"data": data},
        "$defs": definitions,
    }


def _attributes(message_type: str) -> dict[str, Any]:
    return {
        "specversion": {"const": "1.0"},
        "id": _ATTRIBUTE,
        "source": _ATTRIBUTE,
        "type": {"const": message_type},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": ["string", "null"], "maxLength": 255},
        "datacontenttype": {"const": "application/json"},
        "traceparent": {"type": "string"},
        "tracestate": {"type": "string"},
    }


_ATTRIBUTE: Final = {"type": "string", "minLength": 1, "maxLength": 255}
_ORDERED: Final = {"sequence": {"type": "string", "pattern": "^[0-9]{10}$"}, "partitionkey": {"type": "string"}}


def example(message_type: str) -> dict[str, Any]:
    """A whole valid message of a type.

    Raises:
        KeyError: no such type.
    """
    if message_type in MESSAGES:
        return read_example(message_type)
    if message_type not in EVENTS:
        raise KeyError(message_type)
    return event_example(message_type)
