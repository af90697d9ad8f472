"""Somebody at the command line."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from running import environment

from config.settings import Settings

# Loading the adapter takes longer than most commands: one process loads it, and every command is a fork of that one.
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["adapter.app", "adapter.cli", "adapter.cli.replays", "adapter.cli.simulating"])
_STREAMS = ("given", "out", "err")


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
class Desk:
    settings: Settings

    async def run(self, *words: str, given: bytes = b"", **environ: str) -> Printed:
        """Run `order-adapter` with these words in a process of its own; `given` is its standard input."""
        return await asyncio.to_thread(_run, words, dict(environment(self.settings)) | environ, given)

    async def json(self, *words: str, given: bytes = b"") -> Any:
        """The JSON that a command prints; it has to succeed."""
        printed = await self.run(*words, "--json", given=given)
        assert printed.code == 0, printed.err
        return printed.json


def _run(words: Sequence[str], environ: Mapping[str, str], given: bytes) -> Printed:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for stream in _STREAMS:
            (folder / stream).write_bytes(given if stream == "given" else b"")
        process = _FORKS.Process(target=_command, args=(list(words), dict(environ), folder))
        process.start()
        process.join()
        out, err = ((folder / stream).read_text() for stream in ("out", "err"))
        return Printed(process.exitcode or 0, out, err)


def _command(words: list[str], environ: dict[str, str], folder: Path) -> None:
    from adapter.cli import main

    for descriptor, stream in enumerate(_STREAMS):
        os.dup2(os.open(folder / stream, os.O_RDWR), descriptor)
    os.environ.update(environ)
    sys.stdin = open(0)  # noqa: SIM115 -- it lives as long as the process
    sys.argv = ["order-adapter", *words]
    main()
