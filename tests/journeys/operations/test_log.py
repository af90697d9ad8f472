"""Events of the log, with their levels and fields (contract 9); those of a start that fails are tried where it is."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from actors import FULFILMENT_REPORTED, ORDER_ACTION_REQUESTED, Crm, until
from cable import cable
from given import an_accepted_offer
from house import House, HouseOf
from monitoring import MonitoringOf
from pydantic import SecretStr
from running import running
from structlog.testing import capture_logs

from adapter.app import Adapter
from adapter.cli.serving import _Serving

Log = list[Any]
TRACE = "0af7651916cd43dd8448eb211c80319c"
OF_A_MESSAGE = {
    "queue", "source", "id", "type", "outcome", "codes", "orders", "duration_ms", "batch_size", "attempt",
    "redelivered", "trace_id",
}  # fmt: skip
OF_A_STEP = {"order", "position", "dimension", "from", "to", "stage", "caused_by"}
OF_AN_ERROR = {"where", "error", "stack_hash", "trace_id", "exc_info"}


def the(log: Log, event: str) -> dict[str, Any]:
    """The one line of this event, without its name."""
    [line] = [line for line in log if line["event"] == event]
    return {name: value for name, value in line.items() if name != "event"}


async def until_logged(log: Log, event: str) -> None:
    async def there() -> bool:
        return any(line["event"] == event for line in log)

    await until(there)


async def test_a_handled_message_tells_everything_about_itself(house: House, crm: Crm) -> None:
    with capture_logs() as log:
        answer = await crm.publish(an_accepted_offer(), traceparent=f"00-{TRACE}-b7ad6b7169203331-01")
        await until_logged(log, "message_handled")

    told = the(log, "message_handled")
    assert told.keys() == OF_A_MESSAGE | {"log_level"}
    assert (told["queue"], told["source"], told["id"]) == ("offer-accepted", crm.source, crm.sent[-1])
    assert (told["type"], told["outcome"], told["codes"]) == ("offer.accepted.v1", "created", [])
    assert told["orders"] == [answer["orders"][0]["number"]]
    assert (told["attempt"], told["redelivered"], told["trace_id"], told["log_level"]) == (1, False, TRACE, "info")


async def test_a_refused_and_a_parked_message_are_warnings(house: House, crm: Crm) -> None:
    with capture_logs() as log:
        await crm.publish({})
        await crm.publish(an_accepted_offer(customer="NOBODY"))

    told = [(line["log_level"], line["outcome"], line["codes"]) for line in log if line["event"] == "message_handled"]
    assert told == [("warning", "refused", ["invalid"]), ("warning", "parked", ["unknown_customer"])]


async def test_a_step_of_an_order_tells_what_caused_it(house: House, crm: Crm) -> None:
    number = (await crm.publish(an_accepted_offer()))["orders"][0]["number"]
    with capture_logs() as log:
        await crm.publish({"order": number, "action": "confirm", "by": "anna"}, ORDER_ACTION_REQUESTED)

    told = the(log, "order_status_changed")
    assert told.keys() == OF_A_STEP | {"log_level"}
    assert (told["order"], told["dimension"], told["from"], told["to"]) == (
        number, "confirmation", "entered", "confirmed",
    )  # fmt: skip
    assert (told["caused_by"], told["stage"], told["log_level"]) == (crm.sent[-1], "confirmed", "info")


async def test_a_message_that_waits_for_its_order_is_told_as_waiting(house: House, crm: Crm) -> None:
    with capture_logs() as log:
        await crm.send({"order": "nowhere", "document": "D-1", "lines": []}, FULFILMENT_REPORTED)
        await until_logged(log, "message_handled")

    assert the(log, "message_handled").keys() == OF_A_MESSAGE | {"log_level"}


async def test_a_start_and_a_stop_are_told(another_house: HouseOf) -> None:
    house = await another_house()
    await house.adapter.stop()
    with capture_logs() as log:
        assert await _served(Adapter.of(house.settings), lambda _adapter: signal.raise_signal(signal.SIGTERM)) == 0

    levels = {line["log_level"] for line in log if line["event"] in {"started", "ready", "stopping", "stopped"}}
    assert levels == {"info"}
    assert {"version", "queues", "settings"} <= the(log, "started").keys()
    assert the(log, "started")["settings"]["ORDER_ADAPTER_NAMESPACE"] == house.settings.namespace
    assert {"queues", "seconds"} <= the(log, "ready").keys()
    assert (the(log, "stopping")["because"], the(log, "stopped")["seconds"] >= 0) == ("SIGTERM", True)


async def test_a_part_that_ends_is_an_unexpected_error(another_house: HouseOf) -> None:
    house = await another_house()
    await house.adapter.stop()
    with capture_logs() as log:
        assert await _served(Adapter.of(house.settings), lambda adapter: adapter.relay.stop()) == 1

    told = the(log, "unexpected_error")
    assert told.keys() == OF_AN_ERROR | {"log_level"}
    assert (told["where"], told["log_level"], len(told["stack_hash"])) == ("serve", "error", 12)


async def _served(adapter: Adapter, then: Callable[[Adapter], None]) -> int:
    """Serve, do something once it takes messages, and give the exit code."""
    serving = asyncio.create_task(_Serving(adapter).run())

    async def ready() -> bool:
        return adapter.ready

    try:
        await until(ready)
        then(adapter)
        return await asyncio.wait_for(serving, 40)
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(each)


async def test_figures_that_cannot_be_read_are_an_unexpected_error(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    house = await another_house()
    monitoring = await monitor(house.adapter)
    house.adapter.replaying.stop()
    await house.database.execute("ALTER TABLE parked RENAME TO elsewhere")
    with capture_logs() as log:
        await monitoring.endpoint.sampler.look()

    told = next(line for line in log if line["event"] == "unexpected_error" and line["where"] == "operations")
    assert told.keys() == OF_AN_ERROR | {"event", "log_level"}
    assert (told["error"], told["trace_id"], len(told["stack_hash"])) == ("UndefinedTableError", None, 12)
    where = "order_adapter_unexpected_errors_total[('where', 'operations')]"
    assert (await monitoring.series())[where] >= 1


async def test_an_event_that_nobody_receives_is_a_warning(another_house: HouseOf) -> None:
    house = await another_house(receivers=False)
    with capture_logs() as log:
        await (await house.crm()).publish(an_accepted_offer())
        await until_logged(log, "event_without_receiver")

    told = the(log, "event_without_receiver")
    assert (told["routing_key"], told["log_level"]) == ("order.entered", "warning")


async def test_a_pause_and_its_end_are_told_with_their_cause(another_house: HouseOf) -> None:
    house = await another_house()
    crm = await house.crm()
    await house.adapter.stop()
    assert house.settings.database_url is not None
    url = house.settings.database_url.get_secret_value()
    async with cable(url) as way:
        with capture_logs() as log:
            async with running(house.settings.model_copy(update={"database_url": SecretStr(way.of(url))})):
                way.cut()
                ticket = await crm.send(an_accepted_offer())
                await until_logged(log, "consumption_paused")
                await way.mend()
                assert (await crm.answer(ticket))["outcome"] == "created"
                await until_logged(log, "consumption_resumed")

    for event, level in (("consumption_paused", "error"), ("consumption_resumed", "info")):
        told = the(log, event)
        assert (told["because"].partition(":")[0], told["seconds"] >= 0, told["log_level"]) == ("database", True, level)
