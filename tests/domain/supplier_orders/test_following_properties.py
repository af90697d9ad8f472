"""Whatever a supplier order becomes, orders that have followed it are those that it would make by now (§3.4 S10)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from following_given import Bought, following
from hypothesis import given
from hypothesis import strategies as st
from supplier_orders_given import a_customer, a_line, a_supplier_order, orders_of

from adapter.domain.document import order_document
from adapter.domain.offers.offer import ExpenseGiven
from adapter.domain.order import Order
from adapter.domain.supplier_orders.supplier_order import SupplierOrder

OF: Final[Mapping[int, Mapping[str, Any]]] = {
    1: {},
    2: {"item": "A2"},
    3: {"customer": "C2"},
    4: {"customer": "C2", "item": "A2"},
}
"""Lines 1 and 2 are C1's, 3 and 4 are C2's; 1 and 3 are always there."""

_days = st.integers(1, 3).map(lambda day: datetime.date(2026, 4, day))
_amounts = st.decimals(min_value=1, max_value=40, places=2)
_texts = st.sampled_from(["a", "b"])
_header = {"notes": _texts, "delivery_on": _days, "final_discounts": st.sampled_from(["5", "10"])}
_line = {
    "quantity": st.integers(1, 20).map(Decimal),
    "unit_cost": _amounts,
    "discounts": st.sampled_from(["10", "5+5"]),
    "unit_price": _amounts,
    "delivery_on": _days,
    "notes": _texts,
}
_numbers = st.sets(st.sampled_from([2, 4])).map(lambda more: sorted({1, 3} | more))


def _some(fields: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the fields, with values."""
    return st.fixed_dictionaries({}, optional=dict(fields))


def freight(amount: Decimal) -> tuple[ExpenseGiven, ...]:
    return (ExpenseGiven(type="FREIGHT", amount=amount),)


@st.composite
def placed_twice(draw: st.DrawFn) -> tuple[SupplierOrder, SupplierOrder]:
    """A supplier order, and what it becomes: values come or are replaced, lines come and go.

    The freight is another one each time, for what nobody says anew is not shared anew.
    """
    amount, flow = (
        draw(_amounts),
        draw(st.sampled_from([{"flow": "intercompany", "supplier": "ACME"}, {"currency": "DKK"}])),
    )
    lines = {number: replace(a_line(number, **OF[number]), **draw(_some(_line))) for number in draw(_numbers)}
    first = a_supplier_order(*lines.values(), expenses=freight(amount), **flow, **draw(_some(_header)))
    after = [
        replace(lines.get(number) or a_line(number, **OF[number]), **draw(_some(_line))) for number in draw(_numbers)
    ]
    return first, replace(first, lines=tuple(after), expenses=freight(amount + draw(_amounts)), **draw(_some(_header)))


def essence(order: Order) -> Mapping[str, Any]:
    """What the order says; versions, and the order of lines and of warnings, are those of its life."""
    document = order_document(order)
    told = ("customer", "currency", "notes", "delivery_on", "final_discounts", "expenses", "totals", "due_dates")
    return {name: document[name] for name in (*told, "vat_summary")} | {
        "lines": {line["line"]: line for line in document["lines"]},
        "disagreements": {one["line"]: one for one in document["warnings"] if one["code"] == "price_disagreement"},
    }


@given(placed_twice())
def test_orders_that_have_followed_are_those_that_would_be_made_now(
    orders: tuple[SupplierOrder, SupplierOrder],
) -> None:
    first, second = orders
    known = following(a_customer("C2"))
    bought = Bought(known=known, order=first)

    decision = bought.again_with(second)

    assert decision.outcome == "applied", decision.reasons
    expected = orders_of(second, following(a_customer("C2")))
    assert [essence(order) for order in bought.orders()] == [essence(order) for order in expected]


@given(placed_twice())
def test_links_are_those_that_would_be_made_now(orders: tuple[SupplierOrder, SupplierOrder]) -> None:
    first, second = orders
    bought = Bought(known=following(a_customer("C2")), order=first)
    bought.again_with(second)

    assert bought.links == {line.line: (line.quantity, line.quantity) for line in second.lines}
