"""What is measured of a running adapter, and what it warns about (contract 8 and 9)."""

from __future__ import annotations

import asyncio
import json
import uuid

import aio_pika
from actors import Crm
from given import an_accepted_offer
from house import House, HouseOf
from monitoring import MonitoringOf
from prometheus_client.openmetrics import parser as openmetrics
from structlog.testing import capture_logs


async def test_whatever_senders_write_the_number_of_series_stays_the_same(
    house: House, crm: Crm, monitor: MonitoringOf
) -> None:
    monitoring = await monitor(house.adapter)
    await _publish_oddly(crm, 1)
    await monitoring.endpoint.sampler.look()
    before = await monitoring.series()
    await _publish_oddly(crm, 30)
    await monitoring.endpoint.sampler.look()
    after = await monitoring.series()

    assert after.keys() == before.keys()
    refused = "order_adapter_messages_total[('outcome', 'refused'), ('queue', 'offer-accepted')]"
    assert after[refused] - before[refused] == 30


async def _publish_oddly(crm: Crm, messages: int) -> None:
    """Send what can only be refused, under routing keys, sources and types that nobody else uses."""
    tickets = [str(uuid.uuid4()) for _ in range(messages)]
    name = f"{crm.namespace}.inbound"
    exchange = await crm.channel.get_exchange(name, ensure=False)
    for ticket in tickets:
        crm._waiting[ticket] = asyncio.Queue()
        body = json.dumps(crm.envelope({}, f"type-{ticket}", source=f"source-{ticket}")).encode()
        message = aio_pika.Message(
            body, content_type="application/cloudevents+json", reply_to=crm.replies.name, correlation_id=ticket
        )
        queue = await crm.channel.get_queue(f"{crm.namespace}.offer-accepted", ensure=False)
        await queue.bind(exchange, f"key-{ticket}")
        await exchange.publish(message, f"key-{ticket}")
    answers = [await crm.answer(ticket) for ticket in tickets]
    assert {answer["outcome"] for answer in answers} == {"refused"}


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
