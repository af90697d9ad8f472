"""The generated AsyncAPI document: whole, and of one mind with topology and messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapter.messaging.asyncapi import asyncapi
from adapter.messaging.topology import INBOUND, Names, Topology
from schemas.catalog import EVENTS, MESSAGES

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Document:
    generated: Document = json.loads(json.dumps(asyncapi(Topology(Names("shop")), "1.2.3", "broker:5672")))
    return generated


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def followed(document: Document, reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_every_reference_leads_somewhere(document: Document) -> None:
    found = set(references(document))

    assert found
    assert [one for one in found if not one.startswith("#/") or not followed(document, one)] == []


def test_every_type_of_the_contract_has_a_message_with_an_example(document: Document) -> None:
    messages = document["components"]["messages"]

    assert set(messages) == {*MESSAGES, *EVENTS, "answer"}
    assert all(messages[name]["examples"][0]["payload"]["type"] == name for name in (*MESSAGES, *EVENTS))


def test_what_is_taken_comes_by_the_inbound_exchange_and_is_answered(document: Document) -> None:
    for key in INBOUND.values():
        operation = document["operations"][f"take-{key}"]
        channel = followed(document, operation["channel"]["$ref"])
        assert (operation["action"], channel["address"]) == ("receive", key)
        assert channel["bindings"]["amqp"]["exchange"]["name"] == "shop.inbound"
        assert followed(document, operation["reply"]["messages"][0]["$ref"])["$ref"] == "#/components/messages/answer"


def test_what_is_sent_goes_by_the_exchange_of_events(document: Document) -> None:
    sent = {name for name, one in document["operations"].items() if one["action"] == "send"}

    assert sent == {f"send-{name.removesuffix('.v1')}" for name in EVENTS}
    assert {
        document["channels"][name.removeprefix("send-")]["bindings"]["amqp"]["exchange"]["name"] for name in sent
    } == {"shop.events"}


def test_names_are_such_as_the_standard_takes(document: Document) -> None:
    names = [*document["operations"], *(name for part in document["components"].values() for name in part)]

    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9._-]+", name)] == []


def test_a_message_of_the_document_shares_its_data_among_types(document: Document) -> None:
    messages = document["components"]["messages"]
    data = {messages[name]["payload"]["properties"]["data"]["$ref"] for name in EVENTS if name.startswith("order.")}

    assert data == {"#/components/schemas/OrderEvent"}
