"""Does an AMQP broker answer here, and does it let us in? Asked with the first frames of AMQP 0-9-1 alone."""

from __future__ import annotations

import socket
from urllib.parse import unquote, urlsplit

from pamqp import commands, exceptions, frame
from pamqp.base import Frame

_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"


def answers(url: str, seconds: float = 2) -> bool:
    """True when the broker of this `amqp://` URL answers within `seconds` and accepts its user and password."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or "guest"), unquote(parts.password or "guest")
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5672), seconds) as connection:
            return _accepted(connection, f"\0{user}\0{password}")
    except (OSError, exceptions.PAMQPException):
        return False


def _accepted(connection: socket.socket, response: str) -> bool:
    connection.sendall(_PROTOCOL_HEADER)
    if not isinstance(_received(connection), commands.Connection.Start):
        return False
    start_ok = commands.Connection.StartOk(
        client_properties={"capabilities": {"authentication_failure_close": True}},  # a refusal comes at once
        mechanism="PLAIN",
        response=response,
        locale="en_US",
    )
    connection.sendall(frame.marshal(start_ok, 0))
    return isinstance(_received(connection), commands.Connection.Tune)


def _received(connection: socket.socket) -> Frame | None:
    head = _exactly(connection, 7)
    body = _exactly(connection, int.from_bytes(head[3:7], "big") + 1)
    value = frame.unmarshal(head + body)[2]
    return value if isinstance(value, Frame) else None


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ConnectionResetError("the broker closed the connection")
        data += piece
    return data
