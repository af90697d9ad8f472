"""Orders at the command line: listed, shown, told and explained."""

from __future__ import annotations

import pytest
from actors import Crm, Json, Orders
from desk import Desk
from given import DAY, a_line, an_accepted_offer
from house import House


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.settings)


@pytest.fixture
async def order(crm: Crm, orders: Orders) -> Json:
    """An order of A1 at 10.00 and of A2 at the item's own price, confirmed at once."""
    lines = [a_line(), a_line(2.50, item="A2", unit_price=None, quantity="3")]
    offer = an_accepted_offer(type="SURE", number=f"Q/{crm.source}", lines=lines)
    return await orders.of(await crm.publish(offer | {"by": "Anna"}))


async def test_a_list_has_exactly_the_fields_of_the_contract(desk: Desk, order: Json) -> None:
    listed = await desk.json("orders", "list", "--type", "AUTO")

    assert [one for one in listed if one["number"] == order["number"]] == [
        {
            "number": order["number"],
            "date": DAY,
            "type": "AUTO",
            "customer": "C1",
            "stage": "confirmed",
            "currency": "EUR",
            "total": order["totals"]["total"],
        }
    ]


@pytest.mark.parametrize(
    ("words", "is_listed"),
    [
        (("--customer", "C1", "--stage", "confirmed", "--from", DAY, "--to", DAY), True),
        (("--customer", "C2"), False),
        (("--type", "STD"), False),
        (("--stage", "entered"), False),
        (("--from", "2026-03-11"), False),
        (("--to", "2026-03-09"), False),
    ],
)
async def test_every_filter_of_the_list_holds(desk: Desk, order: Json, words: tuple[str, ...], is_listed: bool) -> None:
    listed = await desk.json("orders", "list", *words)

    assert (order["number"] in [one["number"] for one in listed]) is is_listed


async def test_a_limit_gives_the_newest_first(desk: Desk, order: Json) -> None:
    everything = await desk.json("orders", "list")

    assert await desk.json("orders", "list", "--limit", "1") == everything[:1]
    assert [one["date"] for one in everything] == sorted((one["date"] for one in everything), reverse=True)


async def test_an_order_is_shown_as_its_last_event_has_it(desk: Desk, order: Json) -> None:
    assert await desk.json("orders", "show", order["number"]) == order


@pytest.mark.parametrize("document", ["offer:Q/{source}", "offer:SURE/Q/{source}"])
async def test_an_order_is_found_by_the_offer_that_it_was_made_of(
    desk: Desk, crm: Crm, order: Json, document: str
) -> None:
    assert await desk.json("orders", "show", "--origin", document.format(source=crm.source)) == order


async def test_every_order_of_one_offer_is_shown(desk: Desk, crm: Crm) -> None:
    number = f"PART-{crm.source}"
    first = await crm.publish(an_accepted_offer(number=number, lines=[a_line(accepted_quantity="4")]))
    second = await crm.publish(an_accepted_offer(number=number))

    printed = await desk.run("orders", "show", "--origin", f"offer:{number}", "--json")

    assert [one["number"] for one in printed.lines] == [
        first["orders"][0]["number"],
        next(one["number"] for one in second["orders"] if not one.get("duplicate")),
    ]


@pytest.mark.parametrize("command", ["show", "history", "explain"])
async def test_an_order_that_does_not_exist_is_a_failure_in_words(desk: Desk, command: str) -> None:
    printed = await desk.run("orders", command, "2026-99999", "--json")

    assert (printed.code, printed.out) == (1, "")
    assert "There is no order 2026-99999." in printed.err


@pytest.mark.parametrize("words", [(), ("1", "--origin", "offer:1"), ("--origin", "invoice:1"), ("--origin", "offer")])
async def test_naming_no_order_or_two_is_wrong_usage(desk: Desk, words: tuple[str, ...]) -> None:
    assert (await desk.run("orders", "show", *words)).code == 2


async def test_history_is_the_event_data_by_position(desk: Desk, order: Json) -> None:
    history = await desk.json("orders", "history", order["number"])

    assert [(one["position"], one["change"]["to"]) for one in history] == [(1, "entered"), (2, "confirmed")]
    assert history[-1]["order"] == order
    assert {one["caused_by"]["by"] for one in history} == {"Anna"}


async def test_the_history_in_words_says_what_happened_who_caused_it_and_what_changed(
    desk: Desk, crm: Crm, order: Json
) -> None:
    printed = await desk.run("orders", "history", order["number"])

    assert printed.out.startswith(f"Order {order['number']}\n")
    assert f"Anna, by offer.accepted.v1 {crm.sent[-1]} of {crm.source}" in printed.out
    assert "confirmation: entered → confirmed (automatic: yes)" in printed.out


async def test_an_explanation_names_for_every_value_the_rule_that_won_and_those_that_lost(
    desk: Desk, order: Json
) -> None:
    explained = await desk.json("orders", "explain", order["number"])

    price = next(one for one in explained if one["line"] == "2.5" and one["field"] == "unit_price")
    assert price["value"] == "7.5"
    assert price["won"].keys() == {"rule", "source", "key", "revision"}
    assert (price["won"]["key"], price["won"]["revision"]) == ("A2", 1)
    assert all(one.keys() == {"rule", "source", "key", "because"} and one["because"] for one in price["lost"])
    assert all(step.keys() == {"operation", "value"} for one in explained for step in one["steps"])
    assert {one["line"] for one in explained} >= {None, "1", "2.5"}


async def test_one_line_is_explained_alone(desk: Desk, order: Json) -> None:
    explained = await desk.json("orders", "explain", order["number"], "--line", "2.50")

    assert {one["line"] for one in explained} == {"2.5"}


async def test_a_line_that_the_order_has_not_is_a_failure(desk: Desk, order: Json) -> None:
    assert (await desk.run("orders", "explain", order["number"], "--line", "9")).code == 1


async def test_an_explanation_in_words_names_rule_entry_and_revision(desk: Desk, order: Json) -> None:
    printed = await desk.run("orders", "explain", order["number"], "--line", "2.5")

    assert "A2, revision 1" in printed.out
