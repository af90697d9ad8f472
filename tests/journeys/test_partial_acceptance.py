"""An offer that is accepted in parts: by line, by quantity, in any order (contract 3 *Acceptance*, *Repetition*)."""

from __future__ import annotations

from typing import Any

from actors import Crm, Orders
from given import a_line, a_note, accepted, an_accepted_offer, an_offer

Json = dict[str, Any]


def part(*quantities: str | None, **fields: Any) -> Json:
    """Lines of ten each, of which these quantities are accepted; None says nothing."""
    lines = [a_line(index, accepted_quantity=quantity) for index, quantity in enumerate(quantities, 1)]
    return an_accepted_offer(**({"lines": lines} | fields))


def codes(answer: Json) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


def quantities(order: Json) -> list[str]:
    return [line["quantity"] for line in order["lines"]]


async def test_an_accepted_quantity_below_the_offered_one_is_what_is_ordered(crm: Crm, orders: Orders) -> None:
    order = await orders.of(await crm.publish(part("4")))

    assert (quantities(order), order["totals"]["goods"]) == (["4"], "40.00")


async def test_without_a_quantity_all_that_remains_is_accepted(crm: Crm, orders: Orders) -> None:
    await crm.publish(part("4"))
    order = await orders.of_new(await crm.publish(part(None)))

    assert quantities(order) == ["6"]


async def test_a_line_with_0_is_not_accepted(crm: Crm, orders: Orders) -> None:
    order = await orders.of(await crm.publish(part("0", "10")))

    assert [line["line"] for line in order["lines"]] == ["2"]


async def test_a_line_that_is_not_listed_is_not_accepted_and_remains(crm: Crm, orders: Orders) -> None:
    await crm.publish(an_accepted_offer(lines=[a_line(2)]))
    order = await orders.of_new(await crm.publish(an_accepted_offer(lines=[a_line(1), a_line(2)])))

    assert [line["line"] for line in order["lines"]] == ["1"]


async def test_what_is_left_of_an_offer_is_created_beside_the_orders_made_before(crm: Crm) -> None:
    first = await crm.publish(part("4"))
    second = await crm.publish(part("6"))

    assert second["outcome"] == "created"
    assert [order.get("duplicate", False) for order in second["orders"]] == [True, False]
    assert second["orders"][0]["number"] == first["orders"][0]["number"]


async def test_an_offer_of_which_nothing_is_left_is_a_duplicate_with_all_its_orders(crm: Crm) -> None:
    made = [await crm.publish(part(quantity)) for quantity in ("4", "6")]
    answer = await crm.publish(part(None))

    assert answer["outcome"] == "duplicate"
    assert [order["number"] for order in answer["orders"]] == [one["orders"][-1]["number"] for one in made]


async def test_more_than_was_offered_is_refused_with_what_remains(crm: Crm, orders: Orders) -> None:
    answer = await crm.publish(part("11"))

    [reason] = answer["reasons"]
    assert (answer["outcome"], reason["code"], reason["remaining"]) == ("refused", "over_accepted", "10")
    assert reason["path"] == "/offers/0/lines/0/accepted_quantity"
    assert await orders.count() == 0


async def test_more_than_remains_is_refused_with_what_remains(crm: Crm, orders: Orders) -> None:
    await crm.publish(part("7"))
    answer = await crm.publish(part("4"))

    assert [(reason["code"], reason["remaining"]) for reason in answer["reasons"]] == [("over_accepted", "3")]
    assert await orders.count() == 1


async def test_every_line_that_accepts_too_much_is_told(crm: Crm) -> None:
    answer = await crm.publish(part("11", "10", "12"))

    assert [reason["path"] for reason in answer["reasons"]] == [
        "/offers/0/lines/0/accepted_quantity",
        "/offers/0/lines/2/accepted_quantity",
    ]


async def test_a_quantity_accepted_again_once_nothing_is_left_is_a_duplicate_and_converts_nothing(
    crm: Crm, orders: Orders
) -> None:
    await crm.publish(part("10"))
    answer = await crm.publish(part("10"))

    assert answer["outcome"] == "duplicate"
    assert await orders.count() == 1


async def test_a_raised_quantity_in_a_later_message_does_not_raise_what_was_offered(crm: Crm, orders: Orders) -> None:
    await crm.publish(part("4"))
    more = an_accepted_offer(lines=[a_line(quantity="20", accepted_quantity="7")])

    assert codes(await crm.publish(more)) == ["over_accepted"]
    assert await orders.count() == 1


