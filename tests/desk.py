"""Somebody at the command line."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from typing import Any

from running import environment

from config.settings import Settings


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
        """Run `order-adapter` with these words; `given` is its standard input."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "adapter", *words),
            env=os.environ | environment(self.settings) | environ,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
        out, err = await process.communicate(given)
        return Printed(process.returncode or 0, out.decode(), err.decode())

    async def json(self, *words: str, given: bytes = b"") -> Any:
        """The JSON that a command prints; it has to succeed."""
        printed = await self.run(*words, "--json", given=given)
        assert printed.code == 0, printed.err
        return printed.json
