"""What the operations endpoint reads of the running adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from adapter.domain.business import Business
from adapter.intake.backpressure import Backpressure
from adapter.intake.gathering import Gathering
from adapter.intake.replaying import Replaying
from adapter.intake.returning import Returning
from adapter.intake.stopwatch import Stopwatch
from adapter.intake.telling import Telling
from adapter.messaging.consuming import Consumers, Delivery
from adapter.messaging.publishing import Publisher
from adapter.messaging.topology import Topology
from adapter.outage import Outages
from adapter.persistence.database import Database
from adapter.relay.relay import Relay
from config.settings import Settings

if TYPE_CHECKING:
    from adapter.operations.tracing import Tracing


class Watched(Protocol):
    """The running adapter; `ready` says that it has started and is not stopping."""

    @property
    def settings(self) -> Settings: ...
    @property
    def business(self) -> Business: ...
    @property
    def database(self) -> Database: ...
    @property
    def topology(self) -> Topology: ...
    @property
    def consumers(self) -> Consumers: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def relay(self) -> Relay: ...
    @property
    def gathering(self) -> Gathering[Delivery]: ...
    @property
    def telling(self) -> Telling: ...
    @property
    def backpressure(self) -> Backpressure: ...
    @property
    def replaying(self) -> Replaying: ...
    @property
    def returning(self) -> Returning: ...
    @property
    def outages(self) -> Outages: ...
    @property
    def handling(self) -> Stopwatch:
        """Of batches, from their beginning to their durable outcome."""

    @property
    def publishing(self) -> Stopwatch:
        """Of events, until the broker has confirmed each."""

    @property
    def tracing(self) -> Tracing | None: ...
    @property
    def started_at(self) -> float: ...
    @property
    def ready(self) -> bool: ...
    @property
    def why_not_ready(self) -> str: ...

    async def until_failed(self) -> None:
        """Returns or raises when a part that must run for ever has ended."""


def queues_of(adapter: Watched) -> list[str]:
    """The queues that the adapter consumes."""
    names = adapter.topology.names
    return [*(names.queue(part) for part in adapter.replaying.handlers), names.dead_letter]
