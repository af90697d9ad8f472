"""What messages may hold, and how a fault is told: where it is, what is wrong, what to do."""

from __future__ import annotations

import datetime
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_given import ABSENT, at, changed, data_of, faults, parts, taken

from adapter.messaging.decoding import Limits, decode
from adapter.messaging.envelope import write
from adapter.messaging.validation import validate
from schemas.catalog import MESSAGES
from schemas.offer_accepted import OfferAccepted

OFFER = "offer.accepted.v1"
SUPPLIER_ORDER = "supplier-order.placed.v1"
ACTION = "order.action-requested.v1"
CHANGE = "order.change-requested.v1"
FULFILMENT = "fulfilment.reported.v1"

HEAD = "/offers/0"
LINE = f"{HEAD}/lines/0"


def test_all_faults_of_a_message_are_told_together() -> None:
    data = data_of(OFFER)
    for pointer, value in ((f"{HEAD}/customer", 5), (f"{LINE}/quantity", "0"), (f"{HEAD}/lines/1/line", 1)):
        data = changed(data, pointer, value)

    assert {reason.path for reason in faults(OFFER, data)} == {
        f"{HEAD}/customer",
        f"{LINE}/quantity",
        f"{HEAD}/lines/1/line",
    }


def test_a_long_value_is_never_repeated() -> None:
    secret = "correct horse battery staple " * 10

    for pointer in (f"{LINE}/kind", f"{LINE}/quantity", f"{HEAD}/date", f"{HEAD}/{secret}", f"{HEAD}/customer"):
        told = faults(OFFER, changed(data_of(OFFER), pointer, secret))
        assert all(secret not in reason.message for reason in told)


def test_an_unknown_field_nothing_resembles_is_told_with_those_that_are_known() -> None:
    found = faults(FULFILMENT, changed(data_of(FULFILMENT), "/document/xyz", 1))

    assert found[0].message == "xyz is not a field here; fields are date, kind, number."


def test_a_request_to_change_nothing_is_invalid() -> None:
    data = {"order": "2026-00001", "by": "anna", "set": {}, "lines": []}

    assert [reason.path for reason in faults(CHANGE, data)] == [""]


def test_more_lines_than_the_limit_over_all_offers_are_too_large() -> None:
    data = data_of(OFFER)
    data["offers"].append(data["offers"][0])

    assert taken(OFFER, data)
    assert [reason.code for reason in faults(OFFER, data, Limits(max_lines=7))] == ["too_large"]


def test_lines_within_extra_are_nobodys_lines() -> None:
    data = changed(data_of(OFFER), f"{HEAD}/extra", {"lines": [{}] * 3_000})

    assert len(taken(OFFER, data).offers[0].extra["lines"]) == 3_000


def every_optional(node: Any, pointer: str = "") -> list[str]:
    """Pointers to all values of an object, however deep, outside `extra`."""
    children = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    found = []
    for name, child in children:
        here = f"{pointer}/{name}"
        found += [here] * isinstance(node, dict) + (every_optional(child, here) if name != "extra" else [])
    return found


@pytest.mark.parametrize("message_type", [OFFER, SUPPLIER_ORDER, ACTION, CHANGE, FULFILMENT])
def test_null_is_the_same_as_absent(message_type: str) -> None:
    data = data_of(message_type)
    for pointer in every_optional(data):
        without, null = changed(data, pointer, ABSENT), changed(data, pointer, None)
        if pointer.endswith("commission_percent"):
            continue
        assert outcome(message_type, null) == outcome(message_type, without), pointer


def outcome(message_type: str, data: dict[str, Any]) -> Any:
    found = validate(MESSAGES[message_type], data, Limits())
    return {reason.path for reason in found} if isinstance(found, list) else found


def test_a_null_commission_is_told_from_an_absent_one() -> None:
    absent = taken(OFFER, changed(data_of(OFFER), f"{HEAD}/agents/0/commission_percent", ABSENT)).offers[0].agents[0]
    null = taken(OFFER, changed(data_of(OFFER), f"{HEAD}/agents/0/commission_percent", None)).offers[0].agents[0]

    assert "commission_percent" in null.model_fields_set
    assert "commission_percent" not in absent.model_fields_set


