"""How a number reads (domain.md N14, N15; contract 6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.numbering import Formula

DAY = date(2027, 2, 5)


def read(text: str, number: int = 7, day: date = DAY) -> str:
    formula = Formula.parse(text)
    assert isinstance(formula, Formula), formula
    return formula.render(number, day, "STD", "C100", "ACME")


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("{number}", "7"),
        ("{number:05}", "00007"),
        ("{number:012}", "000000000007"),
        ("{year}-{number:05}", "2027-00007"),
        ("{yy}{month:02}{day:02}/{number}", "270205/7"),
        ("{month}.{day}.{number}", "2.5.7"),
        ("Q{quarter}-{number}", "Q1-7"),
        ("{year:06}-{number}", "002027-7"),
        ("{order_type}/{customer}/{company}/{number}", "STD/C100/ACME/7"),
        ("{{{number}}}", "{7}"),
        ("{{number}} {number}", "{number} 7"),
        ("№ {number} – ä", "№ 7 – ä"),
        ("{number}-{year}", "7-2027"),
    ],
)
def test_a_formula_reads(text: str, reads: str) -> None:
    assert read(text) == reads


@pytest.mark.parametrize(
    ("day", "week", "quarter"),
    [
        (date(2027, 1, 1), "53", "1"),
        (date(2026, 1, 1), "1", "1"),
        (date(2026, 12, 31), "53", "4"),
        (date(2024, 12, 30), "1", "4"),
        (date(2026, 3, 31), "14", "1"),
        (date(2026, 4, 1), "14", "2"),
        (date(2026, 9, 30), "40", "3"),
    ],
)
def test_weeks_are_those_of_iso_and_quarters_those_of_the_calendar(day: date, week: str, quarter: str) -> None:
    assert read("{number}/{week}/{quarter}", day=day) == f"7/{week}/{quarter}"


def test_two_digits_of_a_year_stay_two() -> None:
    assert read("{yy}-{number}", day=date(2105, 1, 1)) == "05-7"


def test_padding_never_cuts_a_longer_number() -> None:
    assert read("{number:03}", number=12345) == "12345"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "{number} exactly once"),
        ("{year}", "{number} exactly once"),
        ("{{number}}", "{number} exactly once"),
        ("{number}-{number}", "{number} exactly once"),
        ("{number", "single {"),
        ("number}", "single }"),
        ("{}{number}", "{} is not a field"),
        ("{0}{number}", "{0} is not a field"),
        ("{serial}{number}", "{serial} is not a field"),
        ("{Year}{number}", "{Year} is not a field"),
        ("{ year }{number}", "is not a field"),
        ("{number!r}", "is not a field"),
        ("{number.__class__}", "is not a field"),
        ("{customer[0]}{number}", "is not a field"),
        ("{number:5}", "padding with zeros"),
        ("{number:}", "padding with zeros"),
        ("{number:00}", "padding with zeros"),
        ("{number:05d}", "padding with zeros"),
        ("{number:0{width}}", "single {"),
        ("{number:0٣}", "padding with zeros"),
        ("{yy:02}{number}", "write {yy}"),
        ("{customer:05}{number}", "write {customer}"),
        (" {number}", "Spaces at the ends"),
        ("{number}\n", "Spaces at the ends"),
        ("a\tb{number}", "control characters"),
        ("{number:051}", "at least 51 characters"),
        ("x" * 46 + "{year}{number}", "at least 51 characters"),
    ],
)
def test_what_is_not_a_formula_is_told(text: str, fault: str) -> None:
    found = Formula.parse(text)

    assert isinstance(found, str)
    assert fault in found
    assert "; " in found


def test_fifty_characters_are_allowed() -> None:
    assert len(read("x" * 45 + "{year}{number}")) == 50


@given(st.text(st.sampled_from("{}:05!.[number]yearx "), max_size=20))
def test_any_text_parses_or_says_why_it_does_not(text: str) -> None:
    found = Formula.parse(text)

    assert found.text == text if isinstance(found, Formula) else found


@given(st.dates(), st.integers(0, 10**18), st.integers(1, 20))
def test_a_formula_reads_as_the_same_format_of_the_language(day: date, number: int, width: int) -> None:
    text = f"{{year}}/{{month:02}}/{{day:02}}/{{number:0{width}}}"

    assert read(text, number, day) == f"{day.year}/{day.month:02}/{day.day:02}/{number:0{width}d}"
