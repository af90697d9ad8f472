from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapter.domain import values
from adapter.domain.due_dates import DueDates, PaymentTerms, due_dates
from adapter.domain.order import Totals
from adapter.domain.registry import Instalment, Payment, PaymentSolution, PaymentType
from adapter.domain.values import Rounding

DAY = date(2025, 1, 31)


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield


def instalment(percent: str | None = None, amount: str | None = None, **terms: Any) -> Instalment:
    terms |= {name: Decimal(terms[name]) for name in ("vat_percent", "expenses_percent") if name in terms}
    return Instalment(percent=number(percent), amount=number(amount), **terms)


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def payment(
    percent: str | None = None, amount: str | None = None, solution: str = "NOW", type: str = "BANK"
) -> Payment:
    return Payment(type=type, solution=solution, percent=number(percent), amount=number(amount))


def due(total: str, *payments: Payment, vat: str = "0", expenses: str = "0", **solutions: list[Instalment]) -> DueDates:
    known = {"NOW": [instalment("100")], **solutions}
    terms = PaymentTerms(
        solutions={code: PaymentSolution(code=code, instalments=tuple(of)) for code, of in known.items()},
        types={
            "BANK": PaymentType(code="BANK"),
            "CASH": PaymentType(code="CASH", financial_discount_percent=Decimal(2)),
        },
    )
    totals = Totals(total=Decimal(total), vat=Decimal(vat), expenses=Decimal(expenses))
    return due_dates(totals, DAY, payments, terms, Rounding(), "/payments")


def amounts(result: DueDates) -> list[str]:
    return [f"{row.amount:.2f}" for row in result.rows]


def told(result: DueDates) -> list[tuple[str, str]]:
    assert result.rows == []
    return [(reason.code, reason.path) for reason in result.reasons]


def test_without_payments_all_is_due_on_the_order_date() -> None:
    rows = due("12.34").rows
    assert [(row.date, row.amount, row.type) for row in rows] == [(DAY, Decimal("12.34"), None)]


@pytest.mark.parametrize(
    ("total", "payments", "split"),
    [
        ("100", [payment("50"), payment("50")], ["50.00", "50.00"]),
        ("100", [payment("40"), payment(amount="30"), payment("60")], ["28.00", "30.00", "42.00"]),
        ("100", [payment(amount="100")], ["100.00"]),
        ("100", [payment(amount="100"), payment("100")], ["100.00", "0.00"]),
        ("100", [payment(amount="30.005"), payment()], ["30.01", "69.99"]),
        ("100", [payment("30"), payment()], ["30.00", "70.00"]),
        ("0.10", [payment("33.33"), payment("33.33"), payment("33.34")], ["0.03", "0.03", "0.04"]),
        ("0.01", [payment("50"), payment("50")], ["0.01", "0.00"]),
        ("0.01", [payment("50"), payment("50"), payment("0")], ["0.01", "0.00", "0.00"]),
        ("0.02", [payment("25")] * 4, ["0.01", "0.01", "0.00", "0.00"]),
        ("0", [payment("50"), payment("50")], ["0.00", "0.00"]),
        ("-100", [payment("25"), payment("75")], ["-25.00", "-75.00"]),
    ],
)
def test_amounts_come_first_and_percents_share_the_rest(total: str, payments: list[Payment], split: list[str]) -> None:
    assert amounts(due(total, *payments)) == split


@pytest.mark.parametrize(
    "payments",
    [
        [payment("50"), payment("40")],
        [payment("60"), payment("60")],
        [payment(amount="100.01"), payment("100")],
        [payment(amount="99.99")],
        [payment("120"), payment()],
        [payment(), payment()],
        [payment("100", amount="5")],
        [payment("-100"), payment("200")],
        [payment(amount="-1"), payment("100")],
    ],
)
def test_payments_that_do_not_make_the_total_are_invalid(payments: list[Payment]) -> None:
    assert told(due("100", *payments)) == [("payment_invalid", "/payments")]


@pytest.mark.parametrize(
    ("instalments", "split"),
    [
        ([instalment("50"), instalment("50", days=30)], ["610.00", "610.00"]),
        ([instalment()], ["1220.00"]),
        ([instalment(amount="20"), instalment("50"), instalment("50")], ["20.00", "600.00", "600.00"]),
        ([instalment("50", vat_percent="100"), instalment("50")], ["720.00", "500.00"]),
        ([instalment("50", vat_percent="0"), instalment("50", vat_percent="0")], ["610.00", "610.00"]),
        ([instalment("0", vat_percent="100", expenses_percent="100"), instalment("100")], ["320.00", "900.00"]),
        ([instalment("50"), instalment("50", expenses_percent="100")], ["560.00", "660.00"]),
    ],
)
def test_instalments_split_goods_vat_and_expenses(instalments: list[Instalment], split: list[str]) -> None:
    assert amounts(due("1220", payment("100", solution="S"), vat="220", expenses="100", S=instalments)) == split


