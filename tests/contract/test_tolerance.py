"""Decoding AMQP properties: as the library does what can be decoded, without an exception what cannot."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator
from typing import Any

import pamqp.frame
import pytest
from aio_pika import IncomingMessage
from aiormq.abc import DeliveredMessage
from hypothesis import given
from hypothesis import strategies as st
from pamqp import commands, decode, encode
from pamqp.frame import FrameTypes
from pamqp.header import ContentHeader

from adapter.messaging import tolerance
from adapter.messaging.decoding import Limits
from adapter.messaging.headers import excess
from adapter.messaging.tolerance import DEEPEST, REPLACEMENT, UNREADABLE_TIME, DecoderChanged

texts = st.text(max_size=20)
instants = st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2100, 1, 1)).map(  # noqa: DTZ001 -- made aware
    lambda moment: moment.replace(microsecond=0, tzinfo=datetime.UTC)
)
scalars = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), texts, st.binary(max_size=20).map(bytearray), instants, st.none()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=12
)


@pytest.fixture(autouse=True)
def installed() -> None:
    tolerance.install()


@given(st.dictionaries(texts, values, max_size=5))
def test_a_sound_table_is_read_as_the_library_reads_it(headers: dict[str, Any]) -> None:
    written = encode.field_table(headers)

    assert tolerance.table(written) == decode.field_table(written)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_table_of_any_bytes_is_read_as_far_as_it_goes(rest: bytes, length: int) -> None:
    consumed, read = tolerance.table(struct.pack(">I", length) + rest)

    assert consumed == 4 + length
    assert isinstance(read, dict)


@given(st.binary(min_size=14, max_size=200))
def test_a_header_frame_of_any_bytes_makes_a_message(payload: bytes) -> None:
    header = ContentHeader()
    header.unmarshal(payload)
    message = IncomingMessage(DeliveredMessage(commands.Basic.Deliver(), header, b"", None))  # type: ignore[arg-type]

    assert header.body_size == int.from_bytes(payload[4:12], "big")
    assert isinstance(message.headers, dict)


@given(st.binary(max_size=255))
def test_short_text_of_any_bytes_is_text_of_that_length(text: bytes) -> None:
    assert tolerance.short_text(bytes([len(text)]) + text + b"more") == (1 + len(text), text.decode(errors="replace"))


def test_an_instant_that_a_calendar_holds_is_kept_and_another_is_told_from_it() -> None:
    noon = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

    assert tolerance.instant(struct.pack(">Q", int(noon.timestamp()))) == (8, noon)
    assert tolerance.instant(struct.pack(">Q", int(noon.timestamp()) * 1000)) == (8, noon)
    assert tolerance.instant(b"\xff" * 8) == (8, UNREADABLE_TIME)


@pytest.mark.parametrize("kind", [b"F", b"A"])
def test_nesting_is_read_as_deep_as_any_setting_allows_and_one_more(kind: bytes) -> None:
    value = struct.pack(">I", 0)
    for _ in range(1_500):
        inner = (b"\x01n" if kind == b"F" else b"") + kind + value
        value = struct.pack(">I", len(inner)) + inner
    member = b"\x01h" + kind + value
    _, read = tolerance.table(struct.pack(">I", len(member)) + member)

    assert depth(read) == DEEPEST
    assert excess(read, Limits(max_depth=DEEPEST - 1)) is not None


def depth(value: Any) -> int:
    levels = 0
    while value != REPLACEMENT:
        levels, value = levels + 1, next(iter(value.values())) if isinstance(value, dict) else value[0]
    return levels


def _otherwise(data_in: bytes) -> tuple[int, int, FrameTypes]:
    return len(data_in), 0, ContentHeader()


@pytest.fixture
def another_version() -> Iterator[None]:
    """A library whose frames are decoded in a way of its own."""
    kept = pamqp.frame.unmarshal
    pamqp.frame.unmarshal = _otherwise
    yield
    pamqp.frame.unmarshal = kept


@pytest.mark.usefixtures("another_version")
def test_a_library_that_decodes_in_another_way_stops_the_start_with_the_cure() -> None:
    with pytest.raises(DecoderChanged, match=r"requirements\.txt"):
        tolerance.install()


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({f"h{number}": 1 for number in range(65)}, "65 headers, at most 64"),
        ({"h": "x" * 65_536}, "65537 bytes of headers, at most 65536"),
        ({"h": [{"n": "x" * 30_000}, "y" * 40_000]}, "bytes of headers"),
    ],
)
def test_headers_are_capped_in_number_and_size(headers: dict[str, Any], told: str) -> None:
    reason = excess(headers, Limits())

    assert reason is not None
    assert (reason.code, told in reason.message) == ("too_large", True)


def test_headers_at_the_limit_are_taken_and_those_of_the_broker_do_not_count() -> None:
    at_most = {f"{number:04}": "x" * 1016 for number in range(64)}

    assert excess(at_most | {"x-death": [{"queue": "q" * 1000}], "x-delivery-count": 1}, Limits()) is None
