"""Reading AMQP properties that cannot be read: what is undecodable becomes replacement text, never an exception.

The library beneath raises inside its connection's reader. One message with such a property would take the connection
down again and again, and in the end everything that is prefetched with it. So its decoders of short text, instants and
tables give way to these; the format of a frame's own fields stays the library's.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import pamqp.frame
from pamqp import decode
from pamqp.commands import Basic
from pamqp.header import ContentHeader

REPLACEMENT: Final = "\ufffd"
"""Stands in text for bytes that are not UTF-8, and for a header that is nested too deep to be read."""

UNREADABLE_TIME: Final = datetime.datetime.max.replace(tzinfo=datetime.UTC)
"""Stands for an instant beyond what a calendar holds."""

DEEPEST: Final = 201
"""Levels of nested header tables and lists that are read: one more than the setting MAX_DEPTH can allow."""

_DELIVERY_MODES: Final = (None, 1, 2)
_Read = tuple[Any, int]
"""A value, and where it ends."""

_BROKEN: Final = (struct.error, ValueError, KeyError, IndexError, ArithmeticError, OSError)
_LENGTH: Final = struct.Struct(">I")
_LONGEST_FIXED: Final = 8
_library_timestamp: Final = decode.timestamp
_library_header: Final = ContentHeader.unmarshal


class DecoderChanged(Exception):
    """The library beneath does not decode as it did when this was written: a bad message could stop everything."""

    def __init__(self, expected: object, found: object) -> None:
        self.what = "the AMQP decoder of pamqp"
        self.expected, self.found = str(expected), str(found)
        self.cure = "Install the versions that requirements.txt names."
        super().__init__(f"{self.what}: expected {self.expected}, found {self.found}. {self.cure}")


def install() -> None:
    """Make decoding tolerant in this process, and try it out; calling it again does no harm.

    Raises:
        DecoderChanged: another version of the library is installed, on which this does not work.
    """
    decode.METHODS |= {"shortstr": short_text, "timestamp": instant, "table": table}
    setattr(ContentHeader, "unmarshal", _unmarshal)  # noqa: B010 -- the library offers no other way in
    _try_out()


def short_text(data: bytes) -> tuple[int, str]:
    """Short text; its bytes that are not UTF-8 are replaced. Gives how many bytes it takes, and the text."""
    if not data:
        raise ValueError("a short text without a length")
    end = 1 + data[0]
    return end, data[1:end].decode("utf-8", "replace")


def instant(data: bytes) -> tuple[int, datetime.datetime]:
    """An instant, UNREADABLE_TIME where no calendar holds it."""
    try:
        return _library_timestamp(data)
    except (ValueError, OverflowError, OSError):
        return 8, UNREADABLE_TIME


def table(data: bytes) -> tuple[int, dict[str, Any]]:
    """A header table; what cannot be read in it is replaced, and what follows that is left out."""
    end = 4 + _LENGTH.unpack_from(data)[0]
    return end, _members(data, 4, min(end, len(data)), 1)


def _members(data: bytes, start: int, end: int, depth: int) -> dict[str, Any]:
    members: dict[str, Any] = {}
    while start < end:
        key_end = start + 1 + data[start]
        key = data[start + 1 : min(key_end, end)].decode("utf-8", "replace")
        try:
            members[key], start = _value(data, key_end, end, depth)
        except _BROKEN:
            members[key] = REPLACEMENT
            break
    return members


def _entries(data: bytes, start: int, end: int, depth: int) -> list[Any]:
    entries: list[Any] = []
    while start < end:
        try:
            value, start = _value(data, start, end, depth)
        except _BROKEN:
            entries.append(REPLACEMENT)
            break
        entries.append(value)
    return entries


_NESTED: Final[Mapping[bytes, Callable[[bytes, int, int, int], Any]]] = {b"F": _members, b"A": _entries}


def _value(data: bytes, start: int, end: int, depth: int) -> _Read:
    kind, start = data[start : start + 1], start + 1
    if kind in _NESTED:
        start, value_end = start + 4, start + 4 + _LENGTH.unpack_from(data, start)[0]
        if depth == DEEPEST:
            return REPLACEMENT, value_end
        return _NESTED[kind](data, start, min(value_end, end), depth + 1), value_end
    if kind == b"T":
        return instant(data[start : start + 8])[1], start + 8
    longest = 4 + _LENGTH.unpack_from(data, start)[0] if kind in (b"S", b"x") else _LONGEST_FIXED
    consumed, value = decode.TABLE_MAPPING[kind](data[start : min(start + longest, end)])
    return value, start + consumed


def _unmarshal(header: ContentHeader, data: bytes) -> None:
    """Read the header of a message; where even this fails, its properties are those of an unreadable message."""
    try:
        _library_header(header, data)
    except Exception:
        header.class_id, header.weight, header.body_size = struct.unpack(">HHQ", data[:12])
        header.properties = Basic.Properties(content_type=REPLACEMENT)
    _mend(header.properties)


def _mend(properties: Basic.Properties) -> None:
    """Take out what the client would stumble over although it could be decoded."""
    if properties.delivery_mode not in _DELIVERY_MODES:
        properties.delivery_mode = None
    if properties.expiration is not None:
        expiration, properties.expiration = properties.expiration, None
        with suppress(ValueError):
            float(expiration)
            properties.expiration = expiration


_HEADERS: Final = b"".join(
    (
        b"\x02k\xffT" + b"\xff" * 8,
        b"\x01aA" + _LENGTH.pack(9) + b"S" + _LENGTH.pack(2) + b"ok?!",
        b"\x01tt\x01",
    )
)
_PROBED: Final = b"".join(
    (
        struct.pack(">HHQ", 60, 0, 7),
        struct.pack(">H", 1 << 13 | 1 << 12 | 1 << 8 | 1 << 7 | 1 << 6),
        _LENGTH.pack(len(_HEADERS)) + _HEADERS,
        b"\x09",  # delivery mode
        b"\x02x\xff",  # expiration
        b"\x02m\xff",  # message id
        b"\xff" * 8,  # timestamp
    )
)
_EXPECTED: Final = (
    7,
    {"k\ufffd": UNREADABLE_TIME, "a": ["ok", REPLACEMENT], "t": True},
    (None, None, "m\ufffd", UNREADABLE_TIME),
)


def _try_out() -> None:
    """Decode a message in which everything is wrong."""
    frame = struct.pack(">BHI", 2, 1, len(_PROBED)) + _PROBED + b"\xce"
    try:
        header: Any = pamqp.frame.unmarshal(frame)[2]
        given = header.properties
        found: object = (
            header.body_size,
            given.headers,
            (given.delivery_mode, given.expiration, given.message_id, given.timestamp),
        )
    except Exception as error:
        found = repr(error)
    if found != _EXPECTED:
        raise DecoderChanged(_EXPECTED, found)
