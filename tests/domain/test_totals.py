from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settling import effects, expense, figures, line, of_lines, order, orders, rules, settled, total_of

from adapter.domain import values
from adapter.domain.order import Discount, Expense, Order, OrderLine
from adapter.domain.totals import settle


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield


def test_the_published_quotation_comes_to_what_it_says() -> None:
    prices = ("4300", "1250", "50", "50")
    made = settled(*(line("35", price, vat="S25") for price in prices))
    assert of_lines(made, "net") == ["150500.00", "43750.00", "1750.00", "1750.00"]
    assert figures(made, "goods", "vat", "total") == ["197750.00", "49437.50", "247187.50"]


def test_a_charge_and_an_allowance_of_the_published_order_cancel_out() -> None:
    both = (expense("100", vat="Z0"), expense("-100", vat="Z0"))
    made = settled(line("120", "50", vat="Z0"), line("15", "15", vat="Z0"), expenses=both)
    assert figures(made, "goods", "expenses", "vat", "total") == ["6225.00", "0.00", "0.00", "6225.00"]


@pytest.mark.parametrize(
    ("off", "on_amount", "discount", "parts"),
    [
        ("50+10+5", False, "57.25", ["50.00", "5.00", "2.25"]),
        ("10-5", False, "5.50", ["10.00", "-4.50"]),
        ("-600#+300#", False, "-300.00", ["-600.00", "300.00"]),
        ("33.333+33.333", False, "55.56", ["33.34", "22.22"]),
        ("0.004#+0.004#+0.004#", False, "0.01", ["0.01", "0.00", "0.00"]),
        ("20.004#-20.001#", False, "0.00", ["20.00", "-20.00"]),
    ],
)
def test_the_discounts_of_a_line_take_money_to_the_cent(
    off: str, on_amount: bool, discount: str, parts: list[str]
) -> None:
    made = settled(line("1", "100", off), by=rules(discounts_on_amount=on_amount))
    assert of_lines(made, "discount") == [discount]
    assert effects(made.lines[0].discounts) == parts


@pytest.mark.parametrize(("allowed", "net"), [(True, "870.00"), (False, "873.00")])
def test_a_discount_on_the_amount_cascades_where_the_parameter_is_off(allowed: bool, net: str) -> None:
    sold = line("10", "100", "10+3")
    sold.discounts[1].application = "on_amount"
    assert of_lines(settled(sold, by=rules(discounts_on_amount=allowed)), "net") == [net]


def test_gross_and_discount_are_rounded_once_each_from_exact_values() -> None:
    made = settled(line("3", "0.335", "50"))
    assert [*of_lines(made, "gross"), *of_lines(made, "discount"), *of_lines(made, "net")] == ["1.01", "0.50", "0.51"]


def test_a_discount_per_unit_counts_the_units_that_are_priced() -> None:
    sold = line("10", "8", priced_by_alternative=True, alternative_quantity=Decimal(4))
    sold.discounts = [Discount(amount=Decimal("0.5"), per="unit")]
    made = settled(sold)
    assert [*of_lines(made, "gross"), *of_lines(made, "discount")] == ["32.00", "2.00"]


def test_each_kind_of_line_goes_to_its_own_sum() -> None:
    note = OrderLine(line=Decimal(9), kind="note")
    made = settled(
        line("1", "100", "10"),
        line("1", "50", kind="uncoded"),
        line("1", "20", "50", kind="charge"),
        line("1", "7", "50", kind="giveaway"),
        note,
    )
    names = ("goods", "discounts", "charges", "giveaways", "net", "vat", "total")
    assert figures(made, *names) == ["150.00", "10.00", "10.00", "7.00", "150.00", "33.00", "183.00"]
    assert (note.gross, note.net, note.vat) == (values.ZERO, values.ZERO, values.ZERO)


@pytest.mark.parametrize(("allowed", "value"), [(True, "3.50"), (False, "7.00")])
def test_a_giveaway_is_discounted_only_where_allowed(allowed: bool, value: str) -> None:
    made = settled(line("1", "7", "50", kind="giveaway"), by=rules(discounts_on_giveaways=allowed))
    assert figures(made, "giveaways", "discounts", "total") == [value, "0.00", "0.00"]


