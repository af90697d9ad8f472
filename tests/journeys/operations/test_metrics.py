"""What is measured of a running adapter, and what it warns about (contract 8 and 9)."""

from __future__ import annotations

import asyncio
import json
import uuid

import aio_pika
from actors import Crm, until_marked
from given import a_customer, an_accepted_offer
from given_configuration import NUMBERING
from house import House, HouseOf
from monitoring import MonitoringOf
from prometheus_client.openmetrics import parser as openmetrics
from structlog.testing import capture_logs

from adapter.app import Adapter

CONNECTIONS = ("broker_consuming", "broker_publishing", "database")
ONE_HUNDRED_NUMBERS = NUMBERING.replace("start = 1\n", "start = 1\nend = 100\n", 1)


async def test_whatever_senders_write_the_number_of_series_stays_the_same(
    house: House, crm: Crm, monitor: MonitoringOf
) -> None:
    monitoring = await monitor(house.adapter)
    await _publish_oddly(crm, 1)
    await monitoring.endpoint.sampler.look()
    before = await monitoring.series()
    await _publish_oddly(crm, 1000)
    await monitoring.endpoint.sampler.look()
    after = await monitoring.series()

    assert after.keys() == before.keys()
    refused = "order_adapter_messages_total[('outcome', 'refused'), ('queue', 'offer-accepted')]"
    assert after[refused] - before[refused] == 1000


async def _publish_oddly(crm: Crm, messages: int) -> None:
    """Send what can only be refused, under routing keys, sources and types that nobody else uses."""
    tickets = [str(uuid.uuid4()) for _ in range(messages)]
    name = f"{crm.namespace}.inbound"
    exchange = await crm.channel.get_exchange(name, ensure=False)
    queue = await crm.channel.get_queue(f"{crm.namespace}.offer-accepted", ensure=False)
    await queue.bind(exchange, "odd.#")
    for ticket in tickets:
        crm._waiting[ticket] = asyncio.Queue()
        body = json.dumps(crm.envelope({f"field-{ticket}": 1}, f"type-{ticket}", source=f"source-{ticket}")).encode()
        message = aio_pika.Message(
            body,
            content_type="application/cloudevents+json",
            headers={f"header-{ticket}": ticket, "traceparent": f"00-{uuid.uuid4().hex}-{ticket[:16]}-01"},
            reply_to=crm.replies.name,
            correlation_id=ticket,
            message_id=f"message-{ticket}",
            app_id=f"app-{ticket}",
            type=f"type-{ticket}",
        )
        await exchange.publish(message, f"odd.key-{ticket}")
    answers = [await crm.answer(ticket) for ticket in tickets]
    assert {answer["outcome"] for answer in answers} == {"refused"}


async def test_whatever_messages_ask_for_that_nobody_knows_the_number_of_series_stays_the_same(
    house: House, crm: Crm, monitor: MonitoringOf
) -> None:
    monitoring = await monitor(house.adapter)
    await monitoring.endpoint.sampler.look()
    before = await monitoring.series()
    for number in range(10):
        unknown = an_accepted_offer(type=f"T{number}", number=f"N{number}", customer=f"C{number}", currency="XXX")
        assert (await crm.publish(unknown))["outcome"] == "parked"
        await crm.register("customer", f"C-{crm.source}-{number}", a_customer(price_list=f"P{number}"))
    await monitoring.endpoint.sampler.look()

    assert (await monitoring.series()).keys() == before.keys()


async def test_metrics_tell_what_became_of_messages(house: House, crm: Crm, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter)
    created = "order_adapter_messages_total[('outcome', 'created'), ('queue', 'offer-accepted')]"
    took = "order_adapter_handling_seconds_count[('queue', 'offer-accepted')]"
    before = await monitoring.series()
    await crm.publish(an_accepted_offer())
    after = await monitoring.series()

    assert after[created] - before.get(created, 0) == 1
    assert after[took] - before.get(took, 0) == 1
    assert after["order_adapter_batch_messages_count[]"] > before["order_adapter_batch_messages_count[]"]


async def test_counters_stand_at_nothing_before_anything_happened(house: House, monitor: MonitoringOf) -> None:
    series = await (await monitor(Adapter.of(house.settings))).series()

    assert series["order_adapter_messages_total[('outcome', 'parked'), ('queue', 'fulfilment-reported')]"] == 0
    assert series["order_adapter_reasons_total[('code', 'unknown_item'), ('outcome', 'parked')]"] == 0
    assert series["order_adapter_redelivered_total[('queue', 'offer-accepted')]"] == 0
    assert series["order_adapter_handling_seconds_count[('queue', 'offer-accepted')]"] == 0
    assert series["order_adapter_connection_losses_total[('to', 'database')]"] == 0
    assert series["order_adapter_unexpected_errors_total[('where', 'relay')]"] >= 0


