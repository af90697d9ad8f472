"""Messages out of files: JSON Lines as they come, or JSON values one after the other or in a list."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

_CHUNK = 1 << 20
_DECODER = json.JSONDecoder()


@contextmanager
def opened(name: str) -> Iterator[BufferedReader]:
    """A file to read, `-` is standard input."""
    if name == "-":
        yield sys.stdin.buffer  # type: ignore[misc]  # a BufferedReader wherever there is a real standard input
        return
    with Path(name).open("rb") as stream:
        yield stream


def batches(stream: BufferedReader, most: int) -> Iterator[list[bytes]]:
    """The bodies in a stream, at most so many at once, never waiting for more than what is there.

    Something that is not JSON is a body too: whoever reads it says what is wrong.
    """
    rest = b""
    lines: bool | None = None
    while chunk := stream.read1(_CHUNK):
        rest += chunk
        if not lines:
            lines = _is_lines(rest)
            if lines is None:
                continue
            if not lines:
                break
        *complete, rest = rest.split(b"\n")
        yield from _cut([line for line in complete if line.strip()], most)
    rest += b"" if lines else stream.read()
    yield from _cut([rest] if lines and rest.strip() else _values(rest), most)


def _is_lines(text: bytes) -> bool | None:
    """Whether the first line with something in it is a value of its own; None before it is complete."""
    first, end, _ = text.lstrip().partition(b"\n")
    if not end and len(first) < _CHUNK:
        return None
    first = first.strip()
    return not first.startswith(b"[") and (not first.startswith(b"{") or first.endswith(b"}"))


def _cut(bodies: list[bytes], most: int) -> Iterator[list[bytes]]:
    for start in range(0, len(bodies), most):
        yield bodies[start : start + most]


def _values(text: bytes) -> list[bytes]:
    """JSON values one after the other, or the entries of one list, each exactly as it is written."""
    if not text.strip():
        return []
    try:
        return [value.encode() for value in _split(text.decode())]
    except ValueError:
        return [text]


def _split(text: str) -> Iterator[str]:
    at, end = _skip(text, 0, ""), len(text.rstrip())
    if text[at] == "[":
        json.loads(text)
        at, end = _skip(text, at + 1, ""), text.rstrip().rindex("]")
    while at < end:
        _, after = _DECODER.raw_decode(text, at)
        yield text[at:after]
        at = _skip(text, after, ",")


def _skip(text: str, at: int, also: str) -> int:
    while at < len(text) and (text[at].isspace() or text[at] in also):
        at += 1
    return at
