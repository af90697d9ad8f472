"""Errors that nobody expected, in the log: where, what, and a mark by which one is known again (contract 9)."""

from __future__ import annotations

import traceback
from collections import Counter
from hashlib import blake2b
from pathlib import PurePath

import structlog

log = structlog.get_logger()

TOLD: Counter[str] = Counter()
"""How many this process has told, by where they happened."""


def stack_hash(error: BaseException) -> str:
    """The same for the same error raised at the same place, whatever its message: 12 hexadecimal digits."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{PurePath(frame.filename).name}:{frame.name}" for frame in frames]
    return blake2b(" ".join([type(error).__name__, *places]).encode(), digest_size=6).hexdigest()


def tell_unexpected(where: str, error: BaseException, trace_id: str | None = None, **more: object) -> None:
    """Log `unexpected_error` with its traceback."""
    TOLD[where] += 1
    log.error(
        "unexpected_error",
        where=where,
        error=type(error).__name__,
        stack_hash=stack_hash(error),
        trace_id=trace_id,
        exc_info=error,
        **more,
    )
