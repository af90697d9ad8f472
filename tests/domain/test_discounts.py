from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain import values
from adapter.domain.discounts import apply, order_of_application, parse_discounts
from adapter.domain.order import Discount
from adapter.domain.registry import DiscountGiven, DiscountType

ONE = Decimal(1)


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield


def percent(value: str, application: str = "cascade") -> Discount:
    return Discount(percent=Decimal(value), application=application)


def amount(value: str, per: str = "line") -> Discount:
    return Discount(amount=Decimal(value), per=per)


def left_of(gross: str, notation: str) -> Decimal:
    return Decimal(gross) - apply(parse_discounts(notation, "").discounts, Decimal(gross), ONE, False).total


@pytest.mark.parametrize(
    ("gross", "notation", "left"),
    [
        ("100", "50+10+5", "42.75"),
        ("200", "10-5", "189"),
        ("100", "5#", "95"),
        ("1000", "-600#+300#", "1300"),
        ("100", " 2.5 ", "97.5"),
        ("100", "-10", "110"),
        ("100", "10+5#-1#", "86"),
        ("100", "0", "100"),
        ("100", "100", "0"),
    ],
)
def test_the_short_notation_takes_what_it_says(gross: str, notation: str, left: str) -> None:
    assert left_of(gross, notation) == Decimal(left)


def test_each_term_of_the_notation_is_one_step() -> None:
    parsed = parse_discounts("10-5", "").discounts
    assert apply(parsed, Decimal(200), ONE, False).effects == [Decimal(20), Decimal(-9)]


@pytest.mark.parametrize(
    "notation",
    ["", " ", "abc", "10+", "+10", "10++5", "10+-5", "--5", "10 + 5", "10%", "5,5", ".5", "5.", "#", "#5", "5##", "1e2",
     "٥", "1234567890123456789", "1.123456789"],
)  # fmt: skip
def test_a_notation_that_cannot_be_read_is_ambiguous(notation: str) -> None:
    reasons = parse_discounts(notation, "/offers/0/discounts").reasons
    assert [(reason.code, reason.path) for reason in reasons] == [("ambiguous_discount", "/offers/0/discounts")]


def test_every_faulty_discount_of_the_long_form_is_told() -> None:
    given = [
        DiscountGiven(percent=ONE, amount=ONE),
        DiscountGiven(percent=Decimal(100)),
        DiscountGiven(),
        DiscountGiven(percent=Decimal("100.01")),
        DiscountGiven(amount=Decimal(500)),
    ]
    told = [(reason.code, reason.path) for reason in parse_discounts(given, "/d").reasons]
    assert told == [("ambiguous_discount", "/d/0"), ("ambiguous_discount", "/d/2"), ("invalid", "/d/3/percent")]


def test_every_term_over_a_hundred_percent_is_told_but_not_amounts_and_surcharges() -> None:
    reasons = parse_discounts("101+100-200+300#+150", "/d").reasons
    assert [(reason.code, reason.path) for reason in reasons] == [("invalid", "/d"), ("invalid", "/d")]


def test_nothing_given_is_no_discount() -> None:
    assert parse_discounts(None, "").discounts == []
    assert parse_discounts([], "").discounts == []


def test_what_the_long_form_leaves_out_comes_from_the_discount_type() -> None:
    types = {"PROMO": DiscountType(code="PROMO", priority=3, application="on_amount")}
    given = [
        DiscountGiven(percent=ONE, type="PROMO"),
        DiscountGiven(percent=ONE, type="PROMO", priority=0, application="cascade"),
        DiscountGiven(percent=ONE, type="OTHER"),
    ]
    found = [(one.priority, one.application) for one in parse_discounts(given, "", types=types).discounts]
    assert found == [(3, "on_amount"), (0, "cascade"), (None, "cascade")]


def test_the_notation_takes_the_discount_type_and_the_origin_of_its_place() -> None:
    parsed = parse_discounts("5+3#", "", origin="customer", notation_type="SC").discounts
    assert [(one.type, one.origin) for one in parsed] == [("SC", "customer"), ("SC", "customer")]


@pytest.mark.parametrize(
    ("gross", "discounts", "allowed", "taken"),
    [
        ("100", [percent("50"), percent("10"), percent("5")], True, "57.25"),
        ("100", [percent(p, "on_amount") for p in ("50", "10", "5")], True, "65"),
        ("100", [percent(p, "on_amount") for p in ("50", "10", "5")], False, "57.25"),
        ("1000", [percent("10"), percent("3", "on_amount")], True, "130"),
        ("1000", [percent("10"), percent("3", "on_amount")], False, "127"),
        ("100", [percent("10", "on_amount"), percent("10")], True, "19"),
        ("100", [amount("5"), percent("10")], False, "14.5"),
        ("-100", [percent("10")], False, "-10"),
        ("100", [], False, "0"),
    ],
)
def test_cascades_and_discounts_on_the_amount(gross: str, discounts: list[Discount], allowed: bool, taken: str) -> None:
    assert apply(discounts, Decimal(gross), ONE, allowed).total == Decimal(taken)


def test_an_amount_is_taken_per_line_or_per_unit() -> None:
    effects = apply([amount("5"), amount("5", per="unit")], Decimal(100), Decimal("2.5"), False).effects
    assert effects == [Decimal(5), Decimal("12.5")]


def test_discounts_apply_by_ascending_priority_those_without_one_last() -> None:
    recorded = [
        Discount(percent=ONE, type="A"),
        Discount(percent=ONE, type="B", priority=2),
        Discount(percent=ONE, type="C"),
        Discount(percent=ONE, priority=1),
        Discount(percent=ONE, type="D", priority=2),
    ]
    ordered = order_of_application(recorded, {"A": None, "C": 0})
    assert ordered == [recorded[2], recorded[3], recorded[1], recorded[4], recorded[0]]


@given(st.lists(st.sampled_from([None, 1, 2]), max_size=12))
def test_equal_priorities_keep_the_recorded_order(priorities: list[int | None]) -> None:
    recorded = [Discount(amount=Decimal(i), priority=priority) for i, priority in enumerate(priorities)]
    for priority in (None, 1, 2):
        ordered = [one for one in order_of_application(recorded) if one.priority == priority]
        assert ordered == [one for one in recorded if one.priority == priority]


percents = st.lists(st.decimals(-100, 100, places=2).map(lambda p: Discount(percent=p)), max_size=6)


@given(st.decimals(0, 10**9, places=4), percents)
def test_the_order_of_percent_cascades_does_not_matter(gross: Decimal, discounts: list[Discount]) -> None:
    forth = apply(discounts, gross, ONE, True).total
    assert forth == apply(discounts[::-1], gross, ONE, True).total


@given(st.decimals(0, 10**9, places=4), percents, st.booleans())
def test_exact_effects_sum_to_what_was_taken(gross: Decimal, discounts: list[Discount], allowed: bool) -> None:
    applied = apply(discounts, gross, ONE, allowed)
    assert sum(applied.effects) == applied.total
