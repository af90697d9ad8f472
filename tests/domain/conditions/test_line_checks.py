"""Units and quantities: what is refused, warned of and proposed (§1.4, §8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from conditions_given import BOX, DAY, PARAMETERS, customer, item, parameters
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.conditions.line_checks import (
    check_decimals,
    check_holiday,
    check_packs,
    propose_alternative,
    resolve_quantity,
    resolve_uom,
    running_out,
)
from adapter.domain.conditions.units import convert_quantity
from adapter.domain.registry import CustomerItem, Uom

PAINT = item(uoms=(BOX,), pack_quantity=Decimal(6))
BUYER = customer(items=(CustomerItem(item="A1", economic_lot=Decimal(50)),))
STRICT = parameters(propose_economic_lot=False)
PACKS = parameters(pack_multiple_required=True)
DOUBLE = parameters(double_uom=True, propose_alternative_uom=True)
LINE = "/offers/0/lines/0"


def test_the_main_unit_is_taken_where_none_is_given() -> None:
    assert resolve_uom(None, PAINT).value == "EA"
    assert resolve_uom("BOX", PAINT).value == "BOX"


def test_a_unit_that_the_item_lacks_waits_for_the_item() -> None:
    (reason,) = resolve_uom("PALLET", PAINT, LINE).reasons
    assert (reason.code, reason.path, reason.awaits) == ("unknown_code", f"{LINE}/uom", ("item", "A1"))


@pytest.mark.parametrize(("uom", "lot"), [("EA", 50), ("BOX", 10)])
def test_the_economic_lot_is_proposed_in_the_lines_unit(uom: str, lot: int) -> None:
    found = resolve_quantity(None, uom, PAINT, BUYER, PARAMETERS)
    assert found.value == lot
    assert found.won.rule == "economic_lot"


def test_where_the_lot_is_proposed_less_may_be_ordered() -> None:
    found = resolve_quantity(Decimal(49), "EA", PAINT, BUYER, PARAMETERS)
    assert (str(found.value), found.reasons) == ("49", ())


@pytest.mark.parametrize(("quantity", "codes"), [("49", ["below_economic_lot"]), ("50", []), ("51", [])])
def test_where_it_is_not_proposed_less_is_refused(quantity: str, codes: list[str]) -> None:
    found = resolve_quantity(Decimal(quantity), "EA", PAINT, BUYER, STRICT, LINE)
    assert [reason.code for reason in found.reasons] == codes


def test_without_lot_or_proposal_the_quantity_is_one() -> None:
    assert resolve_quantity(None, "EA", PAINT, customer(), PARAMETERS).value == 1
    strict = resolve_quantity(None, "EA", PAINT, BUYER, STRICT, LINE)
    assert (str(strict.value), [reason.path for reason in strict.reasons]) == ("1", [f"{LINE}/quantity"])


@pytest.mark.parametrize(("quantity", "fine"), [("1.25", True), ("1.250", True), ("1.255", False)])
def test_a_quantity_may_not_be_finer_than_its_unit(quantity: str, fine: bool) -> None:
    reasons = check_decimals(Decimal(quantity), Uom(code="LTR", decimals=2), LINE)
    assert [reason.code for reason in reasons] == ([] if fine else ["invalid"])


def test_only_whole_packs_may_be_ordered_where_they_are_required() -> None:
    (reason,) = check_packs(Decimal(20), "EA", PAINT, PACKS, LINE)
    assert (reason.code, reason.data["nearest"]) == ("quantity_not_multiple", ["18", "24"])
    assert check_packs(Decimal(20), "EA", PAINT, PARAMETERS) == []
    assert check_packs(Decimal(20), "EA", item(), PACKS) == []


@given(st.integers(1, 10**6))
def test_every_multiple_of_the_pack_may_be_ordered(packs: int) -> None:
    assert check_packs(Decimal(packs) * 6, "EA", PAINT, PACKS) == []
    assert len(check_packs(Decimal(packs) * 6 + 1, "EA", PAINT, PACKS)) == 1


def test_packs_are_counted_in_the_main_unit() -> None:
    assert check_packs(Decimal(6), "BOX", PAINT, PACKS) == []
    assert len(check_packs(Decimal(5), "BOX", PAINT, PACKS)) == 1


@pytest.mark.parametrize(("since", "warned"), [(14, True), (15, True), (16, False)])
def test_an_item_that_has_run_out_is_warned_of(since: int, warned: bool) -> None:
    ending = item(running_out_on=date(2026, 6, since))
    warnings = running_out(ending, DAY, Decimal(1), parameters(warn_running_out=True))
    assert [warning.code for warning in warnings] == (["running_out"] if warned else [])
    assert running_out(ending, DAY, Decimal(1), PARAMETERS) == []


def test_an_order_dated_on_a_holiday_is_refused_where_that_is_asked_for() -> None:
    blocking = parameters(block_on_holidays=True, holidays=(DAY,))
    assert [reason.code for reason in check_holiday(DAY, blocking)] == ["holiday"]
    assert check_holiday(date(2026, 6, 16), blocking) == []
    assert check_holiday(DAY, parameters(holidays=(DAY,))) == []


def test_the_second_unit_is_proposed_with_both_switches_on() -> None:
    found = propose_alternative(Decimal(20), "EA", None, PAINT, DOUBLE)
    assert found.value == ("BOX", Decimal(4))
    assert found.steps == (("20 EA ÷ 5", "4"),)
    for by in (PARAMETERS, parameters(double_uom=True), parameters(propose_alternative_uom=True)):
        assert propose_alternative(Decimal(20), "EA", None, PAINT, by).value is None


def test_a_second_quantity_given_is_kept() -> None:
    assert propose_alternative(Decimal(20), "EA", Decimal("4.5"), PAINT, PARAMETERS).value == ("BOX", Decimal("4.5"))


def test_an_item_without_another_default_unit_has_no_second_quantity() -> None:
    assert propose_alternative(Decimal(20), "EA", None, item(), DOUBLE).value is None
    assert propose_alternative(Decimal(20), "BOX", None, PAINT, DOUBLE).value is None
    assert propose_alternative(Decimal(20), "PALLET", None, PAINT, DOUBLE).value is None


@given(st.integers(1, 10**9))
def test_a_quantity_survives_the_way_to_another_unit_and_back(boxes: int) -> None:
    pieces = convert_quantity(PAINT, Decimal(boxes), "BOX", "EA")
    assert pieces is not None
    assert convert_quantity(PAINT, pieces, "EA", "BOX") == boxes
