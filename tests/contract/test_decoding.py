"""What is read of a body, and what is refused before anything of it is understood."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.reasons import Reason
from adapter.messaging.decoding import Limits, decode, read

LIMITS = Limits()
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]))
LEAVES = st.none() | st.booleans() | st.integers(-(10**39), 10**39) | NAMES
OBJECTS = st.dictionaries(
    NAMES, st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20)
)

MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n",
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": 1}'.encode("utf-16-le"),
    "bytes that are no UTF-8": b'{"a": "\xff"}',
    "surrogates as UTF-8": b'{"a": "\xed\xa0\x80"}',
    "a trailing comma": b'{"a": 1,}',
    "two objects": b"{} {}",
    "half an object": b'{"a": ',
    "a raw line break in text": b'{"a": "b\nc"}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a name twice": b'{"a": 1, "a": 1}',
    "NUL": b'{"a": "\\u0000"}',
    "an escape character": b'{"a": "\\u001b"}',
    "a C1 control character": '{"a": "\x85"}'.encode(),
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone surrogate in a name": b'{"\\udfff": 1}',
    "gzip": gzip.compress(b"{}"),
}


def reasons(body: bytes, limits: Limits = LIMITS) -> list[Reason]:
    found = decode(body, limits)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_body_is_refused_as_malformed(body: bytes) -> None:
    assert [reason.code for reason in reasons(body)] == ["malformed"]


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_told_of_a_malformed_body_can_be_written(body: bytes) -> None:
    told = reasons(body)[0]

    assert (told.message + told.path).encode()


@pytest.mark.parametrize(
    "literal", ["9" * 5_000, "-" + "9" * 5_000, "1E+400", "1e-400", "1e99999999999999999999", "0." + "1" * 100]
)
def test_a_number_with_far_too_many_digits_is_invalid_wherever_it_stands(literal: str) -> None:
    told = reasons(f'{{"extra": {{"deep": [0, {literal}]}}}}'.encode())

    assert [(reason.code, reason.path) for reason in told] == [("invalid", "/extra/deep/1")]


def test_every_fault_is_told_with_its_place() -> None:
    told = reasons(b'{"a/b": [{"~": "\\u0000"}], "c": 1, "c": NaN, "": "\\ud83d"}')

    assert {reason.path for reason in told} == {"/a~1b/0/~0", "/c", "/"}
    assert len(told) == 4


def test_what_can_be_read_beside_a_fault_is_read() -> None:
    tree, told = read(b'{"id": "m-1", "data": {"a": NaN}}', LIMITS)

    assert tree is not None
    assert tree["id"] == "m-1"
    assert [reason.path for reason in told] == ["/data/a"]


def test_line_breaks_tabs_and_emoji_are_text_like_any_other() -> None:
    assert decode('{"a": "b\\n\\tc", "d": "\\ud83d\\ude00", "e": "»°«"}'.encode(), LIMITS) == {
        "a": "b\n\tc",
        "d": "😀",
        "e": "»°«",
    }


@pytest.mark.parametrize("depth", [64, 65])
def test_a_body_may_be_as_deep_as_the_limit_and_no_deeper(depth: int) -> None:
    body = b'{"a":' * (depth - 1) + b"[]" + b"}" * (depth - 1)

    assert isinstance(decode(body, LIMITS), list) == (depth > LIMITS.max_depth)


def test_a_body_of_a_hundred_thousand_levels_is_too_large() -> None:
    assert [reason.code for reason in reasons(b"[" * 100_000)] == ["too_large"]


def test_brackets_in_text_are_not_levels() -> None:
    text = '\\"[{' * 100

    assert decode(f'{{"a": "{text}", "b": ["", ""]}}'.encode(), LIMITS) == {"a": '"[{' * 100, "b": ["", ""]}


def test_a_body_with_more_bytes_than_the_limit_is_too_large_whatever_it_holds() -> None:
    assert [reason.code for reason in reasons(b" " * 17_000_000)] == ["too_large"]
    assert isinstance(decode(b"{}" + b" " * 8, Limits(max_bytes=10)), dict)


@given(OBJECTS, st.booleans())
def test_what_is_written_is_what_is_read(tree: dict[str, Any], ascii_only: bool) -> None:
    body = json.dumps(tree, ensure_ascii=ascii_only).encode()

    assert decode(body, Limits(max_depth=1_000)) == tree


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**17), max_value=10**17))
def test_a_decimal_is_read_exactly(value: Decimal) -> None:
    found = decode(f'{{"a": {value:f}}}'.encode(), LIMITS)

    assert isinstance(found, dict)
    assert (found["a"], f"{found['a']:f}") == (value, f"{value:f}")


@given(st.binary(max_size=200))
def test_any_bytes_give_an_object_or_reasons(body: bytes) -> None:
    found = decode(body, LIMITS)

    assert isinstance(found, dict) or all(isinstance(reason, Reason) for reason in found)


@given(st.data())
def test_a_damaged_message_gives_an_object_or_reasons(data: st.DataObject) -> None:
    body = bytearray(b'{"a": ["b\\u0041", 1.50, {"c": null}], "d": "\xc3\xa9", "e": 1e3}')
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    found = decode(bytes(body), LIMITS)

    assert isinstance(found, dict) or {reason.code for reason in found} <= {"malformed", "invalid", "too_large"}
