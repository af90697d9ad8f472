"""How messages about an order name it."""

from __future__ import annotations

from adapter.domain.order_state import OrderName
from schemas.addressed import Addressed


def order_name(message: Addressed) -> OrderName:
    """By its number, or by a document that it was made of; a message has exactly one of them."""
    origin = message.origin
    if origin is None:
        return OrderName("order", message.order or "")
    return OrderName(origin.kind, origin.number, origin.type, origin.source, origin.customer)
