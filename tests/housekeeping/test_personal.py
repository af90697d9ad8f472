"""What of a message is personal: every field of the wire is looked at, and other customers' are left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from given import accepted, an_offer

from adapter.housekeeping.concerning import Concern
from adapter.housekeeping.personal import ADDRESS, SENTENCES, TEXTS, Erasure
from schemas.catalog import EVENTS, MESSAGES
from schemas.message import Shape
from schemas.registry_customer import Customer


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CODES = words(
    """
    action agent application barcode bracket carrier change code combination confirmation content control country
    currency customer customer_item dimension economic_lot fulfilment flow from_ hold id issued_by item kind key
    language level number numbering order order_type origin outcome path per price_list price_search project recipient
    reference shipping since solution source stage supplier supplier_item to type uom alternative_uom variant vat_code
    vat_recourse warehouse warehouse_reason workflow account commercial_category companies group zone
    """
)
"""Text that names something of ours, or says in one of a few words what is so; it stays."""

FIGURES = words(
    """
    alternative_quantity amount authorised_total charges closed_quantity commission_percent discount exchange_rate
    final_discount financial_discount_percent fulfilled_quantity giveaways given_amount goods gross line markup_percent
    net percent profit quantity rate remaining_quantity taxable total total_cost unit_cost unit_price vat vat_rate
    """
)
LOOKED_INTO = words("destination discounts emails entry expenses final_discounts lines now ordered order_types")
"""What holds other fields, or values that a path beside them names."""


def shapes(model: Any, seen: set[type[Shape]]) -> Iterator[type[Shape]]:
    """Every object that a model is made of."""
    if isinstance(model, type) and issubclass(model, Shape) and model not in seen:
        seen.add(model)
        yield model
        for field in model.model_fields.values():
            yield from shapes(field.annotation, seen)
    for part in get_args(model):
        yield from shapes(part, seen)


def texts() -> set[str]:
    """The names of all fields of messages, events and customers that may hold text, or anything."""
    seen: set[type[Shape]] = set()
    models = [*MESSAGES.values(), *EVENTS.values(), Customer]
    found = [shape for model in models for shape in shapes(model, seen)]
    return {name for shape in found for name, field in shape.model_fields.items() if may_hold_text(field.annotation)}


def may_hold_text(annotation: Any) -> bool:
    if annotation in (str, Any):
        return True
    return any(may_hold_text(part) for part in get_args(annotation) if not isinstance(part, str))


def test_every_text_of_the_wire_is_either_personal_or_known_not_to_be() -> None:
    assert texts() - TEXTS - ADDRESS - SENTENCES - CODES - FIGURES - LOOKED_INTO == set()


def a_concern(*quotes: str) -> Concern:
    return Concern("C9", {"2026-00001"}, frozenset({("offer", "crm", "OF-9")}), Erasure(quotes))


def body(data: Any) -> bytes:
    return json.dumps(data).encode()


def test_of_several_offers_in_a_message_only_his_are_erased() -> None:
    offers = [an_offer(customer="C9", notes="Ask Anna"), an_offer(customer="C1", notes="Ask Eva")]

    erased = a_concern().erased(body(accepted(*offers, by="eva")))

    assert erased is not None
    assert [offer["notes"] for offer in json.loads(erased)["offers"]] == ["(erased)", "Ask Eva"]


@pytest.mark.parametrize(
    ("concerns", "data"),
    [
        (True, accepted(an_offer(customer="C9"))),
        (False, accepted(an_offer(customer="C1", project="C9"))),
        (True, {"order": "2026-00001", "action": "confirm"}),
        (False, {"order": "2026-00002", "action": "confirm"}),
        (True, {"origin": {"kind": "offer", "number": "OF-9"}}),
        (False, {"origin": {"kind": "offer", "number": "OF-9", "source": "shop"}}),
        (True, {"kind": "customer", "key": "C9", "entry": None}),
        (False, {"kind": "item", "key": "C9", "entry": {}}),
        (True, accepted(an_offer(customer="TYPO", notes="For Anna Rössi"))),
    ],
)
def test_a_message_is_about_him_by_his_code_his_orders_what_they_were_made_of_or_his_name(
    concerns: bool, data: Any
) -> None:
    assert a_concern("Anna Rössi").is_in("crm", body(data)) is concerns


def test_numbers_keep_every_digit() -> None:
    erased = a_concern().erased(b'{"offers": [{"customer": "C9", "notes": "x", "rate": 1.10000000000000000001}]}')

    assert erased is not None
    assert b"1.10000000000000000001" in erased


def test_what_cannot_be_read_is_about_him_where_his_code_is_in_it() -> None:
    assert a_concern().is_in("", b'{"customer": "C9", ')
    assert a_concern().erased(b'{"customer": "C9", ') is None
