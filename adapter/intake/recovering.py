"""After a restore: the numbers of orders that others know of and this database does not are never given again."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from adapter.domain.numbering import Numbering, formula_for, period_start, policy_for
from adapter.persistence import number_queries, numbers
from adapter.persistence.database import Connection
from adapter.persistence.numbers import UsedNumber

Here = Literal["missing", "same", "behind", "another", "not configured"]


@dataclass(frozen=True, slots=True)
class KnownOutside:
    """An order as its last event says that somebody else has; `position` is that event's."""

    order: Mapping[str, Any]
    position: int

    @property
    def key(self) -> tuple[str, str]:
        return self.order["numbering"], self.order["number"]

    @property
    def date(self) -> datetime.date:
        return datetime.date.fromisoformat(self.order["date"])

    def is_of(self, other: KnownOutside) -> bool:
        """Whether both tell of one order: the same customer and day, made of the same documents."""
        return _identity(self.order) == _identity(other.order)


def _identity(order: Mapping[str, Any]) -> tuple[Any, ...]:
    origin = sorted((one["kind"], one["source"], one["number"]) for one in order["origin"])
    return order["customer"], order["date"], order["type"], origin


@dataclass(frozen=True, slots=True)
class Recovered:
    """What this database has of an order that others know: `missing` (its number is taken now), the `same` or more,
    fewer events (`behind`), `another` order under that number, or a numbering that is `not configured`."""

    outside: KnownOutside
    here: Here
    position: int | None = None


def known_outside(events: Iterable[bytes]) -> dict[tuple[str, str], KnownOutside]:
    """The orders that these events tell of, each as its last event shows it; other events do not count."""
    found: dict[tuple[str, str], KnownOutside] = {}
    for known in _orders(events):
        before = found.get(known.key)
        if before is None or before.position < known.position:
            found[known.key] = known
    return found


def _orders(events: Iterable[bytes]) -> Iterator[KnownOutside]:
    for body in events:
        data = orjson.loads(body).get("data") or {}
        if data.get("order") and data.get("position"):
            yield KnownOutside(data["order"], data["position"])


async def recover(
    connection: Connection, numberings: Mapping[str, Numbering], outside: Sequence[KnownOutside]
) -> list[Recovered]:
    """Compare these orders with those here, and take the numbers of the missing ones, in the caller's transaction."""
    bodies = await number_queries.last_events(connection, [known.order["number"] for known in outside])
    here = {known.key: known for known in _orders(bodies)}
    compared = [_compared(known, here.get(known.key), numberings) for known in outside]
    await _take([one.outside for one in compared if one.here == "missing"], connection, numberings)
    return compared


def _compared(outside: KnownOutside, here: KnownOutside | None, numberings: Mapping[str, Numbering]) -> Recovered:
    if here is not None:
        behind: Here = "behind" if here.position < outside.position else "same"
        return Recovered(outside, behind if here.is_of(outside) else "another", here.position)
    return Recovered(outside, "missing" if _used(outside, numberings) else "not configured")


async def _take(missing: Sequence[KnownOutside], connection: Connection, numberings: Mapping[str, Numbering]) -> None:
    used = [number for known in missing if (number := _used(known, numberings))]
    wanted = {}
    for number in used:
        policy = policy_for(numberings[number.numbering], number.order_date)
        if policy is not None:
            wanted[number.numbering, number.period_start] = policy
    if wanted:
        await numbers.locked(connection, wanted)
        await number_queries.take_over(connection, used)


def _used(known: KnownOutside, numberings: Mapping[str, Numbering]) -> UsedNumber | None:
    """The number as it goes on record; None where the configuration has no place for it."""
    order, numbering = known.order, numberings.get(known.order["numbering"])
    policy = policy_for(numbering, known.date) if numbering else None
    if numbering is None or policy is None:
        return None
    sequence = order["sequence_number"]
    within = next((one for one in policy.ranges if one.holds(sequence)), None)
    if within is None:
        return None
    formatted = order["number"] if formula_for(numbering, policy, within) else None
    return UsedNumber(numbering.code, period_start(policy, known.date), sequence, formatted, known.date, None)
