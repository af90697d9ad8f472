"""What would happen is what happens, except that nothing is stored, published or locked."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import Any

import pytest
from actors import REGISTRY_CHANGED, Crm, Json, Orders
from given import a_customer, a_line, a_registry_change, accepted, an_accepted_offer, an_item, an_offer, grouping
from house import House

from adapter.domain.decision import RegistryChange
from adapter.intake import simulated_orders
from adapter.intake.addressing import read_message
from adapter.intake.comparing import differences
from adapter.intake.explaining import explained
from adapter.intake.overlay import Overlay
from adapter.intake.simulating import Simulated, Simulating
from adapter.intake.stored_orders import StoredOrders
from adapter.messaging.decoding import Limits
from handlers.queues import HANDLERS

ACTION = "order.action-requested.v1"
TABLES = ("orders", "events", "inbox", "offers", "numbers", "number_series", "parked", "registry", "credit_accounts")


@pytest.fixture
def simulating(house: House) -> Simulating:
    return Simulating(house.adapter.database, house.adapter.business)


def bodies(crm: Crm, *messages: Json | tuple[Json, str]) -> list[bytes]:
    """Messages of this sender; those that accept no offer come with their type."""
    pairs = [message if isinstance(message, tuple) else (message, "offer.accepted.v1") for message in messages]
    return [json.dumps(crm.envelope(data, type_)).encode() for data, type_ in pairs]


async def simulate(simulating: Simulating, sent: Sequence[bytes]) -> list[Simulated]:
    return await simulating.simulate([read_message(body, HANDLERS, Limits()) for body in sent])


async def rows(house: House) -> list[Any]:
    return [await house.database.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]  # noqa: S608 -- names of ours


def outcomes(simulated: Sequence[Simulated]) -> list[str]:
    return [one.handled.outcome for one in simulated]


async def test_what_would_happen_is_what_then_happens(
    house: House, simulating: Simulating, crm: Crm, orders: Orders
) -> None:
    [body] = bodies(crm, an_accepted_offer(type="SURE", number="S-1", notes="Ring twice"))

    [simulated] = await simulate(simulating, [body])
    answer = await crm.publish_body(body)

    assert simulated.handled.answer == answer
    assert simulated.orders == [await orders.of(answer)]
    events = [json.loads(event.body) for event in simulated.events]
    assert [event["type"] for event in events] == ["order.entered.v1", "order.confirmed.v1"]
    assert events[-1]["data"]["order"] == simulated.orders[0]
    assert [json.loads(order) for order in simulated.written] == simulated.orders


async def test_an_explanation_is_the_one_that_is_then_kept(
    house: House, simulating: Simulating, crm: Crm, orders: Orders
) -> None:
    [body] = bodies(crm, an_accepted_offer(number="S-2", lines=[a_line(1), a_line("2.5", discounts="50+10")]))

    [simulated] = await simulate(simulating, [body])
    number = (await orders.of(await crm.publish_body(body)))["number"]

    kept = explained(await house.database.fetchval("SELECT explanation FROM orders WHERE number = $1", number))
    assert simulated.explanation == [{"order": number} | entry for entry in kept]
    assert {entry["line"] for entry in kept} == {None, "1", "2.5"}
    assert any(entry["lost"] for entry in kept)
    assert any(entry["steps"] for entry in kept)


async def test_nothing_is_stored(house: House, simulating: Simulating, crm: Crm) -> None:
    before = await rows(house)

    simulated = await simulate(
        simulating,
        bodies(
            crm,
            an_accepted_offer(number="S-2"),
            an_accepted_offer(number="S-3", customer="NOBODY"),
            (a_registry_change("item", "S2", an_item()), REGISTRY_CHANGED),
        ),
    )

    assert outcomes(simulated) == ["created", "parked", "applied"]
    assert await rows(house) == before


async def test_a_simulation_waits_for_nobody(house: House, simulating: Simulating, crm: Crm) -> None:
    offer = an_accepted_offer(number="S-4", lines=[a_line(accepted_quantity="4")])
    first = await crm.publish(offer)
    order = first["orders"][0]["number"]
    async with house.database.acquire() as connection, connection.transaction():
        for table in ("orders", "offers", "number_series", "credit_accounts", "registry", "registry_version"):
            await connection.execute(f"SELECT FROM {table} FOR UPDATE")

        simulated = await simulate(
            simulating,
            bodies(
                crm,
                an_accepted_offer(number="S-4"),
                ({"order": order, "action": "confirm", "by": "Anna"}, ACTION),
                (a_registry_change("item", "A1", an_item(), revision=9), REGISTRY_CHANGED),
            ),
        )

    assert outcomes(simulated) == ["created", "applied", "applied"]


async def test_previewed_numbers_build_on_each_other(simulating: Simulating, crm: Crm) -> None:
    dated = [an_accepted_offer(number=f"S-{n}") | {"orders_dated": "2031-05-05"} for n in (5, 6, 7)]

    first = await simulate(simulating, bodies(crm, *dated[:2]))
    third = await simulate(simulating, bodies(crm, dated[2]))

    assert [one.orders[0]["number"] for one in [*first, *third]] == ["2031-00001", "2031-00002", "2031-00003"]


async def test_a_later_message_sees_what_an_earlier_one_converted(simulating: Simulating, crm: Crm) -> None:
    part = an_accepted_offer(number="S-8", lines=[a_line(accepted_quantity="4")])

    first, second, third = await simulate(simulating, bodies(crm, part, an_accepted_offer(number="S-8"), part))

    made = [one.orders[0]["number"] for one in (first, second)]
    assert [one.orders[0]["lines"][0]["quantity"] for one in (first, second)] == ["4", "6"]
    assert outcomes([third]) == ["duplicate"]
    assert [order.number for order in third.handled.orders] == made


async def test_a_repeated_message_has_the_answer_of_the_first(simulating: Simulating, crm: Crm) -> None:
    [body] = bodies(crm, an_accepted_offer(number="S-9"))

    first, second = await simulate(simulating, [body, body])

    assert (first.handled.outcome, second.handled.outcome) == ("created", "duplicate")
    assert second.orders == []
    assert second.handled.orders == first.handled.orders


async def test_a_message_that_was_handled_in_earnest_is_a_duplicate(simulating: Simulating, crm: Crm) -> None:
    [body] = bodies(crm, an_accepted_offer(number="S-10"))
    answer = await crm.publish_body(body)

    [simulated] = await simulate(simulating, [body])

    assert simulated.handled.answer == answer | {"outcome": "duplicate"}


async def test_another_content_under_the_same_id_is_refused(simulating: Simulating, crm: Crm) -> None:
    one, other = (crm.envelope(an_accepted_offer(number=number), id="the-same") for number in ("S-11", "S-12"))

    simulated = await simulate(simulating, [json.dumps(one).encode(), json.dumps(other).encode()])

    assert [outcome.handled.codes for outcome in simulated] == [[], ["message_id_reused"]]


async def test_a_registry_change_in_the_file_applies_to_the_messages_after_it(
    house: House, simulating: Simulating, crm: Crm
) -> None:
    item = f"NEW-{crm.source}"
    offer = accepted(an_offer(lines=[a_line(item=None, barcode=f"EAN-{crm.source}", unit_price=None)]))
    change = a_registry_change("item", item, an_item(selling_price="12.50", barcodes=[f"EAN-{crm.source}"]))
    later = a_registry_change("item", item, an_item(selling_price="13.00", barcodes=[]), revision=2)

    simulated = await simulate(
        simulating,
        bodies(
            crm, offer, (change, REGISTRY_CHANGED), an_accepted_offer(**offer["offers"][0]), (later, REGISTRY_CHANGED)
        )
        + bodies(crm, accepted(an_offer(number="S-13", lines=offer["offers"][0]["lines"]))),
    )

    assert outcomes(simulated) == ["parked", "applied", "created", "applied", "parked"]
    assert simulated[2].orders[0]["lines"][0]["unit_price"] == "12.5"


async def test_prices_lists_and_rates_laid_over_the_stored_ones_count(house: House, crm: Crm) -> None:
    overlay = Overlay()
    overlay.lay(
        RegistryChange(kind, key, 1, entry)
        for kind, key, entry in (
            ("customer", "LAID", a_customer(currency="DKK", price_lists=[{"type": "NET", "default": True}])),
            ("price_list", "NET/*/DKK/2026-01-01", {"lines": []}),
            ("price", "NET/*/DKK/2026-01-01/A1/-/EA", {"item": "A1", "uom": "EA", "price": "77.00"}),
            ("exchange_rate", "DKK/2026-02-01", {"rate": "8"}),
        )
    )
    simulating = Simulating(house.adapter.database, house.adapter.business, overlay)
    sent = bodies(crm, an_accepted_offer(customer="LAID", number="S-14", lines=[a_line(unit_price=None)]))

    [simulated] = await simulate(simulating, sent)

    [order] = simulated.orders
    assert (order["lines"][0]["unit_price"], order["exchange_rate"]) == ("77", "8")


async def test_a_retired_entry_is_gone_and_the_stored_ones_stay(house: House, crm: Crm) -> None:
    overlay = Overlay()
    overlay.lay([RegistryChange("item", "A1", 7, None)])
    simulating = Simulating(house.adapter.database, house.adapter.business, overlay)

    simulated = await simulate(
        simulating,
        bodies(crm, an_accepted_offer(number="S-15"), an_accepted_offer(number="S-16", lines=[a_line(item="A2")])),
    )

    assert [one.handled.codes for one in simulated] == [["unknown_item"], []]


async def test_it_is_decided_on_the_day_that_is_asked_for(house: House, crm: Crm) -> None:
    day = datetime.date(2033, 7, 1)
    simulating = Simulating(house.adapter.database, house.adapter.business, day=day)

    [simulated] = await simulate(simulating, bodies(crm, an_accepted_offer(type="CLOCK", number="S-17")))

    assert (simulated.orders[0]["date"], simulated.orders[0]["number"]) == ("2033-07-01", "2033-00001")


@pytest.mark.parametrize("plain_bytes", [0, 1 << 26], ids=["packed", "plain"])
async def test_a_step_on_an_order_that_the_simulation_made_is_simulated_too(
    simulating: Simulating, crm: Crm, plain_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_orders, "PLAIN_BYTES", plain_bytes)
    origin = {"kind": "offer", "number": f"S-{crm.source}"}
    confirm = {"origin": origin, "action": "confirm", "by": "Anna"}

    entered, confirmed, again = await simulate(
        simulating,
        bodies(crm, an_accepted_offer(number=origin["number"]), (confirm, ACTION), (confirm, ACTION)),
    )

    assert outcomes([confirmed, again]) == ["applied", "refused"]
    assert confirmed.orders == [entered.orders[0] | {"stage": "confirmed", "status": confirmed.orders[0]["status"]}]
    assert [json.loads(event.body)["data"]["position"] for event in confirmed.events] == [2]


async def test_a_message_without_a_number_leaves_nothing_behind(simulating: Simulating, crm: Crm) -> None:
    grouped = accepted(*(an_offer(type="SHORT", number=f"S-{n}") for n in (18, 19)))
    single = an_accepted_offer(type="SHORT", number="S-18")

    one, two_at_once, last = await simulate(
        simulating,
        bodies(crm, an_accepted_offer(type="SHORT", number="S-20"), grouped, single),
    )

    assert [one.handled.outcome, two_at_once.handled.outcome] == ["created", "parked"]
    assert two_at_once.handled.codes == ["range_exhausted"]
    assert [order["number"] for order in last.orders] == ["K2026-2"]


async def test_an_explanation_says_of_which_order_it_is(simulating: Simulating, crm: Crm) -> None:
    [simulated] = await simulate(simulating, bodies(crm, accepted(an_offer(number="S-21"), an_offer(number="S-22"))))

    assert {one["order"] for one in simulated.explanation} == {order["number"] for order in simulated.orders}
    assert all(
        one.keys() == {"order", "line", "field", "value", "won", "lost", "steps"} for one in simulated.explanation
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"id": "1"', "malformed"),
        (b"[]", "malformed"),
        (b'{"specversion": "1.0", "id": "1", "source": "s", "type": "offer.lost.v1", "data": {}}', "unknown_type"),
        (b'{"specversion": "1.0", "id": "1", "source": "s", "data": {}}', "unknown_type"),
    ],
)
async def test_what_no_queue_takes_is_answered_too(simulating: Simulating, body: bytes, code: str) -> None:
    [simulated] = await simulate(simulating, [body])

    assert (simulated.handled.outcome, simulated.handled.codes) == ("refused", [code])


async def compared(house: House, overlay: Overlay, body: bytes) -> list[Json]:
    """How the orders of a message would differ today from those that were made of it."""
    simulating = Simulating(house.adapter.database, house.adapter.business, overlay, anew=True)
    batch = [read_message(body, HANDLERS, Limits())]
    stored = await StoredOrders.read(house.adapter.database, batch, house.adapter.business)
    [simulated] = await simulating.simulate(batch, stored.days)
    return differences(stored.documents(0), simulated.orders)


async def test_a_message_handled_before_would_give_the_same_order_again(house: House, crm: Crm) -> None:
    [body] = bodies(crm, an_accepted_offer(type="SURE", number="S-23", lines=[a_line(item="A2", unit_price=None)]))
    await crm.publish_body(body)

    assert await compared(house, Overlay(), body) == []


async def test_another_price_shows_in_what_would_differ(house: House, crm: Crm) -> None:
    [body] = bodies(crm, an_accepted_offer(type="CLOCK", number="S-24", lines=[a_line(item="A2", unit_price=None)]))
    answer = await crm.publish_body(body)
    overlay = Overlay()
    overlay.lay([RegistryChange("item", "A2", 1, an_item(selling_price="8.00"))])

    found = {one["path"]: (one["stored"], one["now"]) for one in await compared(house, overlay, body)}

    assert found["/lines/1/unit_price"] == ("7.5", "8")
    assert found["/totals/goods"] == ("75.00", "80.00")
    assert "/number" not in found
    assert answer["outcome"] == "created"


async def test_an_order_that_would_not_be_made_any_more_is_one_difference(house: House, crm: Crm) -> None:
    [body] = bodies(crm, an_accepted_offer(number="S-25"))
    answer = await crm.publish_body(body)
    overlay = Overlay()
    overlay.lay([RegistryChange("customer", "C1", 1, None)])

    [difference] = await compared(house, overlay, body)

    assert difference == {"order": answer["orders"][0]["number"], "path": "", "stored": "122.00", "now": None}


async def test_offers_grouped_in_one_order_are_compared_as_one(house: House, crm: Crm) -> None:
    customer = f"G-{crm.source}"
    await crm.register("customer", customer, a_customer(grouping=grouping()))
    offers = [an_offer(customer=customer, number=number) for number in ("S-26", "S-27")]
    [body] = bodies(crm, accepted(*offers))
    answer = await crm.publish_body(body)

    assert len(answer["orders"]) == 1
    assert await compared(house, Overlay(), body) == []
