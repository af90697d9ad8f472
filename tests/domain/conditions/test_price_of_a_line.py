"""What a matched list line gives: unit, variant, thresholds, brackets, destinations (§4.4, §4.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from conditions_given import (
    BOX,
    ask,
    because,
    brackets,
    customer,
    item,
    percents,
    price,
    price_list,
    quantity_prices,
    row,
)
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.registry import DestinationPrice, ItemUom

TIERED = price("11", quantity_prices=quantity_prices(("100", "10"), ("120", "9"), ("140", "8"), ("160", "7")))
FALLING = price("10", quantity_discounts=brackets(("2", "7"), ("3", "10")))
VALUED = price("1", value_discounts=brackets(("100", "2"), ("200", "4"), ("300", "6")))
BOXED = item(uoms=(BOX,))
STEPS = ["99", "100", "119", "120", "139", "140", "159", "160", "1000"]
HAMBURG = DestinationPrice(
    destination="HAM", price=Decimal("6"), valid_from=date(2026, 6, 1), valid_to=date(2026, 6, 15)
)


@pytest.mark.parametrize(("quantity", "expected"), list(zip(STEPS, [11, 10, 10, 9, 9, 8, 8, 7, 7], strict=True)))
def test_the_price_by_quantity_is_that_of_the_highest_threshold_reached(quantity: str, expected: int) -> None:
    assert ask(price_list(TIERED), quantity=quantity).unit_price == expected


def test_the_tier_hit_and_the_next_one_missed_are_told() -> None:
    found = ask(price_list(TIERED), quantity="119")
    assert found.tier == 100
    assert ("price by quantity from 100 EA", "10") in found.steps
    assert "threshold 120 is not reached by 119" in [lost.because for lost in found.lost]


@pytest.mark.parametrize(("quantity", "expected"), [("1", []), ("2", ["7"]), ("2.99", ["7"]), ("3", ["10"])])
def test_a_quantity_discount_begins_exactly_at_its_threshold(quantity: str, expected: list[str]) -> None:
    assert percents(ask(price_list(FALLING), quantity=quantity)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("99.99", []), ("100", ["2"]), ("199", ["2"]), ("200", ["4"]), ("299", ["4"]), ("300", ["6"])],
)
def test_a_value_discount_looks_at_the_line_amount_before_discounts(value: str, expected: list[str]) -> None:
    assert percents(ask(price_list(VALUED), quantity=value)) == expected


def test_the_reference_quantity_divides_the_price() -> None:
    found = ask(price_list(price("52.00", reference_quantity=Decimal(10))))
    assert found.unit_price == Decimal("5.2")
    assert found.steps == (("price", "52.00"), ("÷ reference quantity 10", "5.2"))


def test_a_price_that_does_not_divide_evenly_keeps_eight_decimals() -> None:
    assert ask(price_list(price("10", reference_quantity=Decimal(3)))).unit_price == Decimal("3.33333333")


def test_tier_prices_are_of_one_unit_whatever_the_reference_quantity() -> None:
    line = price("52", reference_quantity=Decimal(10), quantity_prices=quantity_prices(("100", "5")))
    assert ask(price_list(line), quantity="100").unit_price == 5


ALL_GRIDS = price(
    "10",
    discounts="1",
    quantity_prices=quantity_prices(("10", "9")),
    quantity_discounts=brackets(("10", "2")),
    value_discounts=brackets(("10", "3")),
)


@pytest.mark.parametrize(
    ("bracket", "expected", "discounts"),
    [
        (None, 9, ["1", "2", "3"]),
        ("none", 10, ["1"]),
        ("price", 9, ["1"]),
        ("quantity_discount", 10, ["1", "2"]),
        ("value_discount", 10, ["1", "3"]),
    ],
)
def test_the_bracket_type_says_which_grid_counts(bracket: str | None, expected: int, discounts: list[str]) -> None:
    buyer = customer(row(default=True, bracket=bracket))
    found = ask(price_list(ALL_GRIDS), of=buyer, quantity="10")
    assert found.unit_price == expected
    assert percents(found) == discounts


def test_the_customers_bracket_type_beats_that_of_the_list_line() -> None:
    line = price(
        "10", bracket="price", quantity_prices=ALL_GRIDS.quantity_prices, quantity_discounts=FALLING.quantity_discounts
    )
    asked = ask(price_list(line), of=customer(row(default=True, bracket="quantity_discount")), quantity="10")
    assert (str(asked.unit_price), percents(asked), asked.bracket) == ("10", ["10"], "quantity_discount")
    assert "the bracket type is quantity_discount" in [lost.because for lost in asked.lost]
    of_line = ask(price_list(line), quantity="10")
    assert (str(of_line.unit_price), percents(of_line)) == ("9", [])


def test_the_rows_discounts_come_before_the_lists_own() -> None:
    buyer = customer(row(default=True, discounts="2"))
    found = ask(price_list(price("10", discounts="10")), of=buyer)
    assert [(d.origin, str(d.percent)) for d in found.discounts] == [("customer_price_list", "2"), ("price_list", "10")]


def test_a_destination_price_comes_before_the_price_by_quantity() -> None:
    line = price("10", destinations=(HAMBURG,), quantity_prices=quantity_prices(("10", "9")))
    found = ask(price_list(line), quantity="10", destination="HAM")
    assert (str(found.unit_price), found.tier) == ("6", None)
    assert "the price of destination HAM comes before it" in [lost.because for lost in found.lost]


@pytest.mark.parametrize(("day", "expected"), [(31, 10), (1, 6), (15, 6), (16, 10)])
def test_a_destination_price_holds_from_its_first_to_its_last_day(day: int, expected: int) -> None:
    when = date(2026, 5 if day == 31 else 6, day)
    assert ask(price_list(price("10", destinations=(HAMBURG,))), destination="HAM", day=when).unit_price == expected


def test_another_destination_pays_the_lists_price() -> None:
    assert ask(price_list(price("10", destinations=(HAMBURG,))), destination="OSLO").unit_price == 10


@pytest.mark.parametrize(("variant", "expected"), [("RED", 12), ("BLUE", 10), (None, 10)])
def test_the_exact_variant_comes_before_the_line_without_one(variant: str | None, expected: int) -> None:
    lines = (price("10"), price("12", variant="RED"))
    assert ask(price_list(*lines), variant=variant).unit_price == expected


def test_the_price_of_a_variant_is_not_that_of_the_item() -> None:
    assert ask(price_list(price("12", variant="RED"))).unit_price is None


def test_a_price_in_the_lines_own_unit_comes_first() -> None:
    lines = (price("10"), price("45", uom="BOX"))
    found = ask(price_list(*lines), item=BOXED, uom="BOX")
    assert (str(found.unit_price), found.priced_by_alternative) == ("45", False)


def test_without_one_the_main_units_price_is_multiplied() -> None:
    found = ask(price_list(price("10")), item=BOXED, uom="BOX")
    assert (str(found.unit_price), found.priced_by_alternative) == ("50", False)
    assert ("× 5 EA in one BOX", "50") in found.steps


@pytest.mark.parametrize(("boxes", "expected"), [("19", 55), ("20", 50), ("24", 45)])
def test_thresholds_are_compared_after_conversion(boxes: str, expected: int) -> None:
    assert ask(price_list(TIERED), item=BOXED, uom="BOX", quantity=boxes).unit_price == expected


def test_a_thirds_price_times_three_is_whole_again() -> None:
    crate = item(uoms=(ItemUom(uom="CRATE", factor=Decimal(3)),))
    line = price("10", reference_quantity=Decimal(3))
    assert ask(price_list(line), item=crate, uom="CRATE").unit_price == 10


def test_only_an_alternative_units_price_counts_on_the_alternative_quantity() -> None:
    found = ask(price_list(price("45", uom="BOX")), item=BOXED, quantity="20")
    assert found.priced_by_alternative
    assert (str(found.unit_price), found.alternative_uom, str(found.alternative_quantity)) == (
        "45",
        "BOX",
        "4",
    )


def test_an_alternative_quantity_of_the_message_is_kept() -> None:
    boxes = price_list(price("45", uom="BOX"))
    found = ask(boxes, item=BOXED, quantity="20", alternative_uom="BOX", alternative_quantity=Decimal(5))
    assert found.alternative_quantity == 5


def test_a_unit_that_the_item_does_not_know_has_no_price() -> None:
    assert ask(price_list(price("10")), uom="PALLET").unit_price is None


def test_a_vat_inclusive_order_searches_only_vat_inclusive_lists() -> None:
    exclusive = price_list(price("10"))
    inclusive = price_list(price("12.20"), from_="2026-01-02", vat_included=True)
    found = ask(exclusive, inclusive, vat_included=True)
    assert found.unit_price == Decimal("12.20")
    assert because(found.lost, exclusive.key).startswith("older than")
    assert (
        because(ask(exclusive, vat_included=True).lost, exclusive.key) == "VAT-exclusive list for a VAT-inclusive order"
    )
    assert because(ask(inclusive).lost, inclusive.key) == "VAT-inclusive list for a VAT-exclusive order"


def test_a_list_in_another_currency_is_never_converted() -> None:
    found = ask(price_list(price("10")), currency="SEK")
    assert found.unit_price is None
    assert because(found.lost, "C1") == "TRADE: no list in SEK has item A1"


def test_a_price_entry_of_its_own_is_what_the_trace_names() -> None:
    found = ask(price_list(price("10", key="TRADE/*/EUR/2026-01-01/A1/-/EA", revision=7)))
    assert (found.won.source, found.won.key, found.won.revision) == ("price", "TRADE/*/EUR/2026-01-01/A1/-/EA", 7)
    assert found.price_list == "TRADE/*/EUR/2026-01-01"


def test_discounts_of_a_list_that_cannot_be_read_are_a_reason() -> None:
    found = ask(price_list(price("10", discounts="a lot")), path="/offers/0/lines/0")
    assert [(reason.code, reason.path) for reason in found.reasons] == [("ambiguous_discount", "/offers/0/lines/0")]


@given(st.lists(st.integers(1, 500), min_size=1, unique=True), st.integers(1, 600), st.integers(1, 600))
def test_more_never_reaches_a_lower_threshold(thresholds: list[int], one: int, other: int) -> None:
    line = price("1", quantity_prices=quantity_prices(*((str(step), str(step)) for step in thresholds)))
    less, more = (ask(price_list(line), quantity=str(asked)).tier or Decimal(0) for asked in sorted((one, other)))
    assert less <= more
    assert more == max((step for step in thresholds if step <= max(one, other)), default=0)
