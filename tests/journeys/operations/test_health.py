"""Whether a running adapter is alive and ready, asked over HTTP (contract 8)."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from actors import until
from cable import Cable, cable
from given import an_accepted_offer
from house import House, HouseOf
from monitoring import MonitoringOf
from pydantic import SecretStr
from running import running
from structlog.testing import capture_logs

from adapter.app import Adapter
from adapter.operations.pulse import MOST_LAG, Pulse
from config.settings import Settings


def url_of(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url.get_secret_value()


@asynccontextmanager
async def another_copy(house: House, to_database: Cable) -> AsyncIterator[Adapter]:
    """One more copy in the same house, which reaches the database by way of the cable."""
    async with copy_with(house, database_url=SecretStr(to_database.of(url_of(house.settings)))) as adapter:
        yield adapter


@asynccontextmanager
async def copy_with(house: House, **fields: object) -> AsyncIterator[Adapter]:
    """One more copy in the same house, with other settings."""
    with capture_logs():
        async with running(house.settings.model_copy(update=fields)) as adapter:
            yield adapter


async def test_an_adapter_at_work_is_alive_and_ready(house: House, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter)

    assert (await monitoring.get("/health/live")).status == 200
    ready = await monitoring.get("/health/ready")
    assert (ready.status, ready.red) == (200, {})


async def test_an_adapter_that_has_not_started_is_alive_but_not_ready(house: House, monitor: MonitoringOf) -> None:
    monitoring = await monitor(Adapter.of(house.settings))

    assert (await monitoring.get("/health/live")).status == 200
    ready = await monitoring.get("/health/ready")
    assert (ready.status, ready.red["started"]) == (503, "Starting.")


async def test_while_the_database_is_out_of_reach_the_adapter_is_not_ready_and_recovers(
    house: House, monitor: MonitoringOf
) -> None:
    async with cable(url_of(house.settings)) as to_database, another_copy(house, to_database) as copy:
        monitoring = await monitor(copy)
        to_database.cut()
        assert {"database", "schema", "outbox"} <= (await monitoring.until_ready(503)).red.keys()
        assert (await monitoring.get("/health/live")).status == 200
        assert "Parked messages: 0, as last read" in (await monitoring.get("/")).body

        await to_database.mend()
        await monitoring.until_ready(200)
        assert ", as last read" not in (await monitoring.get("/")).body


async def test_a_database_that_does_not_answer_is_told_within_seconds(house: House, monitor: MonitoringOf) -> None:
    async with cable(url_of(house.settings)) as to_database, another_copy(house, to_database) as copy:
        monitoring = await monitor(copy)
        to_database.stick()

        assert (await monitoring.until_ready(503)).red["database"] == "No answer within 2 seconds."
        await to_database.mend()
        await monitoring.until_ready(200)


async def test_a_broker_that_does_not_answer_is_told_within_seconds(house: House, monitor: MonitoringOf) -> None:
    url = house.settings.broker_url.get_secret_value()
    async with cable(url) as to_broker, copy_with(house, broker_url=SecretStr(to_broker.of(url))) as copy:
        monitoring = await monitor(copy)
        to_broker.stick()

        red = (await monitoring.until_ready(503)).red
        assert red.keys() == {"broker_consuming", "queues", "progress", "broker_publishing"}
        assert set(red.values()) == {"No answer within 2 seconds."}
        assert (await monitoring.get("/health/live")).status == 200
        await to_broker.mend()
        await monitoring.until_ready(200)


async def test_a_batch_that_does_not_end_makes_the_adapter_not_ready(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    crm = await house.crm()
    await house.adapter.stop()
    async with copy_with(house, stalled_seconds=0.2) as copy:
        monitoring = await monitor(copy)
        async with house.database.acquire() as other, other.transaction():
            await other.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
            ticket = await crm.send(an_accepted_offer())
            red = (await monitoring.until_ready(503)).red
            stuck = (await monitoring.series())["order_adapter_batch_oldest_seconds[]"]

        assert (red["intake"].startswith("A batch has been in hand for"), stuck > 0.2) == (True, True)
        assert (await crm.answer(ticket))["outcome"] == "created"
        await monitoring.until_ready(200)


async def test_messages_that_wait_although_somebody_consumes_make_the_adapter_not_ready(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    crm = await house.crm()
    await house.adapter.stop()
    async with copy_with(house, stalled_seconds=0.2, prefetch=1) as copy:
        copy.consumers.on_delivery = lambda _delivery: None
        monitoring = await monitor(copy)
        for _ in range(2):
            await crm.send(an_accepted_offer())

        queue = f"{house.settings.namespace}.offer-accepted"
        why = (await monitoring.until_ready(503)).red
        assert why.keys() == {"progress"}
        assert why["progress"].startswith(f"Messages wait in queue {queue}, and none got its outcome here")


async def test_a_schema_of_another_version_is_told_with_its_cure(another_house: HouseOf, monitor: MonitoringOf) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    await house.database.execute("UPDATE alembic_version SET version_num = '0000'")

    assert "order-adapter migrate" in (await monitoring.until_ready(503)).red["schema"]


async def test_a_queue_that_nobody_consumes_makes_the_adapter_not_ready(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    house.adapter.attending.stop()
    await house.adapter.consumers.stop_consuming()

    why = (await monitoring.until_ready(503)).red["queues"]
    assert f"Nobody consumes queue {house.settings.namespace}.offer-accepted." in why


async def test_a_queue_that_was_deleted_makes_the_adapter_not_ready(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    queue = f"{house.settings.namespace}.registry-changed"
    await (await house.connection.channel()).queue_delete(queue)

    assert (await monitoring.until_ready(503)).red["queues"] == f"Queue {queue} is missing."


async def test_a_lost_connection_that_publishes_is_told_until_it_is_back(house: House, monitor: MonitoringOf) -> None:
    url = house.settings.broker_url.get_secret_value()
    async with cable(url) as to_broker, copy_with(house, broker_url=SecretStr(to_broker.of(url))) as copy:
        monitoring = await monitor(copy)
        to_broker.refuse()
        connection = await copy.publisher.broker.connect()
        assert connection.transport is not None
        await connection.transport.connection.close()

        assert (await monitoring.until_ready(503)).red.keys() == {"broker_publishing"}
        await to_broker.mend()
        await monitoring.until_ready(200)


async def test_events_that_wait_too_long_make_the_adapter_not_ready(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    house.adapter.relay.stop()
    await house.database.execute(
        "INSERT INTO events (event_id, type, body, created_at) VALUES ($1, 'order.entered', '', now() - interval '1h')",
        uuid.uuid4(),
    )

    with capture_logs() as logs:
        await monitoring.endpoint.sampler.look()
        await monitoring.endpoint.sampler.look()

    assert (await monitoring.get("/health/ready")).red["outbox"].startswith("1 events wait to be published")
    [behind] = [line for line in logs if line["event"] == "outbox_behind"]
    assert (behind["waiting"], behind["oldest_seconds"] >= 3600) == (1, True)


async def test_a_part_that_has_ended_makes_the_adapter_not_alive(another_house: HouseOf, monitor: MonitoringOf) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    house.adapter.relay.stop()

    async def dead() -> bool:
        return (await monitoring.get("/health/live")).status == 503

    await until(dead)
    assert (await monitoring.get("/health/live")).red.keys() == {"parts"}


async def test_an_event_loop_that_is_stuck_makes_the_adapter_not_alive(house: House) -> None:
    now = 0.0
    pulse = Pulse(house.adapter, clock=lambda: now)
    now = MOST_LAG + 1

    assert [check.name for check in pulse.checks() if not check.green] == ["event_loop"]
