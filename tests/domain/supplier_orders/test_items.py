"""Which item of ours a line of a supplier order means."""

from __future__ import annotations

from supplier_orders_given import a_line, a_supplier_order, an_item, codes, decide, known, line_of, of_a_group_company


def test_our_own_code_names_the_item() -> None:
    assert line_of(a_supplier_order(a_line(item="A2"))).item == "A2"


def test_the_suppliers_code_names_the_item_that_he_supplies() -> None:
    assert line_of(a_supplier_order(a_line(supplier_item="X-1"))).item == "A1"


def test_the_same_code_of_another_supplier_names_nothing() -> None:
    decision = decide(a_supplier_order(a_line(supplier_item="X-1"), supplier="S2"))

    [reason] = decision.reasons
    assert (decision.outcome, reason.code, reason.path) == (
        "parked",
        "unknown_item",
        "/supplier_order/lines/0/supplier_item",
    )


def test_a_group_company_may_call_our_code_the_suppliers() -> None:
    assert line_of(of_a_group_company(a_line(supplier_item="A2"))).item == "A2"


def test_a_suppliers_code_comes_before_our_own_for_a_group_company() -> None:
    state = known(an_item("B7", "A2"))

    assert line_of(of_a_group_company(a_line(supplier_item="A2"), supplier="S1"), state).item == "B7"


def test_anybody_elses_code_is_not_ours() -> None:
    assert codes(decide(a_supplier_order(a_line(supplier_item="A2")))) == ["unknown_item"]


def test_a_code_of_several_items_parks_with_them() -> None:
    [reason] = decide(a_supplier_order(a_line(supplier_item="X-1")), known(an_item("B7", "X-1"))).reasons

    assert (reason.code, reason.data["candidates"]) == ("unknown_item", ["A1", "B7"])


def test_every_unknown_item_is_told_beside_what_else_is_wrong() -> None:
    order = a_supplier_order(a_line(1, item="NONE"), a_line(2, item="NEITHER"), customer="NOBODY")

    assert sorted(codes(decide(order))) == ["unknown_customer", "unknown_item", "unknown_item"]
