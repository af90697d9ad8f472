"""Who sent what: CloudEvents in both modes, and what of a broken one can still be told."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from adapter.messaging.decoding import Limits
from adapter.messaging.envelope import Incoming, RawMessage, Unreadable, cloud_event, read_envelope

TYPE = "offer.accepted.v1"
STRUCTURED = "application/cloudevents+json"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOON = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)


def body(**attributes: Any) -> bytes:
    event = {"specversion": "1.0", "id": "m-1", "source": "crm", "type": TYPE, "data": {"a": 1}} | attributes
    return json.dumps({name: value for name, value in event.items() if value is not ...}).encode()


def taken(raw: RawMessage) -> Incoming:
    found = read_envelope(raw, TYPE, Limits())
    assert isinstance(found, Incoming), found
    return found


def refused(raw: RawMessage) -> Unreadable:
    found = read_envelope(raw, TYPE, Limits())
    assert isinstance(found, Unreadable), found
    return found


def codes(raw: RawMessage) -> list[str]:
    return [reason.code for reason in refused(raw).reasons]


@pytest.mark.parametrize("content_type", [STRUCTURED, f"{STRUCTURED}; charset=UTF-8", "application/json", None])
def test_an_event_in_structured_mode_is_read(content_type: str | None) -> None:
    found = taken(RawMessage(body=body(subject=" OF-7 ", time="2026-03-02T13:00:00+01:00"), content_type=content_type))

    assert found == Incoming(id="m-1", source="crm", type=TYPE, data={"a": 1}, time=NOON, subject="OF-7")


@pytest.mark.parametrize("prefix", ["cloudEvents:", "cloudEvents_"])
def test_an_event_in_binary_mode_has_its_attributes_in_headers(prefix: str) -> None:
    headers = {f"{prefix}id": "m-1", f"{prefix}source": b"crm", f"{prefix}type": TYPE, f"{prefix}specversion": "1.0"}
    found = taken(RawMessage(body=b'{"a": 1}', content_type="application/json", headers=headers, message_id="other"))

    assert found == Incoming(id="m-1", source="crm", type=TYPE, data={"a": 1}, structured=False)


def test_amqp_properties_stand_in_for_missing_headers() -> None:
    raw = RawMessage(body=b'{"a": 1}', message_id="m-1", app_id="crm", timestamp=NOON)

    assert taken(raw) == Incoming(id="m-1", source="crm", type=TYPE, data={"a": 1}, time=NOON, structured=False)


def test_a_missing_type_is_that_of_the_queue() -> None:
    assert taken(RawMessage(body=body(type=...))).type == TYPE


def test_another_type_is_refused_by_name() -> None:
    found = refused(RawMessage(body=body(type="offer.accepted.v2")))

    assert [reason.code for reason in found.reasons] == ["unknown_type"]
    assert "offer.accepted.v2" in found.reasons[0].message
    assert (found.id, found.source, found.type) == ("m-1", "crm", "offer.accepted.v2")


def test_missing_id_and_source_are_told_together() -> None:
    found = refused(RawMessage(body=body(id=..., source="")))

    assert [reason.code for reason in found.reasons] == ["invalid"]
    assert "no id and source" in found.reasons[0].message


@pytest.mark.parametrize(
    "attributes",
    [
        {"id": 7},
        {"id": "x" * 256},
        {"id": "a\nb"},
        {"source": "a\tb"},
        {"specversion": "0.3"},
        {"specversion": ...},
        {"time": "2026-03-02"},
        {"time": "2026-03-02T12:00:00"},
        {"time": "9999-12-31T23:59:59-01:00"},
        {"time": 1772452800},
        {"data": [1]},
        {"data": None},
        {"data": ..., "data_base64": "e30="},
        {"datacontenttype": "text/xml"},
    ],
    ids=repr,
)
def test_a_faulty_attribute_is_refused(attributes: dict[str, Any]) -> None:
    raw = RawMessage(body=body(**attributes), content_type=STRUCTURED)

    assert codes(raw) == ["invalid"]


def test_attributes_that_are_not_ours_are_left_alone() -> None:
    raw = RawMessage(body=body(dataschema="urn:x", comexampleothervalue=5, datacontenttype="application/json"))

    assert taken(raw).data == {"a": 1}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/cloudevents-batch+json"])
def test_another_content_type_is_malformed(content_type: str) -> None:
    assert codes(RawMessage(body=body(), content_type=content_type)) == ["malformed"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_compressed_body_is_malformed(encoding: str) -> None:
    assert codes(RawMessage(body=body(), content_encoding=encoding)) == ["malformed"]


@pytest.mark.parametrize("encoding", [None, "", "identity", "UTF-8"])
def test_an_encoding_that_changes_nothing_is_taken(encoding: str | None) -> None:
    assert taken(RawMessage(body=body(), content_encoding=encoding)).id == "m-1"


def test_faults_within_the_data_have_paths_into_the_data() -> None:
    raw = RawMessage(body=b'{"specversion": "1.0", "id": "m-1", "source": "crm", "data": {"a": NaN, "b": {"c": NaN}}}')

    assert [reason.path for reason in refused(raw).reasons] == ["/a", "/b/c"]


def test_a_fault_of_the_envelope_itself_names_the_attribute() -> None:
    found = refused(RawMessage(body=b'{"specversion": "1.0", "id": "a", "id": "a", "source": "crm", "data": {}}'))

    assert [(reason.code, reason.path) for reason in found.reasons] == [("malformed", "")]
    assert "id" in found.reasons[0].message


def test_a_body_that_cannot_be_read_is_known_by_its_amqp_properties() -> None:
    found = refused(RawMessage(body=b"{", message_id="m-1", app_id="crm", headers={"traceparent": TRACE}))

    assert (found.id, found.source, found.traceparent) == ("m-1", "crm", TRACE)


@pytest.mark.parametrize("place", ["attribute", "header"])
def test_the_trace_context_is_taken_from_attribute_or_header(place: str) -> None:
    context = {"traceparent": TRACE, "tracestate": "vendor=1"}
    raw = RawMessage(body=body(**context)) if place == "attribute" else RawMessage(body=body(), headers=context)

    assert (taken(raw).traceparent, taken(raw).tracestate) == (TRACE, "vendor=1")


def test_a_trace_context_that_cannot_be_read_is_left_behind() -> None:
    found = taken(RawMessage(body=body(traceparent="garbage", tracestate="vendor=1")))

    assert (found.traceparent, found.tracestate) == (None, None)


def test_what_goes_out_is_read_by_the_same_rules() -> None:
    data = {"total": "1.50", "extra": {"score": Decimal("0.10"), "big": Decimal(10**30)}}
    sent = cloud_event(
        "m-1", "/customer-orders/ACME", TYPE, NOON, "2026-00001", data, sequence="0000000001", tracestate=None
    )
    found = taken(RawMessage(body=sent, content_type=STRUCTURED))

    assert found == Incoming(
        id="m-1", source="/customer-orders/ACME", type=TYPE, data=data, time=NOON, subject="2026-00001"
    )
    assert b'"score":0.10' in sent
    assert "tracestate" not in json.loads(sent)
