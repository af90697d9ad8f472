"""The orders that were made of the documents in a batch of messages, to compare a simulation with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from adapter.domain.business import Business
from adapter.domain.document_lines import Document
from adapter.domain.order_state import OrderName
from adapter.intake.received import Received
from adapter.persistence import queries
from adapter.persistence.database import Database
from adapter.persistence.queries import OrderOfDocument


@dataclass(frozen=True, slots=True)
class StoredOrders:
    """What was made of each message of a batch, by its place."""

    by_place: Mapping[int, Sequence[OrderOfDocument]]

    @classmethod
    async def read(cls, database: Database, batch: Sequence[Received], business: Business) -> StoredOrders:
        documents = {place: documents_of(received, business) for place, received in enumerate(batch)}
        names = list(dict.fromkeys(name for of_one in documents.values() for name in of_one))
        async with database.transaction(read_only=True) as connection:
            found = await queries.of_documents(connection, names)
        return cls({place: _made_by(batch[place], of_one, found) for place, of_one in documents.items() if of_one})

    @property
    def days(self) -> dict[int, datetime.date]:
        """The order date of what was made of each message."""
        return {place: orders[0].date for place, orders in self.by_place.items() if orders}

    def documents(self, place: int) -> list[Document]:
        """The orders made of a message, as they are now."""
        return [_order(order) for order in self.by_place.get(place, ())]


def documents_of(received: Received, business: Business) -> Sequence[OrderName]:
    """The offers and supplier orders that a message is about."""
    if received.message is None:
        return ()
    needs = received.handler.needs(received.source, received.message, business)
    offers = (OrderName("offer", key.number, key.type, key.source or None) for key in needs.offers)
    supplier_orders = (OrderName("supplier_order", key.number, None, key.source) for key in needs.supplier_orders)
    return [*offers, *supplier_orders]


def _made_by(
    received: Received, names: Sequence[OrderName], found: Mapping[OrderName, Sequence[OrderOfDocument]]
) -> list[OrderOfDocument]:
    """Those of this very message where there are any, else all that were made of its documents."""
    orders = list({order.id: order for name in names for order in found[name]}.values())
    return [order for order in orders if order.caused_by == received.message_id] or orders


def _order(order: OrderOfDocument) -> Document:
    event: dict[str, Any] = orjson.loads(order.event)
    document: Document = event["data"]["order"]
    return document
