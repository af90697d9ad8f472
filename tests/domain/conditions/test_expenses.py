"""Expenses: transferred or computed anew, by the flag of the customer's row (§6.4)."""

from __future__ import annotations

from decimal import Decimal

from conditions_given import customer

from adapter.domain.conditions.expenses import Expenses, SourceExpenses, fix_percents, resolve_expenses
from adapter.domain.order import Expense
from adapter.domain.registry import Customer, CustomerExpense, ExpenseType
from adapter.domain.trace import Trace
from adapter.domain.values import Rounding

TYPES = {code: ExpenseType(code=code, vat_code="S25") for code in ("FREIGHT", "PACKING")}
PLAIN = customer()


def amount(type_: str, value: str) -> Expense:
    return Expense(type=type_, amount=Decimal(value))


def percent(type_: str, value: str) -> Expense:
    return Expense(type=type_, percent=Decimal(value))


def source(*given: Expense, share: str = "1", net: str | None = None) -> SourceExpenses:
    return SourceExpenses(given=given, share=Decimal(share), net=Decimal(net) if net else None, path="/offers/0")


def buyer(*, from_: str | None = None, type_: str = "FREIGHT", minimum: str | None = None) -> Customer:
    least = Decimal(minimum) if minimum else None
    return customer(expenses=(CustomerExpense(type=type_, percent=Decimal(2), minimum=least, from_=from_),))


def made(*sources: SourceExpenses, of: Customer = PLAIN) -> Expenses:
    return resolve_expenses(sources, of, TYPES.get, Rounding())


SILENT = SourceExpenses(given=None)


def test_a_fixed_amount_of_a_wholly_converted_offer_is_unchanged() -> None:
    assert made(source(amount("FREIGHT", "50"))).expenses[0].amount == 50


def test_fifty_on_an_offer_of_1000_of_which_600_are_transferred_is_thirty() -> None:
    as_amount = made(source(amount("FREIGHT", "50"), share="0.6")).expenses[0]
    as_percent = made(source(percent("FREIGHT", "5"), share="0.6", net="600")).expenses[0]
    assert as_amount.amount == as_percent.amount == 30
    assert as_percent.percent is None


def test_the_same_type_of_several_sources_is_summed() -> None:
    found = made(source(amount("FREIGHT", "50")), source(percent("FREIGHT", "5"), amount("PACKING", "3"), net="600"))
    assert [(one.type, str(one.amount)) for one in found.expenses] == [("FREIGHT", "80.00"), ("PACKING", "3.00")]


def test_rows_of_the_same_type_in_one_source_stay_apart() -> None:
    assert len(made(source(amount("FREIGHT", "50"), amount("FREIGHT", "5"))).expenses) == 2


def test_an_unflagged_row_is_proposed_only_where_the_source_says_nothing() -> None:
    proposed = made(SILENT, of=buyer()).expenses
    assert [(one.type, str(one.percent), one.origin) for one in proposed] == [("FREIGHT", "2", "customer")]
    assert made(source(), of=buyer()).expenses == []
    assert [one.type for one in made(source(amount("PACKING", "3")), of=buyer()).expenses] == ["PACKING"]


def test_a_row_computed_from_orders_replaces_the_sources_of_its_type() -> None:
    found = made(source(amount("FREIGHT", "50"), amount("PACKING", "3")), of=buyer(from_="order"))
    assert [(one.type, one.origin) for one in found.expenses] == [("PACKING", "message"), ("FREIGHT", "customer")]
    assert found.lost["FREIGHT"][0].because == "the customer registry computes this type from the order"


def test_a_row_computed_from_offers_never_comes_in_at_the_order() -> None:
    found = made(SILENT, of=buyer(from_="offer"))
    assert found.expenses == []
    assert found.lost["FREIGHT"][0].because == "it is computed from offers, never from orders"
    transferred = made(source(amount("FREIGHT", "50")), of=buyer(from_="offer"))
    assert transferred.expenses[0].amount == 50


def test_the_minimum_travels_to_where_the_percent_is_worked_out() -> None:
    assert made(SILENT, of=buyer(minimum="15")).expenses[0].minimum == 15


def test_a_percent_stays_one_until_the_order_is_settled_and_is_fixed_then() -> None:
    (freight,) = made(source(percent("FREIGHT", "5"))).expenses
    assert str(freight.percent) == "5"
    freight.effect = Decimal("12.50")
    fix_percents([freight])
    assert str(freight.amount) == "12.50"
    assert freight.percent is None


def test_an_expense_has_the_vat_code_of_its_type_else_the_customers() -> None:
    assert made(source(amount("FREIGHT", "50"))).expenses[0].vat_code == "S25"
    types = {"FREIGHT": ExpenseType(code="FREIGHT")}
    found = resolve_expenses([source(amount("FREIGHT", "50"))], customer(vat_code="Z0"), types.get, Rounding())
    assert found.expenses[0].vat_code == "Z0"
    bare = resolve_expenses([source(amount("FREIGHT", "50"))], PLAIN, types.get, Rounding())
    assert [(reason.code, reason.path) for reason in bare.reasons] == [("vat_missing", "/offers/0/expenses/0/type")]


def test_an_unknown_type_is_told_and_what_would_cure_it() -> None:
    found = made(source(amount("PACKING", "1"), amount("GIFT", "1")))
    assert [(reason.code, reason.path, reason.awaits) for reason in found.reasons] == [
        ("unknown_code", "/offers/0/expenses/1/type", ("expense_type", "GIFT"))
    ]


def test_the_trace_tells_what_won_and_what_lost() -> None:
    trace = Trace()
    made(source(amount("FREIGHT", "50")), of=buyer(from_="order")).tell(trace)
    assert [(one.field, one.value, one.won.rule) for one in trace.entries] == [
        ("expenses/FREIGHT", "2 %", "computed_from_order")
    ]
    made(source(), of=buyer()).tell(trace)
    assert trace.entries[-1].lost[0].because == "the source gives its expenses"
