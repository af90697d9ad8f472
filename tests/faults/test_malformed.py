"""What no sender should send: the consumer stays connected, the neighbours are handled, each has one outcome."""

from __future__ import annotations

import asyncio
import gzip
import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from actors import Crm, until
from faults.rawpub import header, long, nested, raw_publisher, short, table
from given import an_accepted_offer
from house import House

BAD = b"\xff\xfe\xc3"
STRUCTURED = {"content_type": short(b"application/cloudevents+json")}
BINARY = {"content_type": short(b"application/json"), "app_id": short(b"crm-binary")}
BEYOND = b"\xff" * 8
WIDE = [header(b"h%d" % number, b"t", b"\x01") for number in range(65)]

Case = tuple[str, dict[str, bytes], str]
"""What is wrong, the properties, and the code that it leads to; empty where it does not matter."""

IN_STRUCTURED_MODE: list[Case] = [
    ("message id", {"message_id": short(BAD)}, ""),
    ("correlation id", {"correlation_id": short(BAD * 85)}, ""),
    ("reply to", {"reply_to": short(BAD)}, ""),
    ("type", {"type": short(BAD)}, ""),
    ("application", {"app_id": short(BAD)}, ""),
    ("instant beyond the calendar", {"timestamp": BEYOND}, ""),
    ("instant in the past of all calendars", {"timestamp": b"\x80" + b"\0" * 7}, ""),
    ("name of a header", {"headers": table(header(BAD, b"t", b"\x01"))}, ""),
    ("text of a header", {"headers": table(header(b"h", b"S", long(BAD)))}, ""),
    ("instant of a header", {"headers": table(header(b"h", b"T", BEYOND))}, ""),
    ("long name of a header", {"headers": table(header(b"k" * 255, b"t", b"\x01"))}, ""),
    ("name within a table", {"headers": table(header(b"h", b"F", table(header(BAD, b"t", b"\1"))))}, ""),
    ("priority", {"priority": b"\xff"}, ""),
    ("content type", {"content_type": short(BAD)}, "malformed"),
    ("content encoding", {"content_encoding": short(BAD)}, "malformed"),
    ("nested tables", {"headers": table(header(b"h", b"F", nested(b"F", 1500)))}, "too_large"),
    ("nested lists", {"headers": table(header(b"h", b"A", nested(b"A", 1500)))}, "too_large"),
    ("many headers", {"headers": table(*WIDE)}, "too_large"),
    ("a huge header", {"headers": table(header(b"h", b"S", long(b"x" * 100_000)))}, "too_large"),
]
IN_BINARY_MODE: list[Case] = [
    ("message id", {"message_id": short(BAD)}, "malformed"),
    ("application", {"message_id": short(b"b-1"), "app_id": short(BAD)}, "malformed"),
    ("type", {"message_id": short(b"b-2"), "type": short(BAD)}, "malformed"),
    ("instant", {"message_id": short(b"b-3"), "timestamp": BEYOND}, "malformed"),
    ("id among the headers", {"headers": table(header(b"cloudEvents:id", b"S", long(BAD)))}, "malformed"),
    ("list as id", {"headers": table(header(b"cloudEvents_id", b"A", nested(b"A", 3)))}, "invalid"),
]


def envelope(**data: Any) -> bytes:
    return json.dumps({"specversion": "1.0", "id": uuid.uuid4().hex, "source": "crm-bodies", "data": data}).encode()


