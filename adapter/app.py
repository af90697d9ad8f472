"""The composition root: the only place that knows all parts and puts them together."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from urllib.parse import urlencode

import structlog

from adapter import configured
from adapter.domain.business import Business
from adapter.intake.answers import Handled
from adapter.intake.gathering import Arrived, Gathering
from adapter.intake.handler import Handler
from adapter.intake.intake import Intake
from adapter.intake.replaying import Replaying
from adapter.intake.telling import Telling
from adapter.messaging.consuming import Consumers, Delivery
from adapter.messaging.decoding import Limits
from adapter.messaging.publishing import Publisher
from adapter.messaging.topology import Names, Topology
from adapter.persistence.database import Database
from adapter.persistence.schema import current_revision, newest_revision
from adapter.relay.relay import Relay
from config.settings import Settings
from handlers import (
    fulfilment_reported,
    offer_accepted,
    order_action_requested,
    order_change_requested,
    registry_changed,
)

log = structlog.get_logger()

HANDLERS: Mapping[str, Handler] = {
    handler.queue: handler
    for handler in (
        offer_accepted.HANDLER,
        order_action_requested.HANDLER,
        order_change_requested.HANDLER,
        fulfilment_reported.HANDLER,
        registry_changed.HANDLER,
    )
}
"""What is handled, by the last part of its queue's name."""


class SchemaBehind(Exception):
    """The database's schema is not the one of this program; `order-adapter migrate` brings it up to date."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(f"The database is at {found or 'no'} revision, this program needs {expected}.")


def database_of(settings: Settings) -> Database:
    return Database(
        settings.database_url_asyncpg,
        pool_size=settings.database_pool_size,
        settings={
            "statement_timeout": f"{int(settings.database_statement_seconds * 1000)}",
            "lock_timeout": f"{int(settings.database_lock_seconds * 1000)}",
        },
    )


def limits_of(settings: Settings) -> Limits:
    return Limits(
        settings.max_bytes, settings.max_depth, settings.max_lines, settings.max_headers, settings.max_header_bytes
    )


def topology_of(settings: Settings) -> Topology:
    return Topology(Names(settings.namespace))


def broker_url(settings: Settings) -> str:
    """The broker's address with the heartbeat that notices a dead peer in time, and with the files of TLS."""
    url = settings.broker_url.get_secret_value()
    asked = {
        "heartbeat": settings.broker_heartbeat_seconds,
        "cafile": settings.broker_ca_file,
        "certfile": settings.broker_certificate_file,
        "keyfile": settings.broker_key_file,
    }
    added = {name: str(value) for name, value in asked.items() if value is not None and f"{name}=" not in url}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(added)}" if added else url


async def check_schema(database: Database) -> None:
    """
    Raises:
        SchemaBehind: the schema is not up to date.
    """
    found = await current_revision(database.engine)
    if found != newest_revision():
        raise SchemaBehind(found, newest_revision())


@dataclass(slots=True)
class Adapter:
    """The running program: consumers, intake, relay and replays in one process; more copies share the work."""

    settings: Settings
    business: Business
    database: Database
    topology: Topology
    intake: Intake
    publisher: Publisher
    relay: Relay
    gathering: Gathering[Delivery]
    telling: Telling
    replaying: Replaying
    consumers: Consumers = field(init=False)
    started_at: float = field(default_factory=time.monotonic)
    ready: bool = False
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings) -> Adapter:
        """Put the parts together; nothing is connected yet.

        Raises:
            ConfigurationFaults: the configuration has faults.
        """
        business = configured.load(settings.config_dir)
        database = database_of(settings)
        topology = topology_of(settings)
        publisher = Publisher(broker_url(settings), topology.names.events, settings.publish_seconds)
        relay = Relay(database, publisher.publish_event, settings.relay_poll_seconds, settings.relay_in_flight)
        intake = Intake(database, business)
        telling = Telling(publisher.answer, topology.names.is_ours, relay.wake)
        replaying = Replaying(database, intake, telling, HANDLERS, limits_of(settings), settings.wait_for_order_seconds)
        adapter = cls(
            settings=settings,
            business=business,
            database=database,
            topology=topology,
            intake=intake,
            publisher=publisher,
            relay=relay,
            gathering=Gathering(
                intake.handle,
                finish=_not_started,
                most_messages=settings.batch_messages,
                most_lines=settings.batch_lines,
                milliseconds=settings.batch_milliseconds,
            ),
            telling=telling,
            replaying=replaying,
        )
        adapter.gathering.finish = adapter.finish
        adapter.consumers = Consumers(broker_url(settings), settings.prefetch, adapter.receive)
        return adapter

    def receive(self, delivery: Delivery) -> None:
        """A delivery arrived: read it at once, so that the transaction before it need not be waited for."""
        self.gathering.add(self.telling.arrived(delivery, HANDLERS, limits_of(self.settings)))

    async def finish(self, batch: Sequence[Arrived[Delivery]], handled: Sequence[Handled]) -> None:
        await self.telling.tell(batch, handled)
        await self.consumers.acknowledge(arrived.delivery for arrived in batch)
        if any(handled_one.received.handler.changes_registries for handled_one in handled):
            self.replaying.wake()

    async def start(self) -> None:
        """Check schema and topology, then start relay, intake and, last of all, the consumers.

        Raises:
            SchemaBehind, TopologyMismatch: somebody has to do something first.
        """
        await check_schema(self.database)
        _calm_collector()
        await self.publisher.start()
        await self.topology.prepare(await self.publisher.broker.connect(), declare=self.settings.declare)
        self._tasks = [
            asyncio.create_task(self.relay.run(), name="relay"),
            asyncio.create_task(self.gathering.run(), name="intake"),
            asyncio.create_task(self.replaying.run(), name="replaying"),
        ]
        names = self.topology.names
        self.consumers.subscribe([(part, names.queue(part)) for part in (*HANDLERS, "dead-letter")])
        await self.consumers.broker.start()
        self.ready = True
        log.info("ready", queues=sorted(HANDLERS), seconds=round(time.monotonic() - self.started_at, 3))

    def announce(self) -> None:
        """Tell the log what is starting, where, with which settings."""
        log.info(
            "started",
            version=version("customer-order-adapter"),
            broker=self.settings.broker_address,
            database=self.settings.database_address,
            queues=[self.topology.names.queue(part) for part in HANDLERS],
            settings={one.name: one.value for one in self.settings.described()},
        )

    async def stop(self) -> None:
        """Take nothing more, finish what was taken, publish what is committed, then let go."""
        self.ready = False
        await self.consumers.stop_consuming()
        self.gathering.stop()
        self.replaying.stop()
        await self._until_done("intake", "replaying")
        await self.telling.until_answered()
        self.relay.stop()
        await self._until_done("relay")
        await self.consumers.broker.stop()
        await self.publisher.stop()
        await self.database.close()

    async def _until_done(self, *names: str) -> None:
        tasks = [task for task in self._tasks if task.get_name() in names]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.settings.drain_seconds)
            for task in late:
                task.cancel()

    async def until_failed(self) -> None:
        """Returns when a part that must run for ever has ended; its error is raised."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


def _calm_collector() -> None:
    """What is in memory now stays there; a collection every 700 objects would walk hundreds of orders for nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _not_started(_batch: Sequence[Arrived[Delivery]], _handled: Sequence[Handled]) -> None:
    raise RuntimeError("the adapter is not put together yet")