@given(st.integers(1, 10**7), st.integers(0, 99), st.integers(1, 9_999))
@example(13_300, 6_600, 10_000)
def test_half_a_cent_is_rounded_up_whatever_the_vat_within(cents: int, vat: int, fixed: int) -> None:
    rest = Decimal(2 * cents + 1) / 100
    total = rest + Decimal(fixed) / 100
    plan = [instalment(amount=str(Decimal(fixed) / 100)), instalment("50"), instalment("50")]
    rows = due(str(total), payment("100", solution="PLAN"), vat=str(Decimal(vat) / 100), PLAN=plan).rows

    assert [row.amount for row in rows[1:]] == [Decimal(cents + 1) / 100, Decimal(cents) / 100]


def test_a_payment_of_a_part_bears_its_part_of_the_vat() -> None:
    vat_first = [instalment("50", vat_percent="100"), instalment("50")]
    result = due("1220", payment("50", solution="S"), payment("50"), vat="220", S=vat_first)
    assert amounts(result) == ["360.00", "250.00", "610.00"]


@pytest.mark.parametrize(
    "instalments",
    [
        [],
        [instalment("50"), instalment("49")],
        [instalment(amount="101"), instalment("100")],
        [instalment(amount="99")],
        [instalment("50", vat_percent="60"), instalment("50", vat_percent="30")],
        [instalment("50", expenses_percent="1"), instalment("50")],
        [instalment(amount="10", vat_percent="100"), instalment("100")],
    ],
)
def test_a_solution_that_does_not_make_its_payment_is_invalid(instalments: list[Instalment]) -> None:
    assert told(due("100", payment("100", solution="S"), S=instalments))[0] == (
        "payment_invalid",
        "/payments/0/solution",
    )


def test_every_fault_of_the_payments_is_told() -> None:
    faulty = [payment("50", solution="EMPTY"), payment("40", type="?", solution="??"), payment("1", solution="HALF")]
    assert told(due("100", *faulty, EMPTY=[], HALF=[instalment("50", days=45, commercial_months=True)])) == [
        ("payment_invalid", "/payments"),
        ("payment_invalid", "/payments/0/solution"),
        ("unknown_code", "/payments/1/type"),
        ("unknown_code", "/payments/1/solution"),
        ("payment_invalid", "/payments/2/solution"),
        ("payment_invalid", "/payments/2/solution"),
    ]


def test_an_unknown_solution_waits_for_its_registry_entry() -> None:
    (reason,) = due("100", payment("100", solution="NEW")).reasons
    assert reason.awaits == ("payment_solution", "NEW")


def test_rows_stay_by_payment_and_instalment_even_when_dates_repeat_or_go_back() -> None:
    late_first = [instalment("50", days=60), instalment("50")]
    rows = due("100", payment("50", solution="S"), payment("50"), S=late_first).rows
    assert [(row.solution, row.date) for row in rows] == [("S", date(2025, 4, 1)), ("S", DAY), ("NOW", DAY)]


def test_a_financial_discount_is_announced_and_changes_no_amount() -> None:
    rows = due("100", payment("50", type="CASH"), payment("50")).rows
    assert [row.financial_discount_percent for row in rows] == [Decimal(2), None]
    assert [row.amount for row in rows] == [Decimal(50), Decimal(50)]


cents = st.integers(0, 10**12).map(lambda n: Decimal(n).scaleb(-2))
cuts = st.lists(st.integers(0, 10000), max_size=6).map(lambda at: [0, *sorted(at), 10000])
percents = cuts.map(lambda at: [Decimal(b - a) / 100 for a, b in pairwise(at)])


@given(cents, cents, percents, percents, percents, st.sampled_from([1, -1]))
def test_due_amounts_sum_to_the_total_and_none_changes_sign(
    net: Decimal, vat: Decimal, of_payments: list[Decimal], of_rows: list[Decimal], of_vat: list[Decimal], sign: int
) -> None:
    total = sign * (net + vat)
    vat_rows = [*of_vat, *[Decimal(0)] * len(of_rows)]
    rows = [*of_rows, *[Decimal(0)] * len(of_vat)]
    solution = [instalment(str(p), vat_percent=str(v)) for p, v in zip(rows, vat_rows, strict=True)]
    payments = [payment(str(p), solution="S") for p in of_payments]
    result = due(str(total), *payments, vat=str(sign * vat), S=solution)
    assert sum(row.amount for row in result.rows) == total
    assert all(row.amount * sign >= 0 for row in result.rows)


@given(cents, st.lists(cents, max_size=4), percents)
def test_fixed_amounts_are_due_to_the_cent(rest: Decimal, fixed: list[Decimal], shares: list[Decimal]) -> None:
    total = rest + sum(fixed)
    rows = [*(payment(amount=str(one)) for one in fixed), *(payment(str(share)) for share in shares)]
    result = due(str(total), *rows)
    assert [row.amount for row in result.rows[: len(fixed)]] == fixed
    assert sum(row.amount for row in result.rows) == total
