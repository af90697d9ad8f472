"""Plays one scene: sends its message, waits for the answer and the events, and holds both against what must come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from adapter.demo.house import House
from adapter.demo.morning import Scene, message
from adapter.demo.partners import Json
from adapter.persistence import number_queries, queries
from adapter.persistence.queries import OrderFilter


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scene; `cured` is the second answer to a message that had been parked."""

    scene: Scene
    answer: Json
    cured: Json | None
    events: list[Json]

    @property
    def made(self) -> Json:
        """The answer that names the orders."""
        return self.cured or self.answer

    @property
    def named(self) -> list[str]:
        """The numbers that the answer names, without the orders that earlier messages made."""
        earlier = self.scene.outcome == "created"
        return [one["number"] for one in self.made["orders"] if not (earlier and one.get("duplicate"))]

    @property
    def orders(self) -> list[Json]:
        """The orders as their last event tells them, by number."""
        told = [event["data"]["order"] for event in self.events if "order" in event["data"]]
        last = {order["number"]: order for order in told}
        return [last[number] for number in sorted(last)]

    def faults(self) -> Iterator[str]:
        """What did not come out as it must."""
        scene = self.scene
        yield from _differs("outcome", scene.outcome, self.answer["outcome"])
        yield from _differs("orders", sorted(scene.orders), sorted(self.named))
        yield from _differs("reasons", list(scene.codes), [one["code"] for one in self.answer["reasons"]])
        yield from _differs("events", sorted(f"{name}.v1" for name in scene.events), sorted(_types(self.events)))
        for order in self.orders:
            expected = scene.orders.get(order["number"])
            yield from _differs(f"total of {order['number']}", expected, order["totals"]["total"])


def _types(events: list[Json]) -> list[str]:
    return [event["type"] for event in events]


def _differs(what: str, expected: object, found: object) -> Iterator[str]:
    if expected != found:
        yield f"{what}: expected {expected}, found {found}"


@dataclass(slots=True)
class Playing:
    """A morning in progress."""

    house: House
    _tickets: dict[str, str] = field(default_factory=dict)

    async def play(self, scene: Scene) -> Played:
        """Send the scene's message and wait for everything that must come of it.

        Raises:
            TimeoutError: no answer came.
        """
        crm = self.house.crm
        ticket = self._tickets[scene.file] = await crm.send(message(scene.file))
        answer = await crm.answer(ticket)
        cured = await crm.answer(self._tickets[scene.cures]) if scene.cures else None
        events = await self.house.receiver.next(len(scene.events))
        events.sort(key=lambda event: (event.get("subject") or "", event["data"].get("position", 0)))
        return Played(scene, answer, cured, events)

    async def explained(self, number: str) -> list[list[Any]]:
        """The trace of an order: line, field, value, what won, what lost, the arithmetic."""
        async with self.house.adapter.database.connection() as connection:
            found = await queries.numbered(connection, number)
        rows: list[list[Any]] = orjson.loads(found[0].explanation or b"[]")
        return rows

    async def totals(self) -> dict[str, str]:
        """Every order in the database with its total."""
        async with self.house.adapter.database.transaction(read_only=True) as connection:
            return {one.number: f"{one.total:.2f}" async for one in queries.orders(connection, OrderFilter())}

    async def numbers(self, numbering: str) -> dict[str, list[int]]:
        """The used numbers of a numbering, by the first day of their period."""
        async with self.house.adapter.database.connection() as connection:
            found = await number_queries.on_record(connection, numbering)
        used: dict[str, list[int]] = {}
        for one in found:
            used.setdefault(one.period_start.isoformat(), []).append(one.sequence_number)
        return used


def expected_totals(scenes: tuple[Scene, ...]) -> Mapping[str, str]:
    """Every order that the scenes make, with its total."""
    return {number: total for scene in scenes for number, total in scene.orders.items()}