async def test_conversion_all_converts_again_and_its_history_says_who_asked(
    crm: Crm, orders: Orders, warehouse: Any
) -> None:
    await crm.publish(part("10"))
    answer = await crm.publish(part("10") | {"conversion": "all", "by": "anna"})

    assert answer["outcome"] == "created"
    assert [quantities(order) for order in await orders.all()] == [["10"], ["10"]]
    event = (await warehouse.received("order.entered"))[-1]
    assert event.data["caused_by"]["by"] == "anna"
    assert event.data["change"]["details"] == {"conversion": "all", "by": "anna"}


async def test_conversion_all_still_converts_at_most_what_was_offered(crm: Crm) -> None:
    assert codes(await crm.publish(part("11") | {"conversion": "all"})) == ["over_accepted"]


async def test_what_conversion_all_converts_first_counts_as_converted(crm: Crm) -> None:
    await crm.publish(part("10") | {"conversion": "all"})

    assert (await crm.publish(part(None)))["outcome"] == "duplicate"


async def test_conversion_remaining_is_the_default_that_may_be_said(crm: Crm) -> None:
    await crm.publish(part(None))

    assert (await crm.publish(part(None) | {"conversion": "remaining"}))["outcome"] == "duplicate"


async def test_a_line_number_counts_by_value(crm: Crm) -> None:
    await crm.publish(an_accepted_offer(lines=[a_line("1.50")]))

    assert (await crm.publish(an_accepted_offer(lines=[a_line(1.5)])))["outcome"] == "duplicate"


async def test_nothing_accepted_at_all_is_refused(crm: Crm, orders: Orders) -> None:
    assert codes(await crm.publish(part("0"))) == ["invalid"]
    assert await orders.count() == 0


async def test_one_faulty_offer_of_a_message_leaves_the_others_unconverted(crm: Crm, orders: Orders) -> None:
    await crm.publish(accepted(an_offer(number="GOOD"), an_offer(number="BAD", confirmed_on=None)))

    assert await orders.count() == 0
    assert (await crm.publish(an_accepted_offer(number="GOOD")))["outcome"] == "created"


async def test_of_several_offers_only_those_with_something_left_make_orders(crm: Crm, orders: Orders) -> None:
    await crm.publish(an_accepted_offer(number="DONE"))
    answer = await crm.publish(accepted(an_offer(number="DONE"), an_offer(number="NEW")))

    assert [order.get("duplicate", False) for order in answer["orders"]] == [True, False]
    assert await orders.count() == 2


async def test_a_note_goes_with_the_first_part_and_not_again(crm: Crm, orders: Orders) -> None:
    lines = [a_line(1, accepted_quantity="5"), a_note(2)]
    for _ in range(2):
        await crm.publish(an_accepted_offer(lines=lines))

    assert [[line["kind"] for line in order["lines"]] for order in await orders.all()] == [["item", "note"], ["item"]]


async def test_a_fixed_discount_of_a_partly_accepted_line_is_taken_pro_rata(crm: Crm, orders: Orders) -> None:
    lines = [a_line(accepted_quantity="4", discounts=[{"amount": "10"}])]
    order = await orders.of(await crm.publish(an_accepted_offer(lines=lines)))

    assert (order["totals"]["discounts"], order["totals"]["net"]) == ("4.00", "36.00")


async def test_fixed_amounts_of_a_partly_accepted_offer_are_taken_pro_rata(crm: Crm, orders: Orders) -> None:
    offer = part(
        "6",
        "0",
        expenses=[{"type": "FREIGHT", "amount": "50"}],
        final_discounts="20#",
        payments=[
            {"type": "TRANSFER", "solution": "AT_ONCE", "amount": "100"},
            {"type": "TRANSFER", "solution": "30EOM"},
        ],
    )
    order = await orders.of(await crm.publish(offer))

    assert (order["totals"]["expenses"], order["totals"]["final_discounts"]) == ("15.00", "6.00")
    assert order["due_dates"][0]["amount"] == "30.00"


async def test_the_parts_of_an_offer_add_up_to_the_whole(crm: Crm, orders: Orders) -> None:
    offer = {"expenses": [{"type": "FREIGHT", "amount": "50"}], "final_discounts": "20#"}
    for quantity in ("3", "3", "4"):
        await crm.publish(part(quantity, **offer))

    totals = [order["totals"] for order in await orders.all()]
    assert [one["expenses"] for one in totals] == ["15.00", "15.00", "20.00"]
    assert [one["final_discounts"] for one in totals] == ["6.00", "6.00", "8.00"]
