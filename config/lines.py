"""How a log event becomes a line, and how a line leaves the process whole."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, BinaryIO, Final

import orjson
import structlog
from structlog.typing import Processor, WrappedLogger

from config.redaction import Redaction

_TRACEBACKS: Final = frozenset({"exception", "stack"})


class Lines:
    """Writes each line with one call past every buffer, so that lines of several processes do not mix.

    A reader that went away, or a full disk, must not stop the work: then lines are lost.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out: Any = getattr(out, "raw", out)

    def write(self, line: bytes) -> int:
        rest = memoryview(line)
        with suppress(OSError, ValueError):
            while rest:
                rest = rest[self._out.write(rest) or 0 :]
        return len(line)

    def flush(self) -> None:
        """Nothing is held back."""


def as_json(redaction: Redaction) -> Processor:
    """A renderer for machines. Nearly every line is free of secrets: it is rendered first, and looked at once."""

    def line(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> bytes:
        try:
            rendered = orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)
        except TypeError:  # an integer beyond 64 bits, or half a character: rare, and no reason to lose the line
            text = json.dumps(redaction(event), default=str, skipkeys=True, ensure_ascii=False)
            return text.encode("utf-8", "replace")
        if redaction.is_needless(rendered):
            return rendered
        return orjson.dumps(redaction(event), option=orjson.OPT_NON_STR_KEYS)

    return line


def as_text(redaction: Redaction, *, colours: bool) -> Processor:
    """A renderer for people; what arrives from outside cannot break a line or move the cursor."""
    render = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)

    def line(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> bytes:
        redacted = redaction(event).items()
        safe = {key: value if key in _TRACEBACKS else _printable(value) for key, value in redacted}
        return render(logger, method, safe).encode("utf-8", "backslashreplace")

    return line


def _printable(value: object) -> object:
    return repr(value) if isinstance(value, str) and not value.isprintable() else value