BODIES: list[tuple[str, bytes, str]] = [
    ("empty", b"", "malformed"),
    ("null", b"null", "malformed"),
    ("a list", b"[]", "malformed"),
    ("a byte order mark", b"\xef\xbb\xbf{}", "malformed"),
    ("UTF-16", '{"a": 1}'.encode("utf-16"), "malformed"),
    ("not UTF-8", b'{"a": "\xff"}', "malformed"),
    ("a comma too many", b'{"a": 1,}', "malformed"),
    ("not a number", b'{"a": NaN}', "malformed"),
    ("5,000 digits", b'{"data": {"orders_dated": ' + b"9" * 5_000 + b"}}", "invalid"),
    ("100,000 levels", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_large"),
    ("a name twice", b'{"a": 1, "a": 2}', "malformed"),
    ("17 MB", b'{"a": "' + b"x" * 17_000_000 + b'"}', "too_large"),
    ("compressed", gzip.compress(envelope(offers=[])), "malformed"),
    ("no character", envelope(offers="\0"), "malformed"),
    ("half a character", envelope(offers="\ud800"), "malformed"),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    outcome: str
    codes: list[str]


async def outcome_of(house: House, body: bytes) -> Outcome:
    async def handled() -> bool:
        return bool(await house.database.fetchval("SELECT EXISTS (SELECT 1 FROM inbox WHERE body = $1)", body))

    await until(handled)
    parked = await house.database.fetch("SELECT codes FROM parked WHERE body = $1", body)
    outcome = await house.database.fetchval("SELECT outcome FROM inbox WHERE body = $1", body)
    assert len(parked) == (outcome != "created")
    return Outcome(outcome, [code for row in parked for code in row["codes"]])


async def connection_of(house: House) -> object:
    """What is another one after a reconnect."""
    robust = await house.adapter.consumers.broker.connect()
    assert robust.transport is not None
    return robust.transport.connection


async def among_neighbours(house: House, crm: Crm, body: bytes, **properties: bytes) -> Outcome:
    """What becomes of this message, sent between two good ones over one connection that has to last."""
    before = await connection_of(house)
    first = await crm.send(an_accepted_offer(number="FIRST"))
    queue = f"{house.settings.namespace}.offer-accepted"
    await asyncio.to_thread(send, house.settings.broker_url.get_secret_value(), queue, body, properties)
    second = await crm.send(an_accepted_offer(number="SECOND"))
    outcome = await outcome_of(house, body)
    assert [(await crm.answer(ticket))["outcome"] for ticket in (first, second)] == ["created", "created"]
    assert await connection_of(house) is before
    return outcome


def send(url: str, queue: str, body: bytes, properties: dict[str, bytes]) -> None:
    with raw_publisher(url) as publisher:
        publisher.publish(queue, body, **properties)


def expected(code: str) -> Outcome:
    return Outcome("refused", [code]) if code else Outcome("created", [])


@pytest.mark.parametrize(
    ("wrong", "properties", "code"), IN_STRUCTURED_MODE, ids=[case[0] for case in IN_STRUCTURED_MODE]
)
async def test_a_property_that_cannot_be_decoded_matters_only_where_it_says_something(
    house: House, crm: Crm, wrong: str, properties: dict[str, bytes], code: str
) -> None:
    body = json.dumps(crm.envelope(an_accepted_offer(number=wrong))).encode()

    assert await among_neighbours(house, crm, body, **STRUCTURED | properties) == expected(code)


@pytest.mark.parametrize(("wrong", "properties", "code"), IN_BINARY_MODE, ids=[case[0] for case in IN_BINARY_MODE])
async def test_an_attribute_that_cannot_be_decoded_refuses_the_message(
    house: House, crm: Crm, wrong: str, properties: dict[str, bytes], code: str
) -> None:
    body = json.dumps(an_accepted_offer(number=wrong)).encode()
    outcome = await among_neighbours(house, crm, body, **BINARY | properties)

    assert outcome == expected(code)


@pytest.mark.parametrize(("wrong", "body", "code"), BODIES, ids=[case[0] for case in BODIES])
async def test_a_body_that_cannot_be_read_is_refused(
    house: House, crm: Crm, wrong: str, body: bytes, code: str
) -> None:
    outcome = await among_neighbours(house, crm, body, **STRUCTURED)

    assert outcome.outcome == "refused"
    assert code in outcome.codes
