"""A service out of reach is told once when it goes and once when it is back, whoever notices (contract 9)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog

from adapter.in_words import in_words

log = structlog.get_logger()


@dataclass(slots=True)
class Outage:
    """Logs `<service>_lost` and `<service>_recovered`, with the `address` and the seconds in between."""

    service: str
    address: str
    more: dict[str, str] = field(default_factory=dict)
    since: float | None = None
    times: int = 0
    """How often it was lost."""
    expected: bool = False
    """The connection is being closed by us: that is no outage."""

    def lost(self, error: BaseException | None) -> None:
        if self.since is None and not self.expected:
            self.since = time.monotonic()
            self.times += 1
            log.error(f"{self.service}_lost", address=self.address, seconds=0, because=in_words(error), **self.more)

    def recovered(self) -> None:
        if self.since is not None:
            seconds = round(time.monotonic() - self.since, 1)
            log.info(f"{self.service}_recovered", address=self.address, seconds=seconds, **self.more)
            self.since = None


@dataclass(frozen=True, slots=True)
class Outages:
    """The services that the adapter needs, by the connections that it has to them."""

    consuming: Outage
    publishing: Outage
    database: Outage

    @classmethod
    def of(cls, broker: str, database: str) -> Outages:
        consuming, publishing = (Outage("broker", broker, {"connection": name}) for name in ("consuming", "publishing"))
        return cls(consuming, publishing, Outage("database", database))
