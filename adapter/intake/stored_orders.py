"""The orders that were made of the offers in a batch of messages, to compare a simulation with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from adapter.domain.business import Business
from adapter.domain.decision import OfferKey
from adapter.domain.document import Document
from adapter.intake.received import Received
from adapter.persistence import queries
from adapter.persistence.database import Database
from adapter.persistence.queries import OrderOfOffer


@dataclass(frozen=True, slots=True)
class StoredOrders:
    """What was made of each message of a batch, by its place."""

    by_place: Mapping[int, Sequence[OrderOfOffer]]

    @classmethod
    async def read(cls, database: Database, batch: Sequence[Received], business: Business) -> StoredOrders:
        offers = {place: offers_of(received, business) for place, received in enumerate(batch)}
        keys = list(dict.fromkeys(key for of_one in offers.values() for key in of_one))
        async with database.transaction(read_only=True) as connection:
            found = await queries.of_offers(connection, keys)
        return cls({place: _made_by(batch[place], of_one, found) for place, of_one in offers.items() if of_one})

    @property
    def days(self) -> dict[int, datetime.date]:
        """The order date of what was made of each message."""
        return {place: orders[0].date for place, orders in self.by_place.items() if orders}

    def documents(self, place: int) -> list[Document]:
        """The orders made of a message, as they are now."""
        return [_order(order) for order in self.by_place.get(place, ())]


def offers_of(received: Received, business: Business) -> Sequence[OfferKey]:
    """The offers that a message is about."""
    if received.message is None:
        return ()
    return received.handler.needs(received.source, received.message, business).offers


def _made_by(
    received: Received, keys: Sequence[OfferKey], found: Mapping[OfferKey, Sequence[OrderOfOffer]]
) -> list[OrderOfOffer]:
    """Those of this very message where there are any, else all that were made of its offers."""
    orders = list({order.id: order for key in keys for order in found[key]}.values())
    return [order for order in orders if order.caused_by == received.message_id] or orders


def _order(order: OrderOfOffer) -> Document:
    event: dict[str, Any] = orjson.loads(order.event)
    document: Document = event["data"]["order"]
    return document
