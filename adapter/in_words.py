"""Why a service is out of reach, for people: in words that quote nothing (decision 0032), and the error's own name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BY_NAME: Final = {
    "CancelledError": "the connection was given up",  # a dead peer ends calls so, although nobody cancelled them
    "TimeoutError": "no answer in time",
    "ConnectionRefusedError": "it refuses connections",
    "gaierror": "its name cannot be looked up",
    "SSLError": "no agreement on TLS",
    "InterfaceError": "the connection was cut",
    "ConnectionDoesNotExistError": "the connection was cut",
    "ConnectionError": "the connection was cut",
    "AMQPConnectionError": "the connection was cut",
}
"""By the name of an error's class or of one that it descends from, the nearest first."""

_BY_STATE: Final = {
    "08": "the connection was cut",
    "25006": "it can only be read",
    "28": "it refuses this user",
    "3D000": "there is no database of that name",
    "42501": "this user lacks a right",
    "531": "its disk is full",
    "532": "it is out of memory",
    "533": "it has too many connections",
    "57P01": "its administrator ended the connection",
    "57P02": "it crashed",
    "57P03": "it is starting or stopping",
}
"""By the beginning of what PostgreSQL calls SQLSTATE."""

_REPLY: Final = re.compile(r"\b[A-Z]+_[A-Z_]+\b")
"""What RabbitMQ begins its reasons with, as CONNECTION_FORCED."""


def in_words(error: BaseException | None) -> str:
    """As `it refuses connections (ConnectionRefusedError)`; the name alone where nothing is known of it."""
    if error is None:
        return "the connection was closed"
    chain = [*_beneath(error)]
    told = next((words for say in (_said, _kind) for each in chain if (words := say(each))), None)
    name = type(error).__name__
    return f"{told} ({name})" if told else name


def _beneath(error: BaseException) -> Iterator[BaseException]:
    """What caused an error, the first cause first, then the error itself."""
    chain, next_one = [error], error.__cause__ or getattr(error, "orig", None)
    while isinstance(next_one, BaseException) and next_one not in chain:
        chain.append(next_one)
        next_one = next_one.__cause__ or getattr(next_one, "orig", None)
    return reversed(chain)


def _said(error: BaseException) -> str | None:
    """What the service itself gave as its reason."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return next((words for begins, words in _BY_STATE.items() if state.startswith(begins)), None)
    reply = _REPLY.search(str(error)) if "AMQPError" in _names(error) else None
    return f"it said {reply[0]}" if reply else None


def _kind(error: BaseException) -> str | None:
    words = next((_BY_NAME[name] for name in _names(error) if name in _BY_NAME), None)
    return words or (error.strerror if isinstance(error, OSError) else None)


def _names(error: BaseException) -> list[str]:
    return [each.__name__ for each in type(error).__mro__]
