"""What senders have published and the broker has confirmed: the books that everything else is held against."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actors import (
    FULFILMENT_REPORTED,
    OFFER_ACCEPTED,
    ORDER_ACTION_REQUESTED,
    ORDER_CHANGE_REQUESTED,
    REGISTRY_CHANGED,
)
from given import a_line, a_registry_change, accepted, an_item, an_offer

CREATED, APPLIED, REFUSED, PARKED = ({word} for word in ("created", "applied", "refused", "parked"))
REPEATED = {"duplicate"}


@dataclass(frozen=True, slots=True)
class Posted:
    """A message and what it means in the trade; `becomes` are the outcomes that are right for it.

    `offer` is what it is about. `net` is what it adds to that offer's order, `delivered` how much of it has left.
    """

    source: str
    id: str
    type: str
    body: bytes
    becomes: frozenset[str]
    offer: str | None = None
    net: Decimal = Decimal(0)
    delivered: int = 0
    entry: tuple[str, int] | None = None
    readable: bool = True


@dataclass(slots=True)
class Ledger:
    """Messages that the broker has confirmed, each once however often it was published."""

    confirmed: dict[tuple[str, str], Posted] = field(default_factory=dict)

    def confirm(self, message: Posted) -> None:
        self.confirmed[message.source, message.id] = message

    def of(self, type_: str) -> list[Posted]:
        """The confirmed messages of a type that are in order."""
        return [one for one in self.confirmed.values() if one.type == type_ and not one.becomes & (REFUSED | PARKED)]

    def offers(self) -> dict[str, Decimal]:
        """What each accepted offer's order must come to, changes included."""
        owed = {one.offer or "": one.net for one in self.of(OFFER_ACCEPTED)}
        for change in self.of(ORDER_CHANGE_REQUESTED):
            owed[change.offer or ""] += change.net
        return owed

    def changes(self, offer: str) -> int:
        return sum(one.offer == offer for one in self.of(ORDER_CHANGE_REQUESTED))

    def delivered(self, offer: str) -> int:
        """Of a delivery that is told of twice, one message counts."""
        return sum(one.delivered for one in self.of(FULFILMENT_REPORTED) if one.offer == offer)

    def to_be_confirmed(self) -> set[str]:
        return {one.offer or "" for one in self.of(ORDER_ACTION_REQUESTED)}

    def entries(self) -> dict[str, int]:
        """The newest revision of every registry entry that was told of."""
        newest: dict[str, int] = {}
        for one in self.of(REGISTRY_CHANGED):
            key, revision = one.entry or ("", 0)
            newest[key] = max(revision, newest.get(key, 0))
        return newest


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes the messages of one sender; offers and articles of two senders never share a name."""

    source: str = field(default_factory=lambda: f"crm-{uuid.uuid4().hex[:6]}")

    def _posted(self, data: Any, type_: str, becomes: Iterable[str], **means: Any) -> Posted:
        id_ = str(uuid.uuid4())
        envelope = {"specversion": "1.0", "id": id_, "source": self.source, "type": type_, "data": data}
        return Posted(self.source, id_, type_, json.dumps(envelope).encode(), frozenset(becomes), **means)

    def _named(self, name: object) -> str:
        return f"{self.source}/{name}"

    def offer(self, number: int, *, sure: bool = False, again: bool = False, price: str = "10.07") -> Posted:
        """An accepted offer over ten pieces; a `sure` one is confirmed at once, `again` tells of it a second time."""
        return self._sold(number, CREATED | REPEATED if again else CREATED, price, "SURE" if sure else "OFF")

    def curable(self, number: int) -> Posted:
        """An offer over the article that `entry` makes known."""
        return self._sold(number, CREATED, "10.07", item=self._named("item"))

    def _sold(self, number: int, becomes: Iterable[str], price: str, type_: str = "OFF", item: str = "A1") -> Posted:
        offer = self._named(number)
        data = accepted(an_offer(number=offer, type=type_, lines=[a_line(item=item, unit_price=price)]))
        return self._posted(data, OFFER_ACCEPTED, becomes, offer=offer, net=10 * Decimal(price))

    def confirmation(self, number: int) -> Posted:
        data = self._about(number) | {"action": "confirm", "by": "anna"}
        return self._posted(data, ORDER_ACTION_REQUESTED, APPLIED, offer=self._named(number))

    def change(self, number: int, line: int, price: str = "3.33") -> Posted:
        """One more line; changes of one order may come in any order."""
        added = [a_line(line, item="A2", quantity="1", unit_price=price)]
        data = self._about(number) | {"by": "anna", "add": added}
        return self._posted(data, ORDER_CHANGE_REQUESTED, APPLIED, offer=self._named(number), net=Decimal(price))

    def delivery(self, number: int, note: str, *, again: bool = False) -> Posted:
        """One piece has left the house; `again` tells of the same delivery note a second time."""
        document = {"kind": "delivery_note", "number": note, "date": "2026-03-11"}
        data = self._about(number) | {"document": document, "lines": [{"line": 1, "quantity": "1"}]}
        means = {"offer": self._named(number), "delivered": 0 if again else 1}
        return self._posted(data, FULFILMENT_REPORTED, APPLIED | REPEATED, **means)

    def entry(self, revision: int = 1, name: str = "item") -> Posted:
        """An article; an older revision that comes after a newer one changes nothing."""
        code = self._named(name)
        data = a_registry_change("item", code, an_item(description=f"Revision {revision}"), revision)
        return self._posted(data, REGISTRY_CHANGED, APPLIED | REPEATED, entry=(f"item/{code}", revision))

    def refused(self, number: int) -> Posted:
        """An offer that nobody confirmed."""
        data = accepted(an_offer(number=self._named(number), confirmed_on=None))
        return self._posted(data, OFFER_ACCEPTED, REFUSED)

    def parked(self, number: int) -> Posted:
        """An offer over an article that will never be in a registry."""
        lines = [a_line(item="NOBODY-KNOWS")]
        return self._posted(accepted(an_offer(number=self._named(number), lines=lines)), OFFER_ACCEPTED, PARKED)

    def garbage(self) -> Posted:
        """Bytes in which nobody can read who sent them."""
        text = uuid.uuid4().hex
        return Posted("", text, OFFER_ACCEPTED, b"{" + text.encode(), frozenset(REFUSED), readable=False)

    def _about(self, number: int) -> dict[str, Any]:
        return {"origin": {"kind": "offer", "number": self._named(number), "source": self.source}}
