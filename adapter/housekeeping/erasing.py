"""A customer's personal data is erased wherever it is kept; the accounts stay (contract 8).

Portion by portion, each in a transaction of its own: whoever is interrupted runs it again. Nothing of it is published,
and no order gets another version or position. What is sent again later is the erased form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from adapter.housekeeping import exact
from adapter.housekeeping.concerning import Concern
from adapter.housekeeping.erased_messages import ErasedMessages
from adapter.housekeeping.personal import ERASED, Erasure, addresses_in, quotes_of
from adapter.intake.handler import Handler
from adapter.intake.imprint import bare_reason
from adapter.messaging.decoding import Limits
from adapter.persistence import erasing
from adapter.persistence.database import Connection, Database
from adapter.persistence.erasing import OrderRow, OtherEvent
from adapter.persistence.inbox import MessageKey
from adapter.persistence.retention import unhurried

_AT_ONCE = 500
WHAT = ("registry", "orders", "events", "explanations", "supplier_orders", "refusals", "parked", "messages")


class _OnlyLooking(Exception):
    """Nothing is to be kept of this transaction."""


@dataclass(slots=True)
class Erasing:
    """Erases one customer's data; with `dry_run` it only counts. `counts` says how many rows of what, by `WHAT`."""

    database: Database
    handlers: Mapping[str, Handler]
    limits: Limits
    customer: str
    dry_run: bool = False
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(WHAT, 0)))
    known: bool = False
    orders: list[OrderRow] = field(default_factory=list)
    _erasure: Erasure = field(default_factory=Erasure)

    async def run(self, actor: str, reason: str) -> None:
        """Erase everything, and put on record who did it, why, and how much it was."""
        record = await self._begin(actor, reason)
        await self._entry()
        await self._orders()
        await self._supplier_orders()
        concern = await self._concern()
        messages = ErasedMessages(concern, self.handlers, self.limits)
        keys, parked = await self._concerned(concern)
        await self._refusals(set(keys))
        for id in parked:
            async with self._portion() as connection:
                self.counts["parked"] += await messages.erase_parked(connection, id)
        for first in range(0, len(keys), _AT_ONCE):
            async with self._portion() as connection:
                self.counts["messages"] += await messages.erase_handled(connection, keys[first : first + _AT_ONCE])
        await self._end(record)

    async def _end(self, record: int) -> None:
        async with self._portion() as connection:
            before = await erasing.is_on_record(connection, self.customer, but=record)
            self.known = self.known or before or any(self.counts.values()) or bool(self.orders)
            if self.known:
                await erasing.end(connection, record, self.counts)
            else:
                await erasing.forget(connection, record)

    @asynccontextmanager
    async def _portion(self) -> AsyncIterator[Connection]:
        with suppress(_OnlyLooking):
            async with self.database.transaction() as connection:
                await unhurried(connection)
                yield connection
                if self.dry_run:
                    raise _OnlyLooking

    async def _begin(self, actor: str, reason: str) -> int:
        async with self._portion() as connection:
            return await erasing.begin(connection, self.customer, actor, reason)

    async def _entry(self) -> None:
        """First of all, so that no new order takes anything from it."""
        async with self._portion() as connection:
            text = await erasing.entry(connection, self.customer)
            entry = None if text is None else exact.read(text.encode())
            self._erasure = Erasure(quotes_of(entry))
            self.known = entry is not None
            erased = None if entry is None else self._erasure.customer(entry)
            if erased is not None and erased != entry:
                await erasing.replace_entry(connection, self.customer, exact.write(erased).decode())
                self.counts["registry"] += 1

    async def _orders(self) -> None:
        async with self._portion() as connection:
            self.orders = await erasing.orders_of(connection, self.customer)
        for order in self.orders:
            async with self._portion() as connection:
                await self._order(connection, order.id)

    async def _order(self, connection: Connection, order: UUID) -> None:
        events = {id: exact.read(body) for id, body in (await erasing.events_of(connection, order)).items()}
        addresses = {text for event in events.values() for text in addresses_in(event)} - {ERASED}
        erased = {id: self._erasure.order_event(event) for id, event in events.items()}
        changed = {id: exact.write(event) for id, event in erased.items() if event != events[id]}
        await erasing.replace_events(connection, changed)
        self.counts["events"] += len(changed)
        self.counts["orders"] += bool(changed)
        await self._explanations(connection, order, addresses)

    async def _explanations(self, connection: Connection, order: UUID, addresses: Collection[str]) -> None:
        for version, explanation in (await erasing.explanations_of(connection, order)).items():
            entries = orjson.loads(explanation)
            erased = self._erasure.explanation(entries, addresses)
            if erased != entries:
                await erasing.replace_explanation(connection, order, version, orjson.dumps(erased))
                self.counts["explanations"] += 1

    async def _supplier_orders(self) -> None:
        """What they said stays comparable: what is erased agrees with whatever comes."""
        erasure = Erasure(self._erasure.quotes, extra=ERASED)
        async with self._portion() as connection:
            for id, content in (await erasing.supplier_orders_of(connection, self.customer)).items():
                told = orjson.loads(content)
                erased = erasure.erased(told)
                if erased != told:
                    await erasing.replace_supplier_order(connection, id, orjson.dumps(erased))
                    self.counts["supplier_orders"] += 1

    async def _concern(self) -> Concern:
        async with self._portion() as connection:
            origins = frozenset(await erasing.origins_of(connection, self.customer))
        return Concern(self.customer, {order.number for order in self.orders}, origins, self._erasure)

    async def _concerned(self, concern: Concern) -> tuple[list[MessageKey], list[int]]:
        """The messages that are about him: of the inbox by key, of the parking lot by id."""
        keys, ids, key, id = [], [], None, 0
        async with self._portion() as connection:
            while handled := await erasing.messages_after(connection, key, _AT_ONCE):
                key = handled[-1].source, handled[-1].message_id
                keys += [(e.source, e.message_id) for e in handled if concern.is_in(e.source, e.body)]
            while parked := await erasing.parked_after(connection, id, _AT_ONCE):
                id = parked[-1].id
                ids += [message.id for message in parked if concern.is_in(message.source, message.body)]
        return keys, ids

    async def _refusals(self, causes: Collection[MessageKey]) -> None:
        """What was told of messages that became no order: the reasons by their codes, nothing that quotes."""
        after: int | None = 0
        while after is not None:
            async with self._portion() as connection:
                told = await erasing.other_events_after(connection, after, _AT_ONCE)
                after = told[-1].id if told else None
                for event in told:
                    await self._refusal(connection, event, causes)

    async def _refusal(self, connection: Connection, event: OtherEvent, causes: Collection[MessageKey]) -> None:
        body = exact.read(event.body)
        cause = body["data"]["caused_by"]
        if (cause["source"], cause["id"]) not in causes:
            return
        erased = {name: part for name, part in body.items() if name != "subject" or event.type != "message.refused"}
        erased["data"] = self._erasure.erased(body["data"])
        if "reasons" in erased["data"]:
            erased["data"]["reasons"] = [bare_reason(reason) for reason in body["data"]["reasons"]]
        if erased != body:
            await erasing.replace_refusal(connection, OtherEvent(event.id, event.type, exact.write(erased)))
            self.counts["refusals"] += 1
