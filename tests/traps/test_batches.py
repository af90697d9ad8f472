"""Traps of batches: the same message twice in one, and orders so long that one batch becomes a flood."""

from __future__ import annotations

import json
from collections import Counter

import asyncpg
from actors import Crm, until
from given import a_line, an_accepted_offer
from house import House
from traps.conftest import HouseWith

from adapter.intake.received import Received, receive
from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import CONTENT_TYPE
from adapter.messaging.raw import RawMessage
from handlers import offer_accepted

HELD = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database"
HELD += " WHERE datname = current_database()))"


def received(body: bytes) -> Received:
    handler = offer_accepted.HANDLER
    return receive(RawMessage(body=body, queue=handler.queue, content_type=CONTENT_TYPE), handler, Limits())


async def test_a_message_that_stands_twice_in_a_batch_makes_one_order_and_the_batch_stays_whole(
    house: House, crm: Crm
) -> None:
    bodies = [json.dumps(crm.envelope(an_accepted_offer(number=number))).encode() for number in ("D-1", "D-2")]
    first, second = bodies
    batch = [received(body) for body in (first, second, first, second, first)]

    handled = await house.adapter.intake.handle(batch)

    assert [one.outcome for one in handled] == ["created"] * 2 + ["duplicate"] * 3
    numbers = [one.orders[0].number for one in handled]
    assert numbers == [numbers[0], numbers[1], numbers[0], numbers[1], numbers[0]]
    entered = (
        "SELECT DISTINCT o.id, entered_at FROM orders o JOIN order_origins n ON n.order_id = o.id WHERE source = $1"
    )
    orders = await house.database.fetch(entered, crm.source)
    assert (len(orders), len({order["entered_at"] for order in orders})) == (2, 1)


async def test_a_batch_holds_no_more_lines_than_it_may_however_few_messages_that_is(house_with: HouseWith) -> None:
    house = await house_with(batch_lines=10)
    crm = await house.crm()
    lines = [a_line(line) for line in range(1, 5)]

    async with house.database.acquire() as holding, holding.transaction():
        await holding.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        tickets = [await crm.send(an_accepted_offer(number="L-0", lines=lines))]
        await until(lambda: house.database.fetchval(HELD))
        tickets += [await crm.send(an_accepted_offer(number=f"L-{n}", lines=lines)) for n in range(1, 8)]
        await until(lambda: _all_handed_out(house))
    for ticket in tickets:
        assert (await crm.answer(ticket))["outcome"] == "created"

    batches = await _orders_by_transaction(house.database)
    assert sum(batches.values()) == 8
    assert max(batches.values()) == 2


async def _all_handed_out(house: House) -> bool:
    channel = await house.connection.channel()
    queue = await channel.declare_queue(f"{house.settings.namespace}.offer-accepted", passive=True)
    await channel.close()
    return queue.declaration_result.message_count == 0


async def _orders_by_transaction(database: asyncpg.Pool) -> Counter[object]:
    """An order is entered at the moment at which its transaction began."""
    return Counter(row["entered_at"] for row in await database.fetch("SELECT entered_at FROM orders"))
