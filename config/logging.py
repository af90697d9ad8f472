"""Logs: one event a line on standard error, JSON for machines or text for people (contract 9)."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any, BinaryIO, Final, cast

import structlog
from structlog.typing import Processor, WrappedLogger

from config import tracebacks
from config.lines import Lines, as_json, as_text
from config.redaction import Redaction
from config.settings import Settings

EventDict = MutableMapping[str, Any]

_OUR_TALE: Final = ("aiormq.connection", "aio_pika.tools")
"""Loggers of what we tell ourselves: a connection that is lost or blocked, and what ends with it."""
_REPEATED_AFTER: Final = 60.0
_LIBRARIES: Final = ("faststream", "aio_pika", "aiormq", "sqlalchemy", "alembic", "uvicorn", "asyncio")


def set_up_logging(settings: Settings, stream: BinaryIO | None = None) -> None:
    """Send the adapter's events, and warnings of the libraries beneath it, to `stream` (standard error).

    A logger is made with `structlog.get_logger()`; its first event fixes how it logs.
    """
    out = stream or sys.stderr.buffer
    structlog.configure(
        processors=_processors(settings, _colours(out) if _for_people(settings, out) else None),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.BytesLoggerFactory(cast("BinaryIO", Lines(out))),
        cache_logger_on_first_use=True,
    )
    _take_over_libraries()


def _for_people(settings: Settings, out: BinaryIO) -> bool:
    return settings.log_format == "text" or (settings.log_format == "auto" and out.isatty())


def _colours(out: BinaryIO) -> bool:
    return out.isatty() and not os.environ.get("NO_COLOR")


def _processors(settings: Settings, colours: bool | None) -> list[Processor]:
    """`colours` is None where the lines are not for people."""
    redaction = Redaction(settings.secrets)
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.ExceptionRenderer(tracebacks.of),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Ordered(settings.instance),
        as_json(redaction) if colours is None else as_text(redaction, colours=colours),
    ]


class _Ordered:
    """Puts what every line has first."""

    def __init__(self, instance: str) -> None:
        self._instance = instance

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        always = {"timestamp": event.pop("timestamp"), "level": event.pop("level"), "event": event.pop("event")}
        event.pop("instance", None)
        return {**always, "instance": self._instance, **event}


class _Bridge(logging.Handler):
    """Turns a record of a library into an event of ours; its name is always the same, its text is `message`."""

    def __init__(self) -> None:
        super().__init__()
        self._log = structlog.get_logger()
        self._told_at: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """A library says the same again with every attempt: once a minute is enough."""
        said = record.name, record.msg
        is_new = record.created - self._told_at.get(said, float("-inf")) >= _REPEATED_AFTER
        if is_new:
            self._told_at = {each: at for each, at in self._told_at.items() if record.created - at < _REPEATED_AFTER}
            self._told_at[said] = record.created
        return is_new

    def emit(self, record: logging.LogRecord) -> None:
        try:
            told = {"logger": record.name, "message": record.getMessage()}
            level = min(record.levelno // 10 * 10, logging.CRITICAL)
            self._log.log(level, "library_message", exc_info=record.exc_info, **told)
        except Exception:  # a record that cannot be formatted is the library's fault, and must not become ours
            self.handleError(record)


def _take_over_libraries() -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if not isinstance(handler, _Bridge)]
    root.addHandler(_Bridge())
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    for name in _of_libraries():
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate, logger.disabled = True, False
        logger.setLevel(logging.CRITICAL if name in _OUR_TALE else logging.WARNING)


def _of_libraries() -> list[str]:
    """Their loggers, also those that they have made beneath."""
    made = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _LIBRARIES]
    return [*_LIBRARIES, *_OUR_TALE, *made]
