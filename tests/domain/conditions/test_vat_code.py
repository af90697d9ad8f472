"""The VAT code of a line: given, agricultural, customer, item (§1.4, C1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conditions_given import STANDARD, customer, item

from adapter.domain.conditions.vat import resolve_vat_code
from adapter.domain.registry import Item

FARM = replace(STANDARD, agricultural_vat=True)
BUYER = customer(vat_code="CUST")
MILK = item(vat_code="ITEM", agricultural_vat_code="AGRI")


def test_the_customers_code_comes_before_the_items() -> None:
    found = resolve_vat_code(None, BUYER, MILK, STANDARD)
    assert (found.value, found.won.rule) == ("CUST", "customer")
    assert [(lost.rule, lost.because) for lost in found.lost] == [
        ("given", "gives none"),
        ("item_agricultural", "order type STD does not ask for it"),
        ("item", "customer comes first"),
    ]


def test_the_agricultural_code_comes_first_where_the_order_type_asks_for_it() -> None:
    assert resolve_vat_code(None, BUYER, MILK, FARM).value == "AGRI"
    assert resolve_vat_code(None, BUYER, item(vat_code="ITEM"), FARM).value == "CUST"


def test_a_given_code_beats_all() -> None:
    assert resolve_vat_code("GIVEN", BUYER, MILK, FARM).value == "GIVEN"


def test_without_a_customers_code_the_items_holds() -> None:
    assert resolve_vat_code(None, customer(), MILK, STANDARD).value == "ITEM"


@pytest.mark.parametrize("sold", [None, item()])
def test_no_code_anywhere_is_a_reason(sold: Item | None) -> None:
    found = resolve_vat_code(None, customer(), sold, STANDARD, "/offers/0/lines/2")
    assert found.value is None
    assert [(reason.code, reason.path) for reason in found.reasons] == [("vat_missing", "/offers/0/lines/2/vat_code")]