async def test_metrics_tell_of_answers_transactions_and_events(house: House, crm: Crm, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter)
    before = await monitoring.series()
    answer = await crm.publish(an_accepted_offer())
    await until_marked(house.database, answer["orders"][0]["number"])
    after = await monitoring.series()

    for name in (
        "answers_total[('outcome', 'sent')]",
        "batch_seconds_count[]",
        "publishing_seconds_count[]",
        "events_published_total[]",
    ):
        assert after[f"order_adapter_{name}"] > before[f"order_adapter_{name}"], name
    assert after["order_adapter_publishing_seconds_sum[]"] > before["order_adapter_publishing_seconds_sum[]"]


async def test_a_lost_connection_is_counted(another_house: HouseOf, monitor: MonitoringOf) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    connection = await house.adapter.publisher.broker.connect()
    assert connection.transport is not None
    await connection.transport.connection.close()
    await monitoring.until_ready(200)

    series = await monitoring.series()
    losses = [series[f"order_adapter_connection_losses_total[('to', '{to}')]"] for to in CONNECTIONS]
    assert losses == [0, 1, 0]
    assert [series[f"order_adapter_connection_lost[('to', '{to}')]"] for to in CONNECTIONS] == [0, 0, 0]


async def test_connections_of_the_pool_that_are_in_use_are_measured(house: House, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter)
    async with house.adapter.database.connection(), house.adapter.database.connection():
        series = await monitoring.series()

    # The relay holds one all the time.
    assert series["order_adapter_database_connections_in_use[]"] >= 3
    assert series["order_adapter_database_connections_kept[]"] == house.settings.database_pool_size


async def test_a_numbering_that_nears_its_end_is_told(another_house: HouseOf, monitor: MonitoringOf) -> None:
    house = await another_house(numbering=ONE_HUNDRED_NUMBERS)
    monitoring, near = await monitor(house.adapter), "order_adapter_numbering_near_end[('numbering', 'ORD')]"
    await monitoring.endpoint.sampler.look()
    assert (await monitoring.series())[near] == 0

    crm = await house.crm()
    with capture_logs() as logs:
        answers = [await crm.publish(an_accepted_offer(number=f"OF-{number}")) for number in range(96)]
        await monitoring.endpoint.sampler.look()

    assert {answer["outcome"] for answer in answers} == {"created"}
    assert (await monitoring.series())[near] == 1
    told = [(line["numbering"], line["left"]) for line in logs if line["event"] == "numbering_near_end"]
    assert told == [("ORD", 5), ("ORD", 4)]


async def test_metrics_are_given_in_the_form_of_openmetrics_where_it_is_asked_for(
    house: House, monitor: MonitoringOf
) -> None:
    metrics = await (await monitor(house.adapter)).get("/metrics", Accept="application/openmetrics-text; version=1.0.0")

    parsed = openmetrics.text_string_to_metric_families(metrics.body)  # type: ignore[no-untyped-call] # the library's
    names = {family.name for family in parsed}
    assert {"order_adapter_messages", "order_adapter_batch_messages", "order_adapter_build_info"} <= names


async def test_parked_messages_are_counted_by_code_and_warned_about_once(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    await (await house.crm()).publish(an_accepted_offer(customer="NOBODY"))

    with capture_logs() as logs:
        await monitoring.endpoint.sampler.look()
        await monitoring.endpoint.sampler.look()

    assert (await monitoring.series())["order_adapter_parked[('code', 'unknown_customer')]"] == 1
    told = [(line["parked"], line["codes"]) for line in logs if line["event"] == "parked_total"]
    assert told == [(1, ["unknown_customer"])]


async def test_holes_in_a_numbering_are_measured(another_house: HouseOf, monitor: MonitoringOf) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    gaps = b"[[3, 5, null, null], [9, 9, null, null]]"
    await house.database.execute(
        "INSERT INTO number_series (numbering, period_start, range_start, highest, gaps)"
        " VALUES ('ORD', '2020-01-01', 1, 10, $1)",
        gaps,
    )
    await monitoring.endpoint.sampler.look()

    assert (await monitoring.series())["order_adapter_number_holes[('numbering', 'ORD')]"] == 4
