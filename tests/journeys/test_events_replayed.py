"""Events that are sent again: the same ones, marked, in their order."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from actors import Crm, Deliveries, Event, Warehouse, until_marked
from given import an_accepted_offer
from house import House

from adapter.persistence import events
from adapter.persistence.database import Connection
from adapter.persistence.events import Again, StoredEvent


async def an_order(crm: Crm, number: str) -> str:
    answer = await crm.publish(an_accepted_offer(type="SURE", number=number))
    return str(answer["orders"][0]["number"])


async def a_sent_order(house: House, crm: Crm, warehouse: Deliveries, number: str) -> str:
    own = await an_order(crm, number)
    await warehouse.all()
    await until_marked(house.database, own)
    return own


async def replayed(house: House, which: Again) -> int:
    async with house.adapter.database.transaction() as connection:
        ids = await events.replay(connection, which, 0, 1000)
    house.adapter.relay.wake()
    return len(ids)


async def id_of(house: House, number: str) -> UUID:
    found: UUID = await house.database.fetchval("SELECT id FROM orders WHERE number = $1", number)
    return found


def of_order(warehouse: Warehouse, number: str) -> list[Event]:
    return [event for event in warehouse.events if event.body.get("subject") == number]


async def test_an_order_is_told_again_with_the_same_events_marked(
    house: House, crm: Crm, warehouse: Deliveries
) -> None:
    number = await a_sent_order(house, crm, warehouse, "R-1")

    assert await replayed(house, Again(order_ids=[await id_of(house, number)])) == 2

    await house.warehouse.until(lambda: len(of_order(house.warehouse, number)) == 4)
    told = of_order(house.warehouse, number)
    assert [event.data["position"] for event in told] == [1, 2, 1, 2]
    assert [again.body for again in told[2:]] == [first.body | {"replayed": True} for first in told[:2]]
    assert [event.message.message_id for event in told[2:]] == [event.message.message_id for event in told[:2]]


@pytest.mark.parametrize(("positions", "expected"), [((1, 1), [1]), ((2, None), [2]), ((1, 2), [1, 2])])
async def test_positions_choose_the_events_of_an_order(
    house: House, crm: Crm, warehouse: Deliveries, positions: tuple[int, int | None], expected: list[int]
) -> None:
    number = await a_sent_order(house, crm, warehouse, f"R-{uuid4()}")

    await replayed(house, Again(order_ids=[await id_of(house, number)], positions=positions))

    await house.warehouse.until(lambda: len(of_order(house.warehouse, number)) == 2 + len(expected))
    assert [event.data["position"] for event in of_order(house.warehouse, number)[2:]] == expected


async def test_a_span_of_time_chooses_the_events_written_in_it(house: House, crm: Crm, warehouse: Deliveries) -> None:
    number = await a_sent_order(house, crm, warehouse, "R-3")
    written = await house.database.fetchval("SELECT min(created_at) FROM events WHERE subject = $1", number)
    moment = datetime.timedelta(microseconds=1)

    async with house.adapter.database.connection() as connection:
        order = [await id_of(house, number)]
        assert await events.count_sent(connection, Again(order_ids=order, since=written)) == 2
        assert await events.count_sent(connection, Again(order_ids=order, until=written)) == 0
        assert await events.count_sent(connection, Again(order_ids=order, since=written + moment)) == 0


def an_event(order_id: UUID, position: int) -> StoredEvent:
    return StoredEvent(uuid4(), order_id, position, "order.entered", "1", b"{}", None)


@asynccontextmanager
async def never_kept(house: House) -> AsyncIterator[Connection]:
    """A transaction that is rolled back, which the relay never sees."""
    async with house.adapter.database.connection() as connection:
        await connection.execute("BEGIN")
        try:
            yield connection
        finally:
            await connection.execute("ROLLBACK")


async def unsent(connection: Connection, *orders: UUID) -> set[tuple[UUID | None, int | None, bool]]:
    found = await events.unsent(connection, 500)
    return {(one.order_id, one.position, one.replayed) for one in found if one.order_id in orders}


async def test_new_events_of_an_order_wait_for_its_replay_and_those_of_others_do_not(house: House) -> None:
    order, other = uuid4(), uuid4()
    async with never_kept(house) as connection:
        await events.add(connection, [an_event(order, 1), an_event(order, 2)])
        await connection.execute("UPDATE events SET sent_at = now() WHERE order_id = $1", order)
        await events.replay(connection, Again(order_ids=[order]), 0, 1000)
        await events.add(connection, [an_event(order, 3), an_event(other, 1)])

        assert await unsent(connection, order, other) == {(order, 1, True), (order, 2, True), (other, 1, False)}
        await connection.execute("UPDATE events SET sent_at = now() WHERE order_id = $1 AND position < 3", order)
        assert await unsent(connection, order) == {(order, 3, False)}


async def test_an_event_that_was_never_sent_is_not_marked_as_sent_again(house: House) -> None:
    order = uuid4()
    async with never_kept(house) as connection:
        await events.add(connection, [an_event(order, 1)])

        assert await events.replay(connection, Again(order_ids=[order]), 0, 1000) == []
        assert await unsent(connection, order) == {(order, 1, False)}
