"""What cannot be published must not pile up without end, and a broker that takes nothing still delivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from actors import Crm, until
from conftest import Databases
from given import an_accepted_offer
from given_configuration import a_configuration
from house import House
from journeys.conftest import _house
from journeys.operations.conftest import monitor
from monitoring import MonitoringOf
from running import running, settings
from structlog.testing import capture_logs

from adapter.demo.services import PrivateBroker, private_broker

from .conftest import HouseWith
from .test_outages import named, until_logged

__all__ = ["monitor"]

MANY = 12
MOST = 4


async def orders_of(house: House) -> int:
    return int(await house.database.fetchval("SELECT count(*) FROM orders"))


async def send_offers(crm: Crm) -> None:
    for number in range(MANY):
        await crm.send(an_accepted_offer(number=f"OF-{number}"))


async def full(house: House) -> Crm:
    """Nothing is published from now on, and more events wait than may."""
    house.adapter.relay.stop()
    house.adapter.backpressure.stop()
    crm = await house.crm()
    for number in range(MOST + 1):
        await crm.publish(an_accepted_offer(number=f"FULL-{number}"))
    await house.adapter.backpressure.look()
    return crm


async def test_with_a_full_outbox_nothing_is_taken_until_half_of_it_is_gone(house_with: HouseWith) -> None:
    house = await house_with(outbox_most_events=MOST, batch_messages=1)
    with capture_logs() as log:
        crm = await full(house)
        tickets = [await crm.send(an_accepted_offer(number=f"LATE-{number}")) for number in range(MANY)]

        async def all_arrived() -> bool:
            return house.adapter.gathering.waiting == MANY - 1  # and one in hand

        await until(all_arrived)
        assert await orders_of(house) == MOST + 1
        sent = "UPDATE events SET sent_at = now() WHERE id IN (SELECT id FROM events WHERE sent_at IS NULL LIMIT $1)"
        await house.database.execute(sent, MOST // 2)
        await house.adapter.backpressure.look()
        assert named(log, "consumption_resumed") == []
        await house.database.execute(sent, MOST)
        await house.adapter.backpressure.look()
        assert {(await crm.answer(ticket))["outcome"] for ticket in tickets} == {"created"}
    [paused], [resumed] = named(log, "consumption_paused"), named(log, "consumption_resumed")
    assert paused["because"] == f"outbox: more than {MOST} events wait to be published"
    assert resumed["because"] == "outbox"


async def test_a_full_outbox_makes_the_adapter_not_ready(house_with: HouseWith, monitor: MonitoringOf) -> None:
    house = await house_with(outbox_most_events=MOST)
    monitoring = await monitor(house.adapter)
    await full(house)

    assert "too many events wait to be published" in (await monitoring.until_ready(503)).red["intake"]
    assert (await monitoring.series())["order_adapter_paused[]"] == 1


async def test_a_pause_for_the_outbox_does_not_keep_it_from_stopping(house_with: HouseWith) -> None:
    house = await house_with(outbox_most_events=MOST, batch_messages=1)
    crm = await full(house)
    await send_offers(crm)

    async def all_arrived() -> bool:
        return house.adapter.gathering.waiting == MANY - 1

    await until(all_arrived)
    await house.adapter.stop()
    assert await orders_of(house) == MOST + 1 + MANY


@pytest.fixture(scope="module")
def node() -> Iterator[PrivateBroker]:
    with private_broker() as broker:
        yield broker


@pytest.fixture
async def own_house(node: PrivateBroker, new_database: Databases, tmp_path: Path) -> AsyncIterator[House]:
    """A house on a broker of its own, whose memory can be short."""
    quick = {"publish_seconds": 0.3, "relay_poll_seconds": 0.1}
    of = settings(node.url, await new_database(), "customer-orders", a_configuration(tmp_path), **quick)
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(_house(of))


def entered(house: House) -> Counter[str]:
    """How often the warehouse was told of each order."""
    return Counter(event.data["order"]["number"] for event in house.warehouse.events)


def short_of_memory(node: PrivateBroker, *, is_so: bool) -> None:
    node.control("set_vm_memory_high_watermark", "absolute", "1MB" if is_so else "4GB")


async def test_while_the_broker_is_short_of_memory_messages_are_taken_and_their_events_wait(
    own_house: House, node: PrivateBroker, monitor: MonitoringOf
) -> None:
    house, crm = own_house, await own_house.crm()
    await house.adapter.stop()
    await send_offers(crm)
    with capture_logs() as log:
        short_of_memory(node, is_so=True)
        try:
            async with running(house.settings) as adapter:
                monitoring = await monitor(adapter)

                async def all_there() -> bool:
                    return await orders_of(house) == MANY

                await until(all_there)
                await until_logged(log, "broker_blocked")
                assert "short of memory" in (await monitoring.until_ready(503)).red["broker_publishing"]
                assert (await monitoring.series())["order_adapter_broker_blocked[]"] == 1

                async def tried_again_and_again() -> bool:
                    return adapter.relay.failed >= 5 * MANY

                await until(tried_again_and_again)
                short_of_memory(node, is_so=False)
                await until_logged(log, "broker_unblocked")
                await house.warehouse.until(lambda: len(entered(house)) == MANY)
        finally:
            short_of_memory(node, is_so=False)
    assert max(entered(house).values()) <= 2
    assert named(log, "broker_lost", "unexpected_error") == []
