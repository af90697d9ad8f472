"""The contract at the command line, without broker or database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from clerk import Clerk

from schemas.catalog import EVENTS, MESSAGES

TYPES = (*MESSAGES, *EVENTS)


@pytest.fixture
def clerk() -> Clerk:
    """Somebody who has no broker and no database."""
    return Clerk({"ORDER_ADAPTER_BROKER_URL": "amqp://127.0.0.1:1/", "ORDER_ADAPTER_DATABASE_URL": ""})


@pytest.mark.parametrize("message_type", TYPES)
def test_every_example_is_valid(clerk: Clerk, message_type: str) -> None:
    example = clerk.run("contract", "example", message_type)

    printed = clerk.run("contract", "validate", "-", given=example.out.encode())

    assert (printed.code, printed.out) == (0, "-: message 1: valid\n")


def test_a_type_that_does_not_exist_is_answered_with_those_that_do(clerk: Clerk) -> None:
    printed = clerk.run("contract", "example", "offer.rejected.v1")

    assert (printed.code, printed.out) == (1, "")
    assert "offer.accepted.v1" in printed.err


def test_every_message_is_validated_and_every_fault_told(clerk: Clerk, tmp_path: Path) -> None:
    good = clerk.run("contract", "example", "offer.accepted.v1").json
    bad = {**good, "data": {"offers": [{"type": "OFF", "colour": "red"}]}}
    event = clerk.run("contract", "example", "order.entered.v1").json
    messages = [good, bad, {**good, "type": "offer.lost.v1"}, {**event, "data": {"position": 0}}]
    (tmp_path / "messages.jsonl").write_text("\n".join(json.dumps(one) for one in messages) + "\n{broken")

    printed = clerk.run("contract", "validate", str(tmp_path / "messages.jsonl"), "--json")

    assert printed.code == 1
    assert [line["valid"] for line in printed.lines] == [True, False, False, False, False]
    assert {reason["path"] for reason in printed.lines[1]["reasons"]} >= {"/offers/0/colour", "/offers/0/number"}
    assert [printed.lines[i]["reasons"][0]["code"] for i in (2, 4)] == ["unknown_type", "malformed"]
    assert "/order" in {reason["path"] for reason in printed.lines[3]["reasons"]}


def test_schemas_are_printed_together_or_written_one_a_file(clerk: Clerk, tmp_path: Path) -> None:
    together = clerk.run("contract", "schemas").json
    clerk.run("contract", "schemas", str(tmp_path / "schemas"))

    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "schemas").iterdir()}
    assert written == {f"{name}.json": schema for name, schema in together.items()}
    assert set(together) == set(TYPES)


def test_the_whole_contract_is_printed_as_asyncapi_without_a_secret(clerk: Clerk) -> None:
    printed = clerk.run("contract", "asyncapi", ORDER_ADAPTER_BROKER_URL="amqp://me:secret-word@broker:5671/")

    assert printed.json["asyncapi"] == "3.0.0"
    assert printed.json["servers"]["rabbitmq"]["host"] == "broker:5671"
    assert "secret-word" not in printed.out
