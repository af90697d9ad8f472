"""What the log and /health/ready say of a service that is out of reach."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import asyncpg
import pytest
from aiormq.exceptions import AMQPConnectionError, ConnectionClosed
from asyncpg.exceptions import AdminShutdownError, CannotConnectNowError
from sqlalchemy.exc import InterfaceError

from adapter.in_words import _BY_NAME, _BY_STATE, in_words

GUIDE = Path(__file__).parents[2] / "docs/operating/failures.md"


def caused_by(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "the connection was closed"),
        (asyncio.CancelledError(), "the connection was given up (CancelledError)"),
        (TimeoutError(), "no answer in time (TimeoutError)"),
        (ConnectionRefusedError(111, "Connection refused"), "it refuses connections (ConnectionRefusedError)"),
        (socket.gaierror(-2, "unknown"), "its name cannot be looked up (gaierror)"),
        (OSError(113, "No route to host"), "No route to host (OSError)"),
        (asyncpg.InterfaceError("connection is closed"), "the connection was cut (InterfaceError)"),
        (AdminShutdownError("terminating"), "its administrator ended the connection (AdminShutdownError)"),
        (
            InterfaceError("SELECT 'a secret'", {}, caused_by(Exception(), CannotConnectNowError("no"))),
            "it is starting or stopping (InterfaceError)",
        ),
        (
            caused_by(AMQPConnectionError(), ConnectionResetError(104, "reset")),
            "the connection was cut (AMQPConnectionError)",
        ),
        (
            caused_by(ConnectionClosed(320, "CONNECTION_FORCED - by 'somebody'"), asyncio.CancelledError()),
            "it said CONNECTION_FORCED (ConnectionClosed)",
        ),
        (ValueError("a secret"), "ValueError"),
    ],
)
def test_an_outage_is_told_in_words_that_quote_nothing(error: BaseException | None, words: str) -> None:
    assert in_words(error) == words


def test_the_guide_says_where_to_look_for_each_of_them() -> None:
    explained = GUIDE.read_text(encoding="utf-8").partition("## In words")[2].partition("\n## ")[0]

    assert [words for words in {*_BY_NAME.values(), *_BY_STATE.values()} if f"`{words}`" not in explained] == []
