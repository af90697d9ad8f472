from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adapter.domain.due_day import due_day
from adapter.domain.registry import ExcludedMonth, Instalment


def moved(month: int, move_to: str) -> tuple[ExcludedMonth, ...]:
    return (ExcludedMonth(month=month, move_to=move_to),)


@pytest.mark.parametrize(
    ("start", "terms", "day"),
    [
        ("2025-01-31", {"days": 30}, "2025-03-02"),
        ("2025-01-31", {"days": 30, "end_of_month": True}, "2025-03-31"),
        ("2025-01-31", {"days": 30, "end_of_month": True, "commercial_months": True}, "2025-02-28"),
        ("2025-01-31", {"days": 30, "commercial_months": True}, "2025-02-28"),
        ("2024-01-31", {"days": 30, "commercial_months": True}, "2024-02-29"),
        ("2025-11-15", {"days": 60, "commercial_months": True}, "2026-01-15"),
        ("2025-01-31", {"days": 60, "commercial_months": True}, "2025-03-31"),
        ("2008-05-05", {"days": 30, "end_of_month": True}, "2008-06-30"),
        ("2025-01-10", {"days": 30, "end_of_month": True, "extra_days": 10}, "2025-03-10"),
        ("2025-06-04", {"weekly": True}, "2025-06-06"),
        ("2025-06-06", {"weekly": True}, "2025-06-06"),
        ("2025-06-07", {"weekly": True}, "2025-06-13"),
        ("2025-06-04", {"weekly": True, "extra_days": 2}, "2025-06-08"),
        ("2025-01-10", {"day": 15}, "2025-01-15"),
        ("2025-01-15", {"day": 15}, "2025-01-15"),
        ("2025-01-16", {"day": 15}, "2025-02-15"),
        ("2025-02-10", {"day": 31}, "2025-02-28"),
        ("2025-02-28", {"day": 30}, "2025-02-28"),
        ("2025-12-16", {"day": 15}, "2026-01-15"),
        ("2025-08-20", {"excluded_months": moved(8, "09-05")}, "2025-09-05"),
        ("2025-07-20", {"excluded_months": moved(8, "09-05")}, "2025-07-20"),
        ("2025-12-31", {"excluded_months": moved(12, "01-10")}, "2026-01-10"),
        ("2025-12-31", {"excluded_months": moved(12, "12-31")}, "2025-12-31"),
        ("2025-08-20", {"excluded_months": moved(8, "02-29")}, "2026-02-28"),
        ("2025-06-10", {"days": 60, "end_of_month": True, "excluded_months": moved(8, "09-05")},
         "2025-09-05"),
    ],
)  # fmt: skip
def test_an_instalment_falls_due_on(start: str, terms: dict[str, Any], day: str) -> None:
    assert due_day(date.fromisoformat(start), Instalment(**terms)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "terms",
    [
        {"days": 45, "commercial_months": True},
        {"days": 10**9},
        {"day": 0},
        {"excluded_months": moved(1, "13-05")},
        {"excluded_months": moved(1, "soon")},
    ],
)
def test_terms_that_give_no_date_say_what_to_correct(terms: dict[str, Any]) -> None:
    fault = due_day(date(2025, 1, 31), Instalment(**terms))
    assert isinstance(fault, str)
    assert fault.endswith(("Give a multiple of 30.", "excluded months."))
