"""Tracebacks for the log: where an error was raised and of what kind it is, not what it says.

What an error says often quotes what it stumbled over, a payload or a person's address, and the log holds neither
(contract 9). The message itself is in the parking lot, whole.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from structlog.typing import ExcInfo


def of(exc_info: ExcInfo) -> str:
    """The traceback of an error, after those of the errors that led to it."""
    return "\n\n".join(reversed([_one(each) for each in _chain(exc_info[1])]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> str:
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{places}{_kind(error)}"


def _kind(error: BaseException) -> str:
    """The error's class, with what the operating system or the database has as its code."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, OSError):
        return f"{name}: {error.strerror or error.errno}"
    state = getattr(error, "sqlstate", None)
    return f"{name} (SQLSTATE {state})" if isinstance(state, str) else name
