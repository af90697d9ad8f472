"""A pause of the intake, told once when it begins and once when it ends (contract 9)."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog

log = structlog.get_logger()


@dataclass(slots=True)
class Pause:
    """`since` is when it began, in seconds of the monotonic clock; None while there is none."""

    of: str
    why: str
    since: float | None = None

    def begin(self, more: str = "") -> None:
        if self.since is None:
            self.since = time.monotonic()
            log.error("consumption_paused", because=f"{self.of}: {more}" if more else self.of, seconds=0)

    def end(self) -> None:
        if self.since is not None:
            log.info("consumption_resumed", because=self.of, seconds=round(time.monotonic() - self.since, 1))
            self.since = None
