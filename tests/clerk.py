"""Somebody at the command line whose commands run in this process: quick, and enough where no signal is involved."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from typer.testing import CliRunner

from adapter.cli import app


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Clerk:
    """Runs `order-adapter` with these environment variables."""

    environ: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str, given: bytes | None = None, **environ: str) -> Printed:
        """Run a command; `given` is its standard input, `environ` what else is set."""
        with _logging_as_it_was():
            result = CliRunner().invoke(app, words, input=given, env={**self.environ, **environ})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Printed(result.exit_code, result.stdout, result.stderr)

    def json(self, *words: str) -> Any:
        """The JSON that a command prints; it has to succeed."""
        printed = self.run(*words, "--json")
        assert printed.code == 0, printed.err
        return printed.json


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    """Commands say where logs go, for the whole process; the next test wants it as it was."""
    handlers, level, configured = logging.root.handlers[:], logging.root.level, structlog.get_config()
    try:
        yield
    finally:
        logging.captureWarnings(False)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        structlog.configure(**configured)
