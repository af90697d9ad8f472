"""Every fault of a message in one answer, each with its code, its place and a cure (contract 2, 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from actors import Crm, Orders
from given import a_line, a_note, accepted, an_accepted_offer, an_offer, wire
from given_configuration import with_parameters
from house import HouseOf

Json = dict[str, Any]


def places(answer: Json) -> set[tuple[str, str]]:
    return {(reason["code"], reason["path"]) for reason in answer["reasons"]}


async def test_every_fault_of_a_message_is_told_in_one_answer(crm: Crm, orders: Orders) -> None:
    lines = [
        a_line(1, quantity="0", colour="red"),
        a_line(1, unit_price="-1"),
        a_line(3, item=None),
        a_line(4, delivery_on="2026-02-30", discounts=[{"percent": "101"}]),
        {"line": 5, "kind": "note", "quantity": "1"},
    ]
    answer = await crm.publish(an_accepted_offer(customer=7, date=None, lines=lines) | {"conversion": "some"})

    assert answer["outcome"] == "refused"
    assert places(answer) == {
        ("invalid", "/conversion"),
        ("invalid", "/offers/0/customer"),
        ("invalid", "/offers/0/date"),
        ("invalid", "/offers/0/lines/0/quantity"),
        ("invalid", "/offers/0/lines/0/colour"),
        ("invalid", "/offers/0/lines/1/line"),
        ("invalid", "/offers/0/lines/1/unit_price"),
        ("invalid", "/offers/0/lines/2"),
        ("invalid", "/offers/0/lines/3/delivery_on"),
        ("invalid", "/offers/0/lines/3/discounts/0/percent"),
        ("invalid", "/offers/0/lines/4/quantity"),
        ("invalid", "/offers/0/lines/4/description"),
    }
    assert all(len(reason["message"]) > 20 for reason in answer["reasons"])


async def test_every_fault_of_the_business_is_told_in_one_answer(crm: Crm) -> None:
    lines = [
        a_line(1, item="NONE"),
        a_line(2, uom="BARREL"),
        a_line(3, vat_code="S99"),
        a_line(4, discounts="ten percent"),
        a_line(5, quantity="1.5"),
        a_line(6, item="BARE", vat_code=None),
        a_line(7, unit_price=None),
        a_line(8, goods_ready_on="2026-04-02", delivery_on="2026-04-01"),
        a_line(9, accepted_quantity="11"),
    ]
    unpaid = [{"type": "TRANSFER", "solution": "30EOM", "percent": "90"}]
    answer = await crm.publish(an_accepted_offer(lines=lines, payments=unpaid, cancelled_on="2026-03-10"))

    assert answer["outcome"] == "refused"
    assert places(answer) >= {
        ("unknown_item", "/offers/0/lines/0/item"),
        ("unknown_code", "/offers/0/lines/1/uom"),
        ("unknown_code", "/offers/0/lines/2/vat_code"),
        ("ambiguous_discount", "/offers/0/lines/3/discounts"),
        ("invalid", "/offers/0/lines/4/quantity"),
        ("payment_invalid", "/offers/0/payments"),
        ("price_missing", "/offers/0/lines/6/unit_price"),
        ("dates_out_of_order", "/offers/0/lines/7/goods_ready_on"),
        ("over_accepted", "/offers/0/lines/8/accepted_quantity"),
        ("offer_cancelled", "/offers/0/cancelled_on"),
    }


async def test_faults_of_several_offers_are_told_together(crm: Crm) -> None:
    answer = await crm.publish(
        accepted(
            an_offer(number="1", confirmed_on=None),
            an_offer(number="2", customer="NOBODY", type="UNHEARD"),
            an_offer(number="3", lines=[a_line(item="NONE"), a_line(2, item="NOR")]),
        )
    )

    assert answer["outcome"] == "refused"
    assert places(answer) == {
        ("offer_not_confirmed", "/offers/0/confirmed_on"),
        ("unknown_customer", "/offers/1/customer"),
        ("offer_type_unmapped", "/offers/1/type"),
        ("unknown_item", "/offers/2/lines/0/item"),
        ("unknown_item", "/offers/2/lines/1/item"),
    }


async def test_an_offer_that_is_not_confirmed_still_has_its_lines_looked_at(crm: Crm) -> None:
    answer = await crm.publish(an_accepted_offer(confirmed_on=None, lines=[a_line(item="NONE")]))

    assert places(answer) == {
        ("offer_not_confirmed", "/offers/0/confirmed_on"),
        ("unknown_item", "/offers/0/lines/0/item"),
    }


async def test_what_the_business_would_refuse_of_the_message_alone_is_told_beside_faults_of_its_form(crm: Crm) -> None:
    lines = [a_line(1, quantity="0"), a_line(2, discounts="ten percent"), a_line(3, discounts=[{"priority": 1}])]
    lines.append(a_line(4, goods_ready_on="2026-04-02", delivery_on="2026-04-01"))
    answer = await crm.publish(an_accepted_offer(confirmed_on=None, final_discounts="5%", lines=lines))

    assert places(answer) == {
        ("invalid", "/offers/0/lines/0/quantity"),
        ("offer_not_confirmed", "/offers/0/confirmed_on"),
        ("ambiguous_discount", "/offers/0/final_discounts"),
        ("ambiguous_discount", "/offers/0/lines/1/discounts"),
        ("ambiguous_discount", "/offers/0/lines/2/discounts/0"),
        ("dates_out_of_order", "/offers/0/lines/3/goods_ready_on"),
    }


async def test_an_offer_of_an_unknown_customer_still_has_the_rest_looked_at(crm: Crm) -> None:
    lines = [a_line(1, item="NONE"), a_line(2, vat_code="S99"), a_line(3, quantity="1.5"), a_line(4, unit_price=None)]
    unpaid = [{"type": "TRANSFER", "solution": "30EOM", "percent": "90"}]
    answer = await crm.publish(an_accepted_offer(customer="NOBODY", type="UNHEARD", lines=lines, payments=unpaid))

    assert places(answer) == {
        ("offer_type_unmapped", "/offers/0/type"),
        ("unknown_customer", "/offers/0/customer"),
        ("unknown_item", "/offers/0/lines/0/item"),
        ("unknown_code", "/offers/0/lines/1/vat_code"),
        ("invalid", "/offers/0/lines/2/quantity"),
        ("payment_invalid", "/offers/0/payments"),
    }


async def test_an_offer_of_nothing_but_unknown_items_still_has_its_header_looked_at(crm: Crm) -> None:
    answer = await crm.publish(
        an_accepted_offer(currency="XXX", final_discounts="5%", lines=[a_line(item="NONE")], cancelled_on="2026-03-10")
    )

    assert places(answer) == {
        ("unknown_item", "/offers/0/lines/0/item"),
        ("unknown_code", "/offers/0/currency"),
        ("exchange_rate_missing", "/offers/0/exchange_rate"),
        ("ambiguous_discount", "/offers/0/final_discounts"),
        ("offer_cancelled", "/offers/0/cancelled_on"),
    }


@pytest.mark.parametrize(
    "offer",
    [
        {
            "payments": [
                {"type": "TRANSFER", "solution": "30EOM", "amount": "600"},
                {"type": "TRANSFER", "solution": "30EOM"},
            ]
        },
        {"expenses": [{"type": "FREIGHT", "amount": "-600"}]},
    ],
    ids=["a payment", "an allowance"],
)
async def test_money_that_fits_the_whole_offer_only_is_no_fault_while_an_item_is_not_known(
    crm: Crm, orders: Orders, offer: Json
) -> None:
    item = f"SOON-{next(iter(offer))}"
    lines = [a_line(1, item=item, quantity="90", vat_code="S22"), a_line(2, quantity="1")]
    data = an_accepted_offer(lines=lines, **offer)
    answer = await crm.publish(data)
    await crm.register("item", item, {"description": "Soon", "uom": "EA"})

    assert (answer["outcome"], places(answer)) == ("parked", {("unknown_item", "/offers/0/lines/0/item")})
    assert (await crm.publish(data))["outcome"] in {"created", "duplicate"}


async def test_payments_that_do_not_make_100_percent_are_refused(crm: Crm) -> None:
    unpaid = [{"type": "TRANSFER", "solution": "30EOM", "percent": "90"}]

    assert places(await crm.publish(an_accepted_offer(payments=unpaid))) == {("payment_invalid", "/offers/0/payments")}


async def test_payments_above_the_total_are_refused(crm: Crm) -> None:
    too_much = [{"type": "TRANSFER", "solution": "30EOM", "amount": "1000"}]

    assert {code for code, _ in places(await crm.publish(an_accepted_offer(payments=too_much)))} == {"payment_invalid"}


@pytest.mark.parametrize(
    "discounts", [[{"percent": "5", "amount": "1"}], [{"priority": 1}], "5%", "5++5", "", "+5", "10+"]
)
async def test_a_discount_that_is_neither_or_both_or_does_not_parse_is_ambiguous(crm: Crm, discounts: Any) -> None:
    answer = await crm.publish(an_accepted_offer(lines=[a_line(discounts=discounts)]))

    assert (answer["outcome"], {code for code, _ in places(answer)}) == ("refused", {"ambiguous_discount"})
    assert answer["reasons"][0]["path"].startswith("/offers/0/lines/0/discounts")


@pytest.mark.parametrize(
    "line", [a_line(uom="BARREL"), a_line(kind="uncoded", item=None, description="x", uom="BARREL")]
)
async def test_a_unit_that_nobody_knows_is_told_once(crm: Crm, line: Json) -> None:
    answer = await crm.publish(an_accepted_offer(lines=[line | {"vat_code": "S22"}]))

    assert [(reason["code"], reason["path"]) for reason in answer["reasons"]] == [
        ("unknown_code", "/offers/0/lines/0/uom")
    ]


async def test_a_price_for_nothing_found_is_missing_and_an_explicit_0_is_a_price(crm: Crm) -> None:
    missing = await crm.publish(an_accepted_offer(number="MISSING", lines=[a_line(unit_price=None)]))
    free = await crm.publish(an_accepted_offer(number="FREE", lines=[a_line(unit_price=0)]))

    assert places(missing) == {("price_missing", "/offers/0/lines/0/unit_price")}
    assert free["outcome"] == "created"


@pytest.mark.parametrize(
    ("found", "replacement"),
    [
        ('"quantity": "10"', '"quantity": "10", "quantity": "11"'),
        ('"quantity": "10"', '"quantity": NaN'),
        ('"quantity": "10"', '"quantity": -Infinity'),
        ('"item": "A1"', '"item": "A\\u0000"'),
        ('"item": "A1"', '"item": "A\\ud800"'),
    ],
)
async def test_what_json_or_text_must_not_hold_is_malformed_at_its_place(
    crm: Crm, found: str, replacement: str
) -> None:
    body = json.dumps(crm.envelope(an_accepted_offer())).replace(found, replacement)
    answer = await crm.publish_body(body.encode())

    [reason] = answer["reasons"]
    assert (answer["outcome"], reason["code"]) == ("refused", "malformed")
    assert reason["path"] == "/offers/0/lines/0/" + found[1 : found.index('"', 1)]


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff{}", b"\xef\xbb\xbf{}", b"null", b'"text"'])
async def test_a_body_that_is_no_json_object_is_malformed(crm: Crm, body: bytes) -> None:
    answer = await crm.publish_body(body)

    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("refused", "malformed")


async def test_line_breaks_are_taken_in_notes_alone(crm: Crm) -> None:
    taken = await crm.publish(an_accepted_offer(notes="a\nb\tc", final_notes="d\ne"))
    refused = await crm.publish(an_accepted_offer(our_reference="a\nb"))

    assert taken["outcome"] == "created"
    assert places(refused) == {("invalid", "/offers/0/our_reference")}


async def test_a_message_nested_too_deeply_is_too_large(crm: Crm) -> None:
    deep = json.loads("[" * 70 + "]" * 70)
    answer = await crm.publish(an_accepted_offer(extra={"deep": deep}))

    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("refused", "too_large")


async def test_a_message_with_too_many_lines_is_too_large(crm: Crm) -> None:
    halves = [an_offer(number=str(n), lines=[a_line(i) for i in range(1, 1002)]) for n in (1, 2)]

    assert places(await crm.publish(accepted(*halves))) == {("too_large", "")}


async def test_a_body_of_more_than_the_largest_size_is_too_large_and_kept(crm: Crm, orders: Orders) -> None:
    body = wire(crm.envelope(an_accepted_offer(notes="x" * (1 << 20))))
    answer = await crm.publish_body(body)

    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("refused", "too_large")
    assert await orders.database.fetchval("SELECT count(*) FROM parked WHERE body = $1", body) == 1


async def test_null_means_absent(crm: Crm, orders: Orders) -> None:
    offer = an_offer() | {"currency": None, "discounts": None, "valid_until": None}
    order = await orders.of(await crm.publish(accepted(offer)))

    assert order["currency"] == "EUR"


async def test_codes_are_trimmed_and_case_sensitive(crm: Crm) -> None:
    trimmed = await crm.publish(an_accepted_offer(customer="  C1 "))
    other_case = await crm.publish(an_accepted_offer(customer="c1"))

    assert (trimmed["outcome"], places(other_case)) == ("created", {("unknown_customer", "/offers/0/customer")})


async def test_a_switch_that_asks_for_an_operator_refuses_a_message_without_one(another_house: HouseOf) -> None:
    house = await another_house(parameters=with_parameters("operator_required = true\n"))
    crm = await house.crm()

    assert places(await crm.publish(an_accepted_offer())) == {("invalid", "/by")}
    assert (await crm.publish(an_accepted_offer() | {"by": "anna"}))["outcome"] == "created"


async def test_a_note_without_text_and_an_uncoded_line_without_description_are_refused(crm: Crm) -> None:
    answer = await crm.publish(
        an_accepted_offer(
            lines=[a_line(1), a_note(2) | {"description": None}, a_line(3, kind="uncoded", item=None, vat_code="S22")]
        )
    )

    assert places(answer) == {
        ("invalid", "/offers/0/lines/1/description"),
        ("invalid", "/offers/0/lines/2/description"),
    }
