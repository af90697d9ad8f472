"""Amounts through the whole way: VAT-inclusive types, discounts, expenses, giveaways, due dates (§1.5, §4.7, §6)."""

from __future__ import annotations

from typing import Any

import pytest
from actors import Crm, Orders
from given import a_customer, a_line, an_accepted_offer

Json = dict[str, Any]


async def enter(crm: Crm, orders: Orders, *lines: Json, **fields: Any) -> Json:
    """The order of an offer of these lines."""
    given = {"lines": list(lines)} if lines else {}
    return await orders.of(await crm.publish(an_accepted_offer(**given | fields)))


def totals(order: Json, *names: str) -> list[str]:
    return [order["totals"][name] for name in names]


async def test_vat_is_extracted_per_rate_from_prices_that_include_it(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, a_line(quantity="3", unit_price="9.99"), type="SHOP")

    assert order["vat_included"] is True
    assert totals(order, "goods", "net", "vat", "total") == ["29.97", "24.57", "5.40", "29.97"]
    assert order["vat_summary"] == [{"vat_code": "S22", "rate": "22", "taxable": "24.57", "vat": "5.40"}]


async def test_a_vat_inclusive_order_with_two_rates_charges_and_discounts_adds_up(crm: Crm, orders: Orders) -> None:
    lines = [
        a_line(1, quantity="3", unit_price="9.99", discounts="10"),
        a_line(2, quantity="1", unit_price="11", vat_code="S10"),
        a_line(3, kind="charge", item=None, description="Wrap", quantity="1", unit_price="1.22", vat_code="S22"),
    ]
    order = await enter(crm, orders, *lines, type="SHOP")

    assert totals(order, "goods", "discounts", "charges", "total") == ["40.97", "3.00", "1.22", "39.19"]
    assert totals(order, "vat", "net") == ["6.08", "33.11"]
    assert [(row["vat_code"], row["taxable"], row["vat"]) for row in order["vat_summary"]] == [
        ("S10", "10.00", "1.00"),
        ("S22", "23.11", "5.08"),
    ]


async def test_vat_is_worked_out_once_per_code_and_spread_over_the_lines(crm: Crm, orders: Orders) -> None:
    lines = [a_line(n, quantity="1", unit_price="0.02") for n in range(1, 4)]
    order = await enter(crm, orders, *lines)

    assert totals(order, "vat", "total") == ["0.01", "0.07"]
    assert sorted(line["vat"] for line in order["lines"]) == ["0.00", "0.00", "0.01"]


@pytest.mark.parametrize(
    ("notation", "discount"),
    [("50+10+5", "57.25"), ("10-5", "5.50"), ("5#", "5.00"), ("-60#+30#", "-30.00"), ("2.5", "2.50"), ("0", "0.00")],
)
async def test_the_short_notation_of_discounts_is_worked_out_one_after_the_other(
    crm: Crm, orders: Orders, notation: str, discount: str
) -> None:
    order = await enter(crm, orders, a_line(discounts=notation))

    assert totals(order, "goods", "discounts") == ["100.00", discount]


async def test_an_amount_per_unit_is_taken_for_every_unit(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, a_line(discounts=[{"amount": "0.5", "per": "unit"}]))

    assert order["lines"][0]["discount"] == "5.00"


async def test_header_discounts_go_to_lines_without_their_own_and_the_customers_to_none_with_a_price(
    crm: Crm, orders: Orders
) -> None:
    await crm.register("customer", "REBATED", a_customer(discounts="20"))
    lines = [a_line(1), a_line(2, discounts=[]), a_line(3, item="A2", unit_price=None)]
    with_header = await enter(crm, orders, *lines, number="H", customer="REBATED", discounts="10")
    without = await enter(crm, orders, *lines, number="W", customer="REBATED")

    assert [line["discount"] for line in with_header["lines"]] == ["10.00", "0.00", "7.50"]
    assert [line["discount"] for line in without["lines"]] == ["0.00", "0.00", "15.00"]


async def test_a_final_discount_is_taken_of_goods_and_charges_and_spread_to_the_cent(crm: Crm, orders: Orders) -> None:
    lines = [a_line(n, quantity="1", unit_price="33.33") for n in range(1, 4)]
    charge = a_line(4, kind="charge", item=None, description="Fee", quantity="1", unit_price="0.01", vat_code="S22")
    order = await enter(crm, orders, *lines, charge, final_discounts="10")

    assert totals(order, "goods", "charges", "final_discounts", "net") == ["99.99", "0.01", "10.00", "90.00"]
    spread = [line["final_discount"] for line in order["lines"]]
    assert sorted(spread) == ["0.00", "3.33", "3.33", "3.34"]


