"""Whatever is asked of an order, in whatever sequence, it stays a whole and consistent one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from life_given import (
    DAY,
    Life,
    a_list,
    a_note,
    a_type,
    asking,
    business,
    freight,
    knowing,
    offered,
    on_credit,
    registries,
    repriced,
)

from adapter.domain.decision import Decision
from adapter.domain.document import order_document
from adapter.domain.life.changing_asked import LineAsked
from adapter.domain.life.quantities import fulfilment_of, goods, open_amount
from adapter.domain.life.steps import ACTIONS
from adapter.domain.order import Order
from adapter.domain.registry import Payment
from adapter.domain.values import Rounding, exact

Ask = Callable[[Life], Decision]
TOLERATED = Decimal("1.1")

_lines = st.sampled_from([1, 1, 1, 2, 2, 3, 9])
_quantities = st.integers(1, 20).map(str)
_prices = st.sampled_from(["0", "0.01", "3.333", "10", "99.99"])
_discounts = st.sampled_from([None, "10", "33.33+5", "2#", "-3"])
_days = st.integers(-3, 20).map(lambda days: DAY + datetime.timedelta(days=days))
_items = st.sampled_from(["A1", "A2", "B1", "PACK"])
_payments = st.sampled_from(
    [
        (),
        (Payment(type="CASH", solution="AT_ONCE", percent=Decimal(100)),),
        (
            Payment(type="CASH", solution="AT_ONCE", amount=Decimal(10)),
            Payment(type="TRANSFER", solution="30DAYS", percent=Decimal(100)),
        ),
    ]
)


def _changed_line(line: int, quantity: str | None, price: str | None, discounts: str | None) -> LineAsked:
    fields = {"quantity": quantity, "unit_price": price, "discounts": discounts}
    return asking(line, **{name: value for name, value in fields.items() if value is not None})


_line_changes = st.one_of(
    st.builds(_changed_line, _lines, _quantities | st.none(), _prices | st.none(), _discounts),
    st.builds(lambda line, list_: asking(line, price_list=list_), _lines, st.sampled_from(["TRADE", "RETAIL", "NONE"])),
    st.builds(lambda line, moved: asking(line, delivery_on=moved), _lines, _days),
    st.builds(lambda line: asking(line, remove=True), _lines),
)
_header_fields: dict[str, st.SearchStrategy[Any]] = {
    "notes": st.sampled_from(["a", "b"]),
    "delivery_on": _days,
    "payments": _payments,
    "discounts": st.sampled_from(["4", "10", ()]),
    "final_discounts": st.sampled_from(["5", "1.5#", ()]),
    "expenses": st.sampled_from([(), (freight("5"),), (freight(percent="3", type_="TOLL"),)]),
    "destination": st.sampled_from(["HARBOUR", "MILL", "COUNTER"]),
}
_header_changes = st.sampled_from([{}, *({name: value} for name, value in _header_fields.items())]).flatmap(
    st.fixed_dictionaries
)
_added = st.builds(
    lambda line, quantity, price, item: offered(line, quantity, price, item=item),
    st.sampled_from([2, 3, 4]),
    _quantities,
    _prices | st.none(),
    _items,
)
_reprice = st.builds(
    repriced, st.sampled_from(["order_date", "delivery_date"]), partially_fulfilled=st.booleans(), manual=st.booleans()
)


def _change(lines: list[LineAsked], header: dict[str, Any], added: list[Any], reprice: Any) -> Ask:
    return lambda life: life.change(*lines, set=header, add=added, reprice=reprice)


def _action(action: str) -> Ask:
    return lambda life: life.act(action)


def _closing(line: int) -> Ask:
    return lambda life: life.act("close", lines=(Decimal(line),))


def _report(number: int, lines: list[tuple[int, int]], closes: bool) -> Ask:
    return lambda life: life.report(f"D{number}", *lines, closes=closes)


_changes = st.builds(
    _change,
    st.lists(_line_changes, max_size=2, unique_by=lambda line: line.line),
    _header_changes,
    st.lists(_added, max_size=1),
    st.none() | _reprice,
)
_reports = st.builds(
    _report,
    st.integers(1, 20),
    st.lists(st.tuples(_lines, st.integers(-2, 4)), min_size=1, max_size=2),
    st.sampled_from([False] * 7 + [True]),
)
_mild = st.builds(_action, st.sampled_from(["confirm", "acknowledge", "release"]))
_closings = st.builds(_closing, st.sampled_from([2, 3, 4]))
_asked = st.integers(0, 19).flatmap(lambda dice: (_closings, *[_mild] * 3, *[_reports] * 7, *[_changes] * 9)[dice - 1])
_last = st.builds(_action, st.sampled_from(ACTIONS))
_lives = st.lists(_asked, min_size=1, max_size=14).flatmap(lambda asked: _last.map(lambda last: [*asked, last]))
_parameters = st.fixed_dictionaries(
    {
        "missing_price": st.sampled_from(["accept", "hold", "refuse"]),
        "credit_counts": st.sampled_from(["entered", "confirmed", "acknowledged"]),
        "over_fulfilment_percent": st.just((TOLERATED - 1) * 100),
    }
)


@settings(max_examples=150, deadline=None)
@given(_lives, _parameters, st.sampled_from(["100000", "160", "50"]), st.sampled_from([True, True, False]))
def test_an_order_keeps_its_invariants_through_any_life(
    asked: list[Ask], parameters: dict[str, Any], limit: str, auto: bool
) -> None:
    how = business(a_type(auto_confirm=auto), **parameters)
    known = knowing(registries(customer=on_credit(limit), lists=[a_list("TRADE", "11"), a_list("RETAIL", "12")]), how)
    life = Life(offered(), offered(2, "5", "3", item="A2"), a_note(), known=known, owed="20", expenses=(freight("5"),))

    for ask in asked:
        before = life.state.document, life.state.position, life.state.credit_amount
        decision = ask(life)
        if not decision.changed:
            assert (life.state.document, life.state.position, life.state.credit_amount) == before
        _check(life)


def _check(life: Life) -> None:
    order = life.order
    assert order_document(order) == life.state.document
    assert life.state.position == len(life.told)
    assert order.version == 1 + sum(change.dimension == "content" for change in life.told)
    _check_states(life, order)
    _check_quantities(order)
    _check_money(life, order)


def _check_states(life: Life, order: Order) -> None:
    """Every change starts where the one before has led, and all of them together lead to where the order is."""
    reached: dict[str, Any] = {"content": 1, "fulfilment": "none", "hold": "none", "acknowledgement": "none"}
    for change in life.told:
        assert reached.get(change.dimension) == change.from_
        reached |= {change.dimension: change.to, **change.also}
    shown = {name: value for name, value in life.state.document["status"].items() if name != "workflow"}
    assert reached == shown | {"content": order.version}
    assert bool(order.holds) == (order.hold in {"blocked", "awaiting_approval"})


def _check_quantities(order: Order) -> None:
    numbers = [line.line for line in order.lines]
    assert len(set(numbers)) == len(numbers)
    for line in goods(order):
        assert line.quantity is not None
        assert line.fulfilled_quantity + line.closed_quantity <= line.quantity * TOLERATED
        assert line.fulfilled_quantity >= 0
    if order.confirmation != "cancelled":
        assert order.fulfilment == fulfilment_of(order)


def _check_money(life: Life, order: Order) -> None:
    assert sum(due.amount for due in order.due_dates) == order.totals.total
    assert sum(line.vat for line in order.lines) <= order.totals.vat
    with exact():
        still_open = open_amount(order, Rounding(2))
    counted = life.known.business.parameters.credit_counts
    reached = counted == "entered" or (order.confirmation == "confirmed" and _acknowledged_if(counted, order))
    assert life.state.credit_amount == (still_open if reached else 0)
    assert life.known.credit["C1"].total == 20 + life.state.credit_amount


def _acknowledged_if(counted: str, order: Order) -> bool:
    return counted == "confirmed" or order.acknowledgement == "acknowledged"
