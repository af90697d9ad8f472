"""Which list of a type holds on a day (§4.2, knowledge base question 2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from conditions_given import ask, because, customer, price, price_list, row
from hypothesis import given
from hypothesis import strategies as st

JANUARY = price_list(price("10"), from_="2026-01-01")
JUNE = price_list(price("12"), from_="2026-06-01")
JULY = price_list(price("14"), from_="2026-07-01")


def test_the_newest_list_that_has_begun_wins() -> None:
    found = ask(JANUARY, JUNE, JULY)
    assert (str(found.unit_price), found.price_list) == ("12", JUNE.key)
    assert because(found.lost, JANUARY.key) == f"older than {JUNE.key}, which has the item"
    assert because(found.lost, JULY.key) == "not valid on 2026-06-15: begins 2026-07-01"


def test_a_list_that_begins_on_the_order_day_counts() -> None:
    assert ask(JANUARY, JULY, day=date(2026, 7, 1)).unit_price == 14


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 6, 30), 12), (date(2026, 7, 1), 10)])
def test_a_list_counts_until_and_on_its_last_day(day: date, expected: int) -> None:
    until_june = price_list(price("12"), from_="2026-06-01", to="2026-06-30")
    assert ask(JANUARY, until_june, day=day).unit_price == expected


def test_an_ended_list_says_so() -> None:
    ended = price_list(price("12"), from_="2026-02-01", to="2026-05-31")
    found = ask(ended)
    assert found.unit_price is None
    assert because(found.lost, ended.key) == "not valid on 2026-06-15: ended 2026-05-31"


def test_the_registry_validity_date_is_a_floor_on_list_starts() -> None:
    buyer = customer(row(default=True, valid_from=date(2026, 2, 1)))
    found = ask(JANUARY, of=buyer)
    assert found.unit_price is None
    assert because(found.lost, JANUARY.key) == "starts before the customer's validity date 2026-02-01"


@pytest.mark.parametrize("floor", [date(2026, 1, 1), date(2026, 6, 1)])
def test_a_new_version_is_picked_up_whatever_the_floor_before_it(floor: date) -> None:
    assert ask(JANUARY, JUNE, of=customer(row(default=True, valid_from=floor))).unit_price == 12


def test_for_an_item_that_the_newest_list_lacks_the_previous_stays_valid() -> None:
    other = price_list(price("99", item="B2"), from_="2026-06-01")
    found = ask(JANUARY, other)
    assert (str(found.unit_price), found.price_list) == ("10", JANUARY.key)


def test_a_variant_that_the_newest_list_lacks_is_taken_from_the_previous() -> None:
    red = price_list(price("11", variant="RED"), from_="2026-01-01")
    blue = price_list(price("13", variant="BLUE"), from_="2026-06-01")
    found = ask(red, blue, variant="RED")
    assert found.unit_price == 11
    assert because(found.lost, blue.key) == "no price of A1 variant RED in EA or a unit that converts"


@given(
    st.lists(st.dates(date(2025, 1, 1), date(2027, 1, 1)), min_size=1, unique=True),
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
def test_the_greatest_start_between_floor_and_day_wins(starts: list[date], floor: date, day: date) -> None:
    lists = [price_list(price(str(start.toordinal())), from_=start.isoformat()) for start in starts]
    found = ask(*lists, of=customer(row(default=True, valid_from=floor)), day=day)
    fitting = [start for start in starts if floor <= start <= day]
    assert found.unit_price == (Decimal(max(fitting).toordinal()) if fitting else None)
