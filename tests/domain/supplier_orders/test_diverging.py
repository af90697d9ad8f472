"""A supplier order that comes again (§3.4 S10)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from supplier_orders_given import a_line, a_supplier_order, codes, decide, known

from adapter.domain.decision import Decision
from adapter.domain.supplier_orders.diverging import content_of, differences

FIRST = a_supplier_order(a_line(1), a_line(2, item="A2"), notes="Ring twice", extra={"a/b": {"c": 1}})


def again(**fields: Any) -> Decision:
    """The decision on a supplier order that was placed before with `FIRST`'s content."""
    state = known()
    decide(FIRST, state)
    changed = {"lines": FIRST.lines, "notes": FIRST.notes, "extra": FIRST.extra} | fields
    return decide(a_supplier_order(*changed.pop("lines"), **changed), state)


def told(decision: Decision) -> list[tuple[str, Any, Any]]:
    return [(reason.path, reason.data["ordered"], reason.data["now"]) for reason in decision.reasons]


def test_the_same_again_is_a_duplicate_with_its_orders_and_nothing_else() -> None:
    decision = again()

    assert (decision.outcome, len(decision.earlier), decision.diverged) == ("duplicate", 1, None)
    assert (decision.new_orders, decision.supplier_orders) == ([], [])


@pytest.mark.parametrize(
    ("fields", "difference"),
    [
        ({"notes": "Ring once"}, ("/supplier_order/notes", "Ring twice", "Ring once")),
        ({"notes": None}, ("/supplier_order/notes", "Ring twice", None)),
        ({"carrier": "DHL"}, ("/supplier_order/carrier", None, "DHL")),
        ({"date": datetime.date(2026, 3, 11)}, ("/supplier_order/date", "2026-03-10", "2026-03-11")),
        ({"extra": {"a/b": {"c": 2}}}, ("/supplier_order/extra/a~1b/c", "1", "2")),
        (
            {"lines": (a_line(2, item="A2"), a_line(1, "12"))},
            ("/supplier_order/lines/1/quantity", "10", "12"),
        ),
        (
            {"lines": (a_line(1, discounts="10"), a_line(2, item="A2"))},
            ("/supplier_order/lines/0/discounts", None, "10"),
        ),
        (
            {"lines": (a_line(1),)},
            ("/supplier_order/lines", {"line": "2", "item": "A2", "quantity": "10", "unit_cost": "12"}, None),
        ),
        (
            {"lines": (*FIRST.lines, a_line(3))},
            ("/supplier_order/lines/2", None, {"line": "3", "item": "A1", "quantity": "10", "unit_cost": "12"}),
        ),
    ],
)
def test_another_content_is_told_with_what_was_ordered_and_what_is_said_now(
    fields: dict[str, Any], difference: tuple[str, Any, Any]
) -> None:
    decision = again(**fields)

    assert decision.diverged is not None
    assert [(one.path, one.ordered, one.now) for one in decision.diverged.differences] == [difference]
    assert (decision.outcome, codes(decision), told(decision)) == ("duplicate", ["diverged"], [difference])
    assert (decision.new_orders, decision.changed) == ([], [])


def test_numbers_are_compared_by_value_and_lines_by_number() -> None:
    written_otherwise = (a_line(2, "10.0", item="A2"), a_line("1.0", "10", "12.00"))

    assert again(lines=written_otherwise).diverged is None


def test_content_differs_from_itself_in_nothing() -> None:
    assert differences(content_of(FIRST), content_of(FIRST)) == []


def test_the_same_number_of_another_source_is_another_supplier_order() -> None:
    state = known()
    decide(FIRST, state)

    assert decide(FIRST, state, source="elsewhere").outcome == "created"