def test_codes_are_trimmed_and_keep_their_case() -> None:
    assert taken(OFFER, changed(data_of(OFFER), f"{HEAD}/customer", " c0042\n")).offers[0].customer == "c0042"


def test_line_breaks_and_tabs_are_kept_in_notes_and_descriptions() -> None:
    text = "one\r\n\ttwo"
    offer = changed(changed(data_of(OFFER), f"{HEAD}/final_notes", text), f"{LINE}/description", text)
    found = taken(OFFER, offer).offers[0]

    assert (found.final_notes, found.lines[0].description) == (text, text)


def test_discounts_are_let_through_for_the_domain_to_judge() -> None:
    both_and_neither = [{"percent": "5", "amount": "3"}, {}]
    for pointer, discounts in ((f"{LINE}/discounts", "50++10"), (f"{HEAD}/final_discounts", both_and_neither)):
        assert taken(OFFER, changed(data_of(OFFER), pointer, discounts))


def test_a_line_to_close_is_a_number_or_an_object_with_one() -> None:
    data = data_of(ACTION) | {"action": "close", "lines": [1, "2.5", {"line": 3}]}

    assert taken(ACTION, data).lines == (1, Decimal("2.5"), 3)


def test_a_charge_may_be_negative_and_a_price_of_nothing_is_a_price() -> None:
    assert (
        taken(OFFER, changed(data_of(OFFER), f"{HEAD}/lines/2/unit_price", "-25.00")).offers[0].lines[2].unit_price < 0
    )
    assert taken(OFFER, changed(data_of(OFFER), f"{LINE}/unit_price", 0)).offers[0].lines[0].unit_price == 0


def test_what_is_free_to_the_sender_travels_untouched() -> None:
    extra = {"a": Decimal("0.10"), "b": [None, {"c": 10**17, "d": " \n "}], "qty": Decimal("1E3")}
    found = taken(OFFER, changed(data_of(OFFER), f"{HEAD}/extra", extra)).offers[0].extra

    assert found == extra
    assert str(found["a"]) == "0.10"


PRICES = st.decimals(0, 10**18 - 1, allow_nan=False, allow_infinity=False, places=8).map(
    lambda price: price.normalize()
)


@given(PRICES, st.booleans())
def test_a_decimal_arrives_as_it_was_sent(price: Decimal, quoted: bool) -> None:
    literal = f'"{price:f}"' if quoted else f"{price:f}"
    sent = decode(f'{{"price": {literal}}}'.encode(), Limits())
    assert isinstance(sent, dict)
    message = taken(OFFER, changed(data_of(OFFER), f"{LINE}/unit_price", sent["price"]))

    assert message.offers[0].lines[0].unit_price == price


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -7, "", "-", "x" * 300, [], {}, [[]], [None], [{}, 1], {"a~/b": 1}, Decimal("1E+3")]
)


@given(st.data(), st.sampled_from(list(MESSAGES)))
def test_whatever_is_sent_every_fault_points_to_a_place_in_it(data: st.DataObject, message_type: str) -> None:
    sent = data_of(message_type)
    pointers = every_optional(sent)
    for pointer in data.draw(st.lists(st.sampled_from(pointers), min_size=1, max_size=3)):
        with suppress(KeyError, IndexError, TypeError, ValueError):  # junk put there before has no such part
            sent = changed(sent, pointer, data.draw(JUNK))
    found = validate(MESSAGES[message_type], sent, Limits())
    for reason in found if isinstance(found, list) else []:
        parent = at(sent, reason.path.rpartition("/")[0])
        assert isinstance(parent, dict) or int(parts(reason.path)[-1]) < len(parent)


def test_a_message_survives_being_written_and_read_again() -> None:
    for message_type, model in MESSAGES.items():
        message = taken(message_type, data_of(message_type))
        again = decode(write(message.model_dump(by_alias=True, exclude_unset=True)), Limits())
        assert isinstance(again, dict)
        assert validate(model, again, Limits()) == message


def test_messages_cannot_be_changed() -> None:
    message = OfferAccepted.model_validate(data_of(OFFER))

    with pytest.raises(ValueError, match="frozen"):
        message.offers[0].__setattr__("date", datetime.date(2026, 1, 1))
