"""A database with a past: a message of every kind and of every outcome, and a way to make all of it old."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from actors import (
    FULFILMENT_REPORTED,
    OFFER_ACCEPTED,
    ORDER_ACTION_REQUESTED,
    ORDER_CHANGE_REQUESTED,
    REGISTRY_CHANGED,
    SUPPLIER_ORDER_PLACED,
    Crm,
    Json,
    until,
)
from given import DAY, a_line, a_registry_change, an_accepted_offer, an_item, placed

AGES = (
    "UPDATE inbox SET handled_at = handled_at - interval '10 years'",
    "UPDATE parked SET first_seen = first_seen - interval '10 years', last_seen = last_seen - interval '10 years'",
    "UPDATE events SET created_at = created_at - interval '10 years', sent_at = sent_at - interval '10 years'",
    "UPDATE orders SET entered_at = entered_at - interval '10 years'",
)


@dataclass(slots=True)
class History:
    """What one sender sent, as it was sent, and what it was answered."""

    crm: Crm
    database: asyncpg.Pool
    sent: dict[str, tuple[Json, str]] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)

    async def send(self, name: str, data: Json, type_: str = OFFER_ACCEPTED) -> Json:
        """Send a message under this id, and remember both it and its answer."""
        envelope = self.crm.envelope(data, type_, id=name)
        self.sent[name] = envelope, type_
        self.answers[name] = await self.crm.publish_body(json.dumps(envelope).encode(), type_)
        return self.answers[name]

    async def send_again(self, name: str) -> Json:
        """The very same message, written in another order."""
        envelope, type_ = self.sent[name]
        body = json.dumps(dict(reversed(envelope.items())), indent=2).encode()
        return await self.crm.publish_body(body, type_)

    async def make(self) -> None:
        """Every kind of message, with every outcome."""
        order = (await self.send("whole", an_accepted_offer(type="SURE", number="H-1")))["orders"][0]["number"]
        await self.send("part", an_accepted_offer(number="H-2", lines=[a_line(accepted_quantity=4)]))
        await self.send("all", an_accepted_offer(number="H-3") | {"conversion": "all"})
        await self.send("bought", a_supplier_order(), SUPPLIER_ORDER_PLACED)
        await self.send("change", changed(order, "12"), ORDER_CHANGE_REQUESTED)
        await self.send("delivery", delivered(order), FULFILMENT_REPORTED)
        await self.send("close", {"order": order, "action": "close", "by": "eva"}, ORDER_ACTION_REQUESTED)
        await self.send("item", a_registry_change("item", "H1", an_item()), REGISTRY_CHANGED)
        await self.send("refused", an_accepted_offer(number="H-4", confirmed_on=None))
        await self.send("invalid", an_accepted_offer(number="H-5", colour="red"))
        await self.send("parked", an_accepted_offer(number="H-6", customer="NOBODY"))
        await self.until_sent()

    async def until_sent(self) -> None:
        await until(lambda: self.database.fetchval("SELECT NOT EXISTS (SELECT FROM events WHERE sent_at IS NULL)"))

    async def age(self) -> None:
        """Ten years go by."""
        for statement in AGES:
            await self.database.execute(statement)

    async def figures(self) -> dict[str, Any]:
        """What a repetition must not change."""
        counts = {
            table: await self.database.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 -- names of ours
            for table in ("orders", "numbers", "inbox", "fulfilments", "offers", "supplier_orders")
        }
        written = await self.database.fetchval("SELECT last_value FROM events_id_seq")
        totals = await self.database.fetch("SELECT number, version, position, total, stage FROM orders ORDER BY 1")
        return counts | {"events written": written, "orders as they are": [tuple(row) for row in totals]}


def a_supplier_order(**fields: Any) -> Json:
    return placed(number="PO-H", **fields)


def changed(order: str, quantity: str) -> Json:
    return {"order": order, "by": "eva", "lines": [{"line": 1, "quantity": quantity}]}


def delivered(order: str) -> Json:
    document = {"kind": "delivery_note", "number": "D1", "date": DAY}
    return {"order": order, "document": document, "lines": [{"line": 1, "quantity": 1}]}