async def test_expenses_and_allowances_are_added_with_the_vat_of_their_type(crm: Crm, orders: Orders) -> None:
    expenses = [{"type": "FREIGHT", "amount": "12.50"}, {"type": "FREIGHT", "percent": "-2"}]
    order = await enter(crm, orders, a_line(vat_code="S10"), expenses=expenses)

    assert totals(order, "expenses", "net", "vat", "total") == ["10.50", "110.50", "12.31", "122.81"]
    assert [expense["amount"] for expense in order["expenses"]] == ["12.50", "-2.00"]


async def test_the_customers_expenses_come_where_the_offer_says_nothing_of_any(crm: Crm, orders: Orders) -> None:
    rows = [{"type": "FREIGHT", "percent": "1", "minimum": "5"}]
    await crm.register("customer", "FREIGHTED", a_customer(expenses=rows))
    silent = await enter(crm, orders, customer="FREIGHTED", number="SILENT")
    none = await enter(crm, orders, customer="FREIGHTED", number="NONE", expenses=[])

    assert [totals(order, "expenses") for order in (silent, none)] == [["5.00"], ["0.00"]]


async def test_a_giveaway_is_in_no_sum_and_its_vat_only_with_recourse(crm: Crm, orders: Orders) -> None:
    free = a_line(2, kind="giveaway", quantity="1")
    without = await enter(crm, orders, a_line(), free, number="WITHOUT")
    recourse = await enter(crm, orders, a_line(), free | {"vat_recourse": True}, number="WITH")

    assert totals(without, "net", "giveaways", "vat", "total") == ["100.00", "10.00", "22.00", "122.00"]
    assert totals(recourse, "net", "giveaways", "vat", "total") == ["100.00", "10.00", "24.20", "124.20"]
    assert recourse["lines"][1]["vat"] == "2.20"


async def test_without_payments_all_is_due_on_the_order_date(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders)

    assert order["due_dates"] == [
        {
            "date": "2026-03-10",
            "amount": "122.00",
            "type": None,
            "solution": None,
            "financial_discount_percent": None,
        }
    ]


SOLUTIONS: list[tuple[str, str, list[Json], list[str]]] = [
    ("calendar", "2025-01-31", [{"days": 30, "end_of_month": True}], ["2025-03-31"]),
    ("commercial", "2025-01-31", [{"days": 30, "end_of_month": True, "commercial_months": True}], ["2025-02-28"]),
    ("weekly", "2026-03-10", [{"weekly": True}], ["2026-03-13"]),
    ("extra days", "2026-03-10", [{"end_of_month": True, "extra_days": 10}], ["2026-04-10"]),
    (
        "excluded month",
        "2026-07-15",
        [{"days": 30, "excluded_months": [{"month": 8, "move_to": "09-05"}]}],
        ["2026-09-05"],
    ),
    ("day of the month", "2026-02-01", [{"day": 31}], ["2026-02-28"]),
    (
        "instalments",
        "2026-03-10",
        [{"percent": "30", "days": 0}, {"percent": "30", "days": 30}, {"percent": "40", "days": 60}],
        ["2026-03-10", "2026-04-09", "2026-05-09"],
    ),
]


@pytest.mark.parametrize(("name", "day", "instalments", "dates"), SOLUTIONS, ids=[row[0] for row in SOLUTIONS])
async def test_a_payment_solution_says_when_the_order_is_due(
    crm: Crm, orders: Orders, name: str, day: str, instalments: list[Json], dates: list[str]
) -> None:
    await crm.register("payment_solution", name, {"instalments": instalments})
    order = await enter(crm, orders, payments=[{"type": "TRANSFER", "solution": name}], confirmed_on=day)

    assert [due["date"] for due in order["due_dates"]] == dates


async def test_fixed_parts_are_due_first_and_percents_share_the_rest_to_the_cent(crm: Crm, orders: Orders) -> None:
    payments = [
        {"type": "TRANSFER", "solution": "30EOM", "percent": "33.33"},
        {"type": "CASH", "solution": "AT_ONCE", "amount": "21.995"},
        {"type": "TRANSFER", "solution": "AT_ONCE", "percent": "66.67"},
    ]
    order = await enter(crm, orders, payments=payments)

    assert [payment["amount"] for payment in order["payments"]] == [None, "22.00", None]

    assert [(due["amount"], due["type"]) for due in order["due_dates"]] == [
        ("33.33", "TRANSFER"),
        ("22.00", "CASH"),
        ("66.67", "TRANSFER"),
    ]


async def test_a_financial_discount_is_announced_and_changes_no_amount(crm: Crm, orders: Orders) -> None:
    order = await enter(crm, orders, payments=[{"type": "CASH", "solution": "AT_ONCE"}])

    [due] = order["due_dates"]
    assert (due["financial_discount_percent"], due["amount"], order["totals"]["total"]) == ("2", "122.00", "122.00")
