"""A publisher that writes its frames by hand: what no client library would send, a broker passes on."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pamqp import commands, frame
from pamqp.base import Frame

_BASIC = 60
_BITS = {
    "content_type": 15,
    "content_encoding": 14,
    "headers": 13,
    "delivery_mode": 12,
    "priority": 11,
    "correlation_id": 10,
    "reply_to": 9,
    "expiration": 8,
    "message_id": 7,
    "timestamp": 6,
    "type": 5,
    "user_id": 4,
    "app_id": 3,
}
"""Properties in the order in which they follow each other, and the bit that says that one is there."""


def short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def long(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def header(name: bytes, kind: bytes, value: bytes) -> bytes:
    return short(name) + kind + value


def table(*members: bytes) -> bytes:
    return long(b"".join(members))


def nested(kind: bytes, levels: int) -> bytes:
    """The value of a header: tables (F) or lists (A) in each other."""
    value = long(b"")
    for _ in range(levels):
        value = long((short(b"n") if kind == b"F" else b"") + kind + value)
    return value


@dataclass(slots=True)
class RawPublisher:
    """One connection; every message is confirmed before `publish` returns."""

    wire: socket.socket
    _received: bytes = b""

    def publish(self, queue: str, body: bytes, **properties: bytes) -> None:
        """Straight to a queue; each property is the bytes that stand for it in the frame."""
        flags = sum(1 << _BITS[name] for name in properties)
        ordered = b"".join(properties[name] for name in _BITS if name in properties)
        self.send(commands.Basic.Publish(routing_key=queue, mandatory=True))
        self._write(2, struct.pack(">HHQH", _BASIC, 0, len(body), flags) + ordered)
        for start in range(0, len(body), 100_000):
            self._write(3, body[start : start + 100_000])
        self.expect(commands.Basic.Ack)

    def send(self, method: Frame, channel: int = 1) -> None:
        self.wire.sendall(frame.marshal(method, channel))

    def _write(self, kind: int, payload: bytes) -> None:
        self.wire.sendall(struct.pack(">BHI", kind, 1, len(payload)) + payload + b"\xce")

    def expect(self, kind: type[Frame]) -> None:
        answer = self._frame()
        assert isinstance(answer, kind), repr(answer)

    def _frame(self) -> object:
        while len(self._received) < 7 or len(self._received) < 8 + struct.unpack_from(">I", self._received, 3)[0]:
            more = self.wire.recv(1 << 16)
            assert more, "the broker hung up"
            self._received += more
        consumed, _, got = frame.unmarshal(self._received)
        self._received = self._received[consumed:]
        return got


@contextmanager
def raw_publisher(url: str) -> Iterator[RawPublisher]:
    parts = urlsplit(url)
    user, password = unquote(parts.username or "guest"), unquote(parts.password or "guest")
    with socket.create_connection((parts.hostname or "", parts.port or 5672), timeout=20) as wire:
        publisher = RawPublisher(wire)
        wire.sendall(b"AMQP\x00\x00\x09\x01")
        publisher.expect(commands.Connection.Start)
        publisher.send(commands.Connection.StartOk({}, "PLAIN", f"\0{user}\0{password}", "en_US"), 0)
        publisher.expect(commands.Connection.Tune)
        publisher.send(commands.Connection.TuneOk(1, 131_072, 0), 0)
        publisher.send(commands.Connection.Open(unquote(parts.path[1:]) or "/"), 0)
        publisher.expect(commands.Connection.OpenOk)
        publisher.send(commands.Channel.Open())
        publisher.expect(commands.Channel.OpenOk)
        publisher.send(commands.Confirm.Select())
        publisher.expect(commands.Confirm.SelectOk)
        yield publisher
