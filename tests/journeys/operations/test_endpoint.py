"""The endpoint of a running adapter: who may read what (contract 8)."""

from __future__ import annotations

import json

import pytest
from house import House
from monitoring import Monitoring, MonitoringOf
from structlog.testing import capture_logs

from adapter.messaging.asyncapi import asyncapi
from adapter.operations.endpoint import serve_operations


async def test_with_a_token_only_health_is_open_to_everybody(house: House, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter, "open sesame")

    refused = [await monitoring.get(path) for path in ("/", "/metrics", "/asyncapi", "/nothing")]
    assert {(got.status, got.headers["www-authenticate"]) for got in refused} == {(401, "Bearer")}
    assert (await monitoring.get("/metrics", Authorization="Bearer open sesam")).status == 401
    assert (await monitoring.get("/metrics", Authorization="Bearer open sesame")).status == 200
    assert (await monitoring.get("/health/live")).status == 200


async def test_the_status_page_shows_the_queues_and_needs_nothing_from_elsewhere(
    house: House, monitor: MonitoringOf
) -> None:
    page = await (await monitor(house.adapter)).get("/")

    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"{house.settings.namespace}.offer-accepted" in page.body
    assert [word for word in ("<script", "src=", "http://", "https://", "@import") if word in page.body] == []


async def test_what_is_not_there_and_what_cannot_be_done_is_told(house: House, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter)

    assert (await monitoring.get("/nothing")).status == 404
    assert (await monitoring.get("/metrics", "POST")).status == 405
    head = await monitoring.get("/health/live", "HEAD")
    assert (head.status, head.body) == (200, "")


async def test_the_contract_is_served_where_it_is_given(house: House, monitor: MonitoringOf) -> None:
    without = await monitor(house.adapter)
    with_contract = await monitor(house.adapter, contract=lambda: asyncapi(house.adapter.topology, "1", "broker:5672"))

    assert (await without.get("/asyncapi")).status == 404
    assert json.loads((await with_contract.get("/asyncapi")).body)["asyncapi"] == "3.0.0"


async def test_an_endpoint_that_was_stopped_lets_go_of_its_port(house: House, monitor: MonitoringOf) -> None:
    monitoring = await monitor(house.adapter)
    await monitoring.endpoint.stop()
    port = int(monitoring.endpoint.address.rpartition(":")[2])
    again = await serve_operations(house.adapter, "127.0.0.1", port)

    assert (await Monitoring(again).get("/health/live")).status == 200
    await again.stop()


@pytest.mark.parametrize(
    ("host", "token", "warned"),
    [("0.0.0.0", None, True), ("0.0.0.0", "open sesame", False), ("127.0.0.1", None, False)],  # noqa: S104 -- meant
)
async def test_who_opens_it_to_other_hosts_without_a_token_is_warned(
    house: House, host: str, token: str | None, warned: bool
) -> None:
    with capture_logs() as log:
        endpoint = await serve_operations(house.adapter, host, 0, token)
    await endpoint.stop()

    assert [event["address"] for event in log if event["event"] == "operations_open"] == [endpoint.address] * warned
