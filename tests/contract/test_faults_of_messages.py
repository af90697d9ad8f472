"""One fault at a time: where it is told, and in which words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from wire_given import ABSENT, changed, data_of, faults

OFFER = "offer.accepted.v1"
SUPPLIER_ORDER = "supplier-order.placed.v1"
ACTION = "order.action-requested.v1"
CHANGE = "order.change-requested.v1"
FULFILMENT = "fulfilment.reported.v1"

HEAD = "/offers/0"
LINE = f"{HEAD}/lines/0"
FOOT = "/supplier_order"

# Type, where, what stands there instead, and a part of what is told.
FAULTS: list[tuple[str, str, Any, str]] = [
    (OFFER, f"{HEAD}/customer", ABSENT, "is missing"),
    (OFFER, f"{HEAD}/customer", None, "null counts as absent"),
    (OFFER, f"{HEAD}/customer", "", "must not be empty"),
    (OFFER, f"{HEAD}/customer", "   ", "must not be empty"),
    (OFFER, f"{HEAD}/customer", "x" * 51, "has 51 characters, at most 50"),
    (OFFER, f"{HEAD}/customer", 42, "must be text, not a number"),
    (OFFER, f"{HEAD}/customer", True, "must be text, not true or false"),
    (OFFER, f"{HEAD}/customer", {"code": "A"}, "must be text, not an object"),
    (OFFER, f"{HEAD}/your_reference", "a\nb", "must be one line"),
    (OFFER, f"{HEAD}/your_reference", "a\tb", "must be one line"),
    (OFFER, f"{HEAD}/your_reference", "a\u2028b", "must be one line"),
    (OFFER, f"{HEAD}/version", "2", "must be a whole number"),
    (OFFER, f"{HEAD}/version", Decimal("2.0"), "must be a whole number"),
    (OFFER, f"{HEAD}/version", True, "must be a whole number"),
    (OFFER, f"{HEAD}/version", -1, "must be 0 or more"),
    (OFFER, f"{HEAD}/version", 10**18, "or less"),
    (OFFER, f"{HEAD}/date", "2026-02-30", "YYYY-MM-DD"),
    (OFFER, f"{HEAD}/date", "20260220", "YYYY-MM-DD"),
    (OFFER, f"{HEAD}/date", "2026-W08-5", "YYYY-MM-DD"),
    (OFFER, f"{HEAD}/date", "2026-02-20T00:00:00Z", "YYYY-MM-DD"),
    (OFFER, f"{HEAD}/date", "٢٠٢٦-٠٢-٢٠", "YYYY-MM-DD"),
    (OFFER, f"{HEAD}/date", "9999-12-31", "between 1900-01-01 and 2999-12-31"),
    (OFFER, f"{HEAD}/exchange_rate", 0, "must be greater than 0"),
    (OFFER, f"{HEAD}/destination/country", "it", "two capital letters"),
    (OFFER, f"{HEAD}/destination/city", ABSENT, "is missing"),
    (OFFER, f"{HEAD}/destination", ["MILANO"], "must be the code of a destination, or an address"),
    (OFFER, f"{HEAD}/payments", {"type": "A"}, "must be a list, not an object"),
    (OFFER, f"{HEAD}/agents/0", None, "is missing"),
    (OFFER, f"{HEAD}/final_discounts/0/percent", "100.01", "must be at most 100"),
    (OFFER, f"{HEAD}/final_discounts", 5, "must be text such as"),
    (OFFER, f"{HEAD}/final_discounts/0/per", "piece", "must be 'line' or 'unit', not 'piece'"),
    (OFFER, f"{HEAD}/extra", "free text", "must be an object, not text"),
    (OFFER, f"{HEAD}/custmer", "C1", "did you mean customer?"),
    (OFFER, f"{HEAD}/lines", [], "must not be empty"),
    (OFFER, "/offers", [], "must not be empty"),
    (OFFER, "/conversion", "some", "must be 'remaining' or 'all', not 'some'"),
    (OFFER, "/by", 5, "must be text"),
    (OFFER, f"{LINE}/quantity", "1E+400", "plain notation"),
    (OFFER, f"{LINE}/quantity", Decimal("1E-9"), "8 after the point"),
    (OFFER, f"{LINE}/quantity", "١٢", "plain notation"),
    (OFFER, f"{LINE}/quantity", " 1", "plain notation"),
    (OFFER, f"{LINE}/quantity", "1_000", "plain notation"),
    (OFFER, f"{LINE}/quantity", "1,5", "plain notation"),
    (OFFER, f"{LINE}/quantity", "NaN", "plain notation"),
    (OFFER, f"{LINE}/quantity", "1234567890123456789", "at most 18 digits before"),
    (OFFER, f"{LINE}/quantity", 10**18, "at most 18 digits before"),
    (OFFER, f"{LINE}/quantity", Decimal("0.123456789"), "8 after the point"),
    (OFFER, f"{LINE}/quantity", True, "must be a number"),
    (OFFER, f"{LINE}/quantity", [1], "must be a number"),
    (OFFER, f"{LINE}/quantity", 0, "must be greater than 0"),
    (OFFER, f"{LINE}/quantity", "-1", "must be greater than 0"),
    (OFFER, f"{LINE}/accepted_quantity", "-1", "must not be negative"),
    (OFFER, f"{LINE}/unit_price", "-0.01", "only that of a line of kind charge"),
    (OFFER, f"{LINE}/line", 0, "must be greater than 0"),
    (OFFER, f"{LINE}/line", ABSENT, "is missing"),
    (OFFER, f"{LINE}/kind", "gift", "must be 'item', 'uncoded', 'charge', 'note' or 'giveaway', not 'gift'"),
    (OFFER, f"{LINE}/qty", "1", "is not a field here"),
    (OFFER, LINE, "chair", "must be an object, not text"),
    (OFFER, f"{HEAD}/lines/1/description", ABSENT, "needs one"),
    (OFFER, f"{HEAD}/lines/1/line", "1.00", "stands on two lines"),
    (OFFER, f"{HEAD}/lines/3/quantity", "1", "does not belong on a line of kind note"),
    (OFFER, f"{HEAD}/lines/3/unit_price", "0", "does not belong on a line of kind note"),
    (SUPPLIER_ORDER, f"{FOOT}", ABSENT, "is missing"),
    (SUPPLIER_ORDER, f"{FOOT}/flow", "dropship", "must be 'drop_ship', 'on_demand' or 'intercompany'"),
    (SUPPLIER_ORDER, f"{FOOT}/lines/0/quantity", ABSENT, "is missing"),
    (SUPPLIER_ORDER, f"{FOOT}/lines/1/line", 1, "stands on two lines"),
    (SUPPLIER_ORDER, f"{FOOT}/lines/0/unit_cost", "-1", "must not be negative"),
    (ACTION, "/by", ABSENT, "is missing"),
    (ACTION, "/hold", "stock", "must be 'credit', 'workflow', 'price' or 'agreement'"),
    (CHANGE, "/origin/kind", "quote", "must be 'offer', 'supplier_order' or 'customer_order'"),
    (CHANGE, "/lines/0/remove", True, "takes the line out"),
    (CHANGE, "/lines/1/line", 1, "stands on two lines"),
    (CHANGE, "/set/number", "X", "is not a field here"),
    (CHANGE, "/reprice/at", ABSENT, "is missing"),
    (FULFILMENT, "/document/kind", "receipt", "must be 'delivery_note' or 'invoice'"),
    (FULFILMENT, "/lines/0/quantity", 0, "must not be 0, unless closes is true"),
    (FULFILMENT, "/lines", [], "must not be empty"),
]
# Told elsewhere than at what is changed, mostly rules between fields: type, what is changed and to what, where it is
# told, and a part of what is told.
RULES: list[tuple[str, str, Any, str, str]] = [
    (ACTION, "/lines", [{"line": 1, "quantity": 2}], "/lines/0", "must be a number"),
    (OFFER, f"{HEAD}/payments/0/amount", "5", f"{HEAD}/payments/0", "give only one of percent, amount"),
    (OFFER, f"{HEAD}/expenses/0/amount", ABSENT, f"{HEAD}/expenses/0", "needs one of amount, percent"),
    (OFFER, f"{HEAD}/expenses/0/percent", "5", f"{HEAD}/expenses/0", "give only one of amount, percent"),
    (OFFER, f"{LINE}/item", ABSENT, LINE, "needs one of item, barcode, customer_item"),
    (OFFER, f"{LINE}/barcode", "8001234567890", LINE, "give only one of item, barcode, customer_item"),
    (OFFER, f"{LINE}/kind", "uncoded", f"{LINE}/item", "does not belong on a line of kind uncoded"),
    (
        OFFER,
        f"{HEAD}/lines/4",
        {"line": 9, "kind": "giveaway", "quantity": "1"},
        f"{HEAD}/lines/4",
        "needs a description, or one of",
    ),
    (SUPPLIER_ORDER, f"{FOOT}/lines/0/supplier_item", ABSENT, f"{FOOT}/lines/0", "needs one of item, supplier_item"),
    (SUPPLIER_ORDER, f"{FOOT}/lines/0/item", "X", f"{FOOT}/lines/0", "give only one of item, supplier_item"),
    (SUPPLIER_ORDER, f"{FOOT}/expenses/0/percent", "5", f"{FOOT}/expenses/0", "give only one of amount, percent"),
    (ACTION, "/order", ABSENT, "", "needs one of order, origin"),
    (CHANGE, "/order", "2026-00001", "", "give only one of order, origin"),
    (CHANGE, "/lines/1/remove", False, "/lines/1", "changes nothing"),
    (CHANGE, "/add/0/item", ABSENT, "/add/0", "needs one of item, barcode, customer_item"),
]


@pytest.mark.parametrize(("message_type", "pointer", "value", "told"), FAULTS)
def test_a_fault_is_told_once_with_its_place_and_its_cure(
    message_type: str, pointer: str, value: Any, told: str
) -> None:
    found = faults(message_type, changed(data_of(message_type), pointer, value))

    assert [reason.path for reason in found if told in reason.message] == [pointer]
    assert {reason.code for reason in found} == {"invalid"}


@pytest.mark.parametrize(("message_type", "pointer", "value", "place", "told"), RULES)
def test_a_broken_rule_is_told_once_where_it_is_broken(
    message_type: str, pointer: str, value: Any, place: str, told: str
) -> None:
    found = faults(message_type, changed(data_of(message_type), pointer, value))

    assert [reason.path for reason in found if told in reason.message] == [place]
    assert {reason.code for reason in found} == {"invalid"}
