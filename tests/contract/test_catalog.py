"""The contract as it is handed out: samples, examples and JSON Schemas agree with what is taken and sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_given import changed, data_of, taken

from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import CONTENT_TYPE, Incoming, RawMessage, read_envelope, write
from adapter.messaging.validation import validate
from schemas.catalog import EVENTS, MESSAGES, example, json_schema
from schemas.values import not_negative, number, positive

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
TYPES = [*MESSAGES, *EVENTS]


def received(body: bytes, message_type: str) -> Any:
    """A message through every step that a delivery takes."""
    envelope = read_envelope(RawMessage(body=body, content_type=CONTENT_TYPE), message_type, Limits())
    assert isinstance(envelope, Incoming), envelope
    return validate(MESSAGES[message_type], envelope.data, Limits())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_taken(path: Path) -> None:
    message_type = json.loads(path.read_bytes())["type"]

    assert isinstance(received(path.read_bytes(), message_type), MESSAGES[message_type])


@pytest.mark.parametrize("message_type", MESSAGES)
def test_an_example_of_what_is_taken_is_taken(message_type: str) -> None:
    assert isinstance(received(write(example(message_type)), message_type), MESSAGES[message_type])


@pytest.mark.parametrize("message_type", EVENTS)
def test_an_example_of_what_is_sent_has_every_field_and_no_other(message_type: str) -> None:
    event = example(message_type)
    data = EVENTS[message_type].model_validate(event["data"])

    assert data.model_dump(by_alias=True).keys() == event["data"].keys()
    assert event["type"] == message_type


def test_the_order_in_the_examples_adds_up() -> None:
    order = example("order.entered.v1")["data"]["order"]
    totals = {name: number(value) for name, value in order["totals"].items()}
    lines = [
        {name: number(line[name]) for name in ("gross", "discount", "final_discount", "net", "vat")}
        for line in order["lines"]
    ]
    expenses = sum(number(expense["amount"]) for expense in order["expenses"])

    assert all(line["net"] == line["gross"] - line["discount"] - line["final_discount"] for line in lines)
    assert sum(line["net"] for line in lines) + expenses == totals["net"]
    assert totals["net"] + totals["vat"] == totals["total"]


def test_an_unknown_type_has_neither_schema_nor_example() -> None:
    for ask in (json_schema, example):
        with pytest.raises(KeyError):
            ask("offer.accepted.v9")


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        node = list(node.values())
    for child in node if isinstance(node, list) else []:
        yield from references(child)


@pytest.mark.parametrize("message_type", TYPES)
def test_a_schema_stands_alone(message_type: str) -> None:
    schema = json.loads(json.dumps(json_schema(message_type)))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["type"] == {"const": message_type}
    assert set(references(schema)) <= {f"#/$defs/{name}" for name in schema["$defs"]}


def test_every_object_in_a_schema_of_what_is_taken_refuses_unknown_fields() -> None:
    for message_type in MESSAGES:
        schema = json_schema(message_type)
        assert all(form["additionalProperties"] is False for form in schema["$defs"].values())


FIELDS = json_schema("offer.accepted.v1")["$defs"]["Line"]["properties"]


def as_text(field: str) -> re.Pattern[str]:
    """The form that a field's schema asks of text."""
    return re.compile(next(form["pattern"] for form in FIELDS[field]["anyOf"] if form["type"] == "string"))


def is_taken(reads: Any, text: str) -> bool:
    try:
        reads(text)
    except ValueError:
        return False
    return True


@given(st.from_regex(r"-?[0-9.]{0,20}", fullmatch=True) | st.text(max_size=5) | st.decimals().map(str))
def test_the_schema_takes_the_decimals_that_we_take(text: str) -> None:
    # In JSON Schema's dialect $ is the very end; in Python's it may stand before a line break.
    end = "" if text.endswith("\n") else text

    assert bool(as_text("line").search(end)) == is_taken(positive, end)
    assert bool(as_text("unit_price").search(end)) == is_taken(number, end)
    assert bool(as_text("accepted_quantity").search(end)) == (is_taken(not_negative, end) and not end.startswith("-"))


def test_a_field_named_by_a_word_of_python_has_its_own_name_on_the_wire() -> None:
    schema = json_schema("order.entered.v1")

    assert {"from", "to"} <= set(schema["$defs"]["Change"]["properties"])


def test_what_the_sender_did_not_say_is_not_made_up() -> None:
    message = taken("offer.accepted.v1", changed(data_of("offer.accepted.v1"), "/offers/0/destination", "MILANO"))

    assert message.offers[0].destination == "MILANO"
    assert message.offers[0].lines[0].accepted_quantity is None