def test_a_final_discount_reaches_goods_and_charges_but_nothing_else() -> None:
    made = settled(
        line("1", "100"),
        line("1", "50", kind="charge"),
        line("1", "40", no_commercial_conditions=True),
        line("1", "30", kind="giveaway"),
        OrderLine(line=Decimal(9), kind="note"),
        final="10",
    )
    assert of_lines(made, "final_discount") == ["10.00", "5.00", "0.00", "0.00", "0.00"]
    assert figures(made, "final_discounts", "charges", "net") == ["15.00", "50.00", "175.00"]


def test_final_discounts_cascade_each_rounded_once_and_lose_no_cent_on_the_lines() -> None:
    made = settled(line("1", "33.33"), line("1", "33.33"), line("1", "33.33"), final="10+10+1#")
    assert effects(made.final_discounts) == ["10.00", "9.00", "1.00"]
    assert of_lines(made, "final_discount") == ["6.67", "6.67", "6.66"]


def test_a_final_discount_that_no_line_may_bear_is_not_given() -> None:
    made = settled(line("1", "40", no_commercial_conditions=True), final="10+5#")
    assert figures(made, "final_discounts", "net") == ["0.00", "40.00"]


@pytest.mark.parametrize(
    ("given", "effect"),
    [
        (expense("12.345"), "12.35"),
        (expense(percent="5"), "9.00"),
        (expense(percent="5", minimum="10"), "10.00"),
        (expense(percent="5", minimum="8"), "9.00"),
        (expense(percent="-5"), "-9.00"),
        (expense("-20"), "-20.00"),
    ],
)
def test_an_expense_is_an_amount_or_a_percent_of_the_goods(given: Expense, effect: str) -> None:
    made = settled(line("2", "100", "10"), line("1", "50", kind="charge"), final="10", expenses=(given,))
    assert figures(made, "expenses") == [effect]


def test_a_currency_without_decimals_rounds_to_whole_units() -> None:
    made = settled(line("3", "333.5"), final="1", by=rules(decimals=0))
    assert figures(made, "goods", "final_discounts", "vat", "total") == ["1001.00", "10.00", "218.00", "1209.00"]


def test_settling_twice_changes_nothing() -> None:
    made = settled(line("3", "9.99", "7"), final="3", expenses=(expense(percent="2"),))
    before = repr(made)
    settle(made, rules())
    assert repr(made) == before


@pytest.mark.parametrize(
    "faulty",
    [
        order(line("1", "10"), final="11#"),
        order(line("1", "10"), expenses=(expense("-11"),)),
        order(line("1", "10", "11#")),
        order(line("9" * 18, "9" * 18, "-" + "-".join(["9" * 18] * 4))),
    ],
)
def test_an_order_that_comes_to_less_than_nothing_or_beyond_counting_is_invalid(faulty: Order) -> None:
    assert [(reason.code, reason.path) for reason in settle(faulty, rules(), "/offers/0")] == [("invalid", "/offers/0")]


def test_an_order_that_comes_to_nothing_is_valid() -> None:
    assert figures(settled(line("1", "10"), final="100"), "total") == ["0.00"]


@given(orders, st.booleans())
def test_the_sums_of_an_order_agree_to_the_cent(made: Order, switch: bool) -> None:
    settle(made, rules(discounts_on_amount=switch, discounts_on_giveaways=switch))
    totals, sold = made.totals, [one for one in made.lines if one.kind != "giveaway"]
    asked = totals.goods - totals.discounts - totals.final_discounts + totals.charges + totals.expenses
    assert total_of(one.net for one in sold) + totals.expenses == asked
    assert totals.net == total_of(row.taxable for row in made.vat_summary)
    assert totals.net + totals.vat == totals.total
    assert total_of(one.final_discount for one in sold) == totals.final_discounts
    assert total_of(one.effect for one in made.final_discounts) == totals.final_discounts
    if not made.vat_included:
        assert totals.net == asked
    elif not any(one.vat_recourse for one in made.lines if one.kind == "giveaway"):
        assert totals.total == asked


@given(orders)
def test_the_amounts_of_every_line_agree_to_the_cent(made: Order) -> None:
    settle(made, rules(discounts_on_giveaways=True))
    for one in made.lines:
        assert one.net == one.gross - one.discount - one.final_discount
        assert total_of(discount.effect for discount in one.discounts) == one.discount
        assert {one.gross.as_tuple().exponent, one.net.as_tuple().exponent} <= {-2}
