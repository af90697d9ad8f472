"""Messages are read out of files in whatever form of JSON they are written, as they come."""

from __future__ import annotations

import json
from io import BufferedReader, BytesIO, RawIOBase

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapter.cli.bodies import batches

MESSAGES = some.lists(some.dictionaries(some.text(max_size=5), some.text(max_size=20) | some.integers(), min_size=1))


def read(text: bytes, most: int = 3) -> list[bytes]:
    return [body for batch in batches(BufferedReader(BytesIO(text)), most) for body in batch]


class Pipe(RawIOBase):
    """Gives what is written into it piece by piece, as a pipe does."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # all that BufferedReader hands over
        piece = self.pieces.pop(0) if self.pieces else b""
        buffer[: len(piece)] = piece
        return len(piece)


@given(MESSAGES)
def test_json_lines_a_list_and_values_in_a_row_hold_the_same_messages(messages: list[object]) -> None:
    forms = [
        "".join(f"{json.dumps(message)}\n" for message in messages),
        json.dumps(messages),
        json.dumps(messages, indent=2),
        "\n".join(json.dumps(message, indent=2) for message in messages),
    ]

    for form in forms:
        assert [json.loads(body) for body in read(form.encode())] == messages


def test_a_message_stays_exactly_as_it_is_written() -> None:
    assert read(b'[ {"a": 1.10, "a": 2e0} , {"b":"\\u00e9"}\n]') == [b'{"a": 1.10, "a": 2e0}', b'{"b":"\\u00e9"}']


def test_a_line_that_is_not_json_is_a_body_among_others() -> None:
    assert read(b'{"a": 1}\n{"b": \n\n{"c": 3}') == [b'{"a": 1}', b'{"b": ', b'{"c": 3}']


@pytest.mark.parametrize("text", [b'{"a": [\n1, 2\n', b"[1, 2", b"nonsense", b"{\n\xff\n}"])
def test_what_cannot_be_taken_apart_is_one_body(text: bytes) -> None:
    assert read(text) == [text]


@pytest.mark.parametrize("text", [b"", b"\n \n", b"[]", b"[ ]\n"])
def test_nothing_is_no_message(text: bytes) -> None:
    assert read(text) == []


def test_lines_are_handed_on_before_the_stream_ends() -> None:
    pipe = Pipe(b'{"a": 1}\n{"b"', b': 2}\n{"c": 3}\n{"d": 4}\n', b'{"e": 5}')

    found = list(batches(BufferedReader(pipe), 2))  # type: ignore[arg-type]  # typeshed wants a file, any raw stream will do

    assert found == [[b'{"a": 1}'], [b'{"b": 2}', b'{"c": 3}'], [b'{"d": 4}'], [b'{"e": 5}']]
