"""Makes customer orders of accepted offers: load, decide by the rules, store."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapter.domain.business import Business
from adapter.domain.credit import account_of
from adapter.domain.decision import Decision, NewOrder, OfferKey, OfferLineRecord, OfferRecord, OrderRef
from adapter.domain.evolving import after
from adapter.domain.known import CreditAccount, Known, NotLoaded, Registries
from adapter.domain.offers.converting import Converting, key_of
from adapter.domain.reasons import outcome_of
from adapter.domain.values import exact
from adapter.ids import new_id
from benchmarks.usual import rows, tables
from benchmarks.usual.events import order_events, reason_document, refusal_event
from benchmarks.usual.messages import Answer, OfferAcceptedEvent
from benchmarks.usual.numbers import give_number
from benchmarks.usual.registries import RegistryReader
from handlers.offer_accepted import read


@dataclass(slots=True)
class Conversion:
    """One message within one session; the caller commits."""

    session: AsyncSession
    business: Business
    event: OfferAcceptedEvent
    body: bytes
    reader: RegistryReader = field(init=False)
    accounts: dict[str, tables.CreditAccount] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = RegistryReader(self.session)

    async def run(self) -> tuple[Answer, list[tables.Event]]:
        """The answer, and the events to send once it is committed."""
        handled = await self.session.get(tables.InboxMessage, (self.event.source, self.event.id))
        if handled is not None:
            return Answer(**orjson.loads(handled.answer) | {"outcome": "duplicate"}), []
        decision = await self._number(await self._decide(await self._known()))
        events = await self._enter(decision)
        answer = self._answer(decision)
        if decision.outcome in {"refused", "parked"}:
            events = [self._park(answer)]
        self.session.add_all(events)
        self._remember(answer)
        return answer, events

    async def _known(self) -> Known:
        for offer in self.event.data.offers:
            await self.reader.read_for(offer, self.business)
        now = datetime.datetime.now(datetime.UTC)
        known = Known(self.business, Registries(self.reader.entries), now.date(), now)
        for offer in self.event.data.offers:
            key = key_of(self.event.source, offer.type, offer.number, self.business.parameters)
            known.offers[key] = await self._earlier(key)
            await self._lock_credit(known, offer.customer)
        return known

    async def _lock_credit(self, known: Known, customer_code: str) -> None:
        """What the customer's orders reserve of the credit limit, locked until the commit."""
        customer = await self.reader.one("customer", customer_code)
        if customer is None or account_of(customer) in known.credit:
            return
        code = account_of(customer)
        await self.session.execute(insert(tables.CreditAccount).values(code=code).on_conflict_do_nothing())
        account = await self.session.get_one(tables.CreditAccount, code, with_for_update=True)
        self.accounts[code] = account
        known.credit[code] = CreditAccount(account.reserved)

    async def _earlier(self, key: OfferKey) -> OfferRecord | None:
        """What was converted of this offer before."""
        query = select(tables.Offer).filter_by(source=key.source, type=key.type, number=key.number)
        offer = await self.session.scalar(query.with_for_update())
        if offer is None:
            return None
        lines = {
            (line.version, line.line): OfferLineRecord(line.item, line.offered, line.converted, line.beyond)
            for line in offer.lines
        }
        orders = await self._orders_of(key)
        return OfferRecord(offer.id, key, offer.version, offer.customer, offer.currency, lines, [*orders])

    async def _orders_of(self, key: OfferKey) -> list[OrderRef]:
        origin = tables.OrderOrigin
        query = select(tables.Order).join(tables.Order.origins).where(origin.kind == "offer")
        orders = await self.session.scalars(query.where(origin.number == key.number, origin.type == key.type))
        return [OrderRef(order.number, order.version, order.stage, duplicate=True) for order in orders]

    async def _decide(self, known: Known) -> Decision:
        """By the rules alone; what they turn out to look at besides, such as a discount's type, is read on the way."""
        while True:
            try:
                with exact():
                    return Converting(read(self.event.source, self.event.data), known, new_id).decide()
            except NotLoaded as missing:
                await self.reader.read(missing.refs)

    async def _number(self, decision: Decision) -> Decision:
        found = [await give_number(self.session, self.business, new) for new in decision.new_orders]
        reasons = [reason for reason in found if reason is not None]
        if not reasons:
            return decision
        await self.session.rollback()  # numbers that were drawn for the message's other orders are given back
        return Decision.because(reasons)

    async def _enter(self, decision: Decision) -> list[tables.Event]:
        events: list[tables.Event] = []
        for new in decision.new_orders:
            events += order_events(new, self.event, self.business.parameters.company)
            self.session.add(rows.order(new))
            self._reserve(new)
        for record in decision.offers:
            await self._book(record)
        return events

    def _reserve(self, new: NewOrder) -> None:
        if new.credit_amount:
            self.accounts[new.credit_account].reserved += new.credit_amount

    async def _book(self, record: OfferRecord) -> None:
        row = {"id": record.id, "version": record.version, "customer": record.customer, "currency": record.currency}
        row |= {"source": record.key.source, "type": record.key.type, "number": record.key.number}
        offer = tables.Offer(**row, lines=list(rows.offer_lines(record)))
        if record.stored:
            await self.session.merge(offer)
        else:
            self.session.add(offer)

    def _park(self, answer: Answer) -> tables.Event:
        digest = hashlib.blake2b(self.body, digest_size=16).digest()
        self.session.add(
            tables.ParkedMessage(
                source=self.event.source,
                message_id=self.event.id,
                type=self.event.type,
                queue="offer-accepted",
                state=answer.outcome,
                codes=[reason["code"] for reason in answer.reasons],
                reasons=orjson.dumps(answer.reasons),
                body=self.body,
                body_hash=digest,
                properties=b"{}",
            )
        )
        return refusal_event(answer.outcome, answer.reasons, self.event, self.business.parameters.company)

    def _answer(self, decision: Decision) -> Answer:
        if decision.reasons:
            reasons = [reason_document(reason) for reason in decision.reasons]
            return Answer(outcome=outcome_of(decision.reasons), reasons=reasons)
        made = [after(new.order, new.changes) for new in decision.new_orders]
        orders: list[dict[str, Any]] = [{"number": o.number, "version": o.version, "stage": o.stage} for o in made]
        return Answer(outcome=decision.outcome, orders=orders)

    def _remember(self, answer: Answer) -> None:
        self.session.add(
            tables.InboxMessage(
                source=self.event.source,
                message_id=self.event.id,
                type=self.event.type,
                body=self.body,
                structured=True,
                outcome=answer.outcome,
                answer=answer.model_dump_json().encode(),
            )
        )
