from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain import values
from adapter.domain.values import Rounding, money, plain, round_together, spread

CENT = Decimal("0.01")
cents = st.integers(-(10**20), 10**20).map(lambda n: n * CENT)
weights = st.lists(st.decimals(0, 10**18, places=8), min_size=1, max_size=30)
any_weights = st.lists(st.decimals(-(10**6), 10**6, places=4), min_size=1, max_size=30)


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield


def decimals(text: str) -> list[Decimal]:
    return [Decimal(word) for word in text.split()]


@pytest.mark.parametrize(
    ("mode", "decimals_", "amount", "rounded"),
    [
        ("half_up", 2, "0.125", "0.13"),
        ("half_up", 2, "-0.125", "-0.13"),
        ("half_even", 2, "0.125", "0.12"),
        ("half_even", 2, "0.135", "0.14"),
        ("half_up", 0, "1000.5", "1001"),
        ("half_up", 3, "1.0005", "1.001"),
    ],
)
def test_an_amount_becomes_money_by_its_currency_and_mode(mode: str, decimals_: int, amount: str, rounded: str) -> None:
    assert str(Rounding(decimals_, mode)(Decimal(amount))) == rounded


def test_the_largest_price_times_the_largest_quantity_keeps_every_digit() -> None:
    largest = Decimal("999999999999999999.99999999")
    assert str(largest * largest) == "999999999999999999999999980000000000.0000000000000001"


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        ("10.00", "1 1 1", "3.34 3.33 3.33"),
        ("-10.00", "1 1 1", "-3.34 -3.33 -3.33"),
        ("0.01", "1 1", "0.01 0"),
        ("1.00", "0 0 0", "0.34 0.33 0.33"),
        ("1.00", "5 -5", "0.50 0.50"),
        ("0.10", "100 -99", "10.00 -9.90"),
        ("0.10", "-100 99", "10.00 -9.90"),
        ("0.00", "3 4", "0 0"),
        ("0.04", "0 1 0 2", "0 0.01 0 0.03"),
        ("7.77", "0", "7.77"),
    ],
)
def test_a_total_is_spread_by_largest_remainder(total: str, shares: str, parts: str) -> None:
    assert spread(Decimal(total), decimals(shares), CENT) == decimals(parts)


def test_equal_remainders_of_different_weights_favour_the_earlier_part() -> None:
    assert spread(Decimal("0.10"), decimals("40 10 25"), CENT) == decimals("0.06 0.01 0.03")
    assert spread(Decimal("0.02"), decimals("4 1 1"), CENT) == decimals("0.02 0 0")


def test_nothing_is_spread_over_nobody() -> None:
    assert spread(Decimal("1.00"), [], CENT) == []


@given(cents, weights)
def test_spread_parts_sum_to_the_total(total: Decimal, shares: list[Decimal]) -> None:
    assert sum(spread(total, shares, CENT)) == total


@given(cents, any_weights)
def test_spread_parts_sum_to_the_total_whatever_the_signs(total: Decimal, shares: list[Decimal]) -> None:
    assert sum(spread(total, shares, CENT)) == total


@given(cents, weights)
def test_no_spread_part_is_a_cent_from_its_proportion(total: Decimal, shares: list[Decimal]) -> None:
    whole = sum(shares)
    parts = spread(total, shares, CENT)
    if whole:
        assert all(abs(part * whole - total * w) < CENT * whole for part, w in zip(parts, shares, strict=True))
    else:
        assert max(parts) - min(parts) <= CENT


@given(cents, any_weights)
def test_a_negative_total_is_spread_as_the_mirror_of_the_positive(total: Decimal, shares: list[Decimal]) -> None:
    assert spread(-total, shares, CENT) == [-part for part in spread(total, shares, CENT)]


@given(any_weights)
def test_parts_rounded_together_sum_to_the_rounded_sum_and_stay_within_a_cent(parts: list[Decimal]) -> None:
    total = Rounding()(sum(parts, Decimal(0)))
    rounded = round_together(parts, total, CENT)
    assert sum(rounded) == total
    assert all(abs(after - before) <= CENT for after, before in zip(rounded, parts, strict=True))


def test_opposite_parts_rounded_together_keep_their_size() -> None:
    assert round_together(decimals("20.004 -20.001"), Decimal("0.00"), CENT) == decimals("20.00 -20.00")


@pytest.mark.parametrize(
    ("value", "text"),
    [("4300.00", "4300"), ("0.50", "0.5"), ("1E+3", "1000"), ("0E-8", "0"), ("-0.00", "0"), ("-2.10", "-2.1")],
)
def test_a_price_is_written_without_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "decimals_", "text"),
    [("197750", 2, "197750.00"), ("-0.00", 2, "0.00"), ("-0.001", 2, "0.00"), ("12", 0, "12"), ("1E+3", 2, "1000.00")],
)
def test_money_is_written_with_exactly_its_decimals(value: str, decimals_: int, text: str) -> None:
    assert money(Decimal(value), decimals_) == text


@given(value=st.decimals(-(10**18), 10**18, places=8) | cents | st.decimals(-1, 1), decimals_=st.integers(0, 8))
def test_money_is_written_as_formatting_it_would(value: Decimal, decimals_: int) -> None:
    assert money(value, decimals_) == f"{value:z.{decimals_}f}"


@given(value=st.decimals(-(10**18), 10**18) | st.decimals(-(10**18), 10**18, places=8))
def test_a_plain_number_reads_as_its_value_without_exponent_or_trailing_zeros(value: Decimal) -> None:
    text = plain(value)

    assert Decimal(text) == value
    assert "E" not in text
    assert text == "0" or "." not in text or text[-1] in "123456789"
