"""The composition root: the only place that knows all parts and puts them together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog

from adapter import configured
from adapter.domain.business import Business
from adapter.housekeeping.cleaning import Cleaning
from adapter.housekeeping.housekeeping import Housekeeping
from adapter.housekeeping.mailing import Mailing
from adapter.intake.answers import Handled
from adapter.intake.backpressure import Backpressure, Blocked
from adapter.intake.gathering import Arrived, Gathering
from adapter.intake.intake import Intake
from adapter.intake.replaying import Replaying
from adapter.intake.returning import Returning
from adapter.intake.spans import NO_SPANS
from adapter.intake.stopwatch import Stopwatch
from adapter.intake.telling import Telling
from adapter.messaging.attending import Attending
from adapter.messaging.consuming import Consumers, Delivery
from adapter.messaging.decoding import Limits
from adapter.messaging.publishing import Publisher
from adapter.messaging.reaching import START_SECONDS, within
from adapter.messaging.topology import Topology
from adapter.outage import Outages
from adapter.parts import (
    broker_url,
    calm_collector,
    check_schema,
    database_of,
    limits_of,
    topology_of,
    tracing_of,
)
from adapter.patience import end
from adapter.persistence.database import Database
from adapter.relay.relay import Relay
from config.settings import Settings
from handlers.queues import HANDLERS

if TYPE_CHECKING:
    from adapter.operations.tracing import Tracing

log = structlog.get_logger()


@dataclass(slots=True)
class Adapter:
    """The running program: consumers, intake, relay and replays in one process; more copies share the work."""

    settings: Settings
    limits: Limits
    business: Business
    database: Database
    topology: Topology
    intake: Intake
    publisher: Publisher
    relay: Relay
    gathering: Gathering[Delivery]
    telling: Telling
    replaying: Replaying
    outages: Outages
    handling: Stopwatch
    publishing: Stopwatch
    tracing: Tracing | None
    backpressure: Backpressure = field(init=False)
    consumers: Consumers = field(init=False)
    returning: Returning = field(init=False)
    attending: Attending = field(init=False)
    housekeeping: Housekeeping = field(init=False)
    started_at: float = field(default_factory=time.monotonic)
    ready: bool = False
    why_not_ready: str = "Starting."
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings) -> Adapter:
        """Put the parts together; nothing is connected yet.

        Raises:
            ConfigurationFaults: the configuration has faults.
        """
        business, senders = configured.load(settings.config_dir), configured.senders(settings.config_dir)
        outages = Outages.of(settings.broker_address, settings.database_address)
        database = database_of(settings)
        topology = topology_of(settings)
        url, events = broker_url(settings), topology.names.events
        publisher = Publisher(url, events, settings.publish_seconds, outages.publishing)
        tracing, handling, publishing = tracing_of(settings), Stopwatch(), Stopwatch()
        publish = publishing.around(publisher.publish_event)
        traced = tracing.publishing(publish) if tracing else publish
        relay = Relay(database, traced, settings.relay_poll_seconds, settings.relay_in_flight)
        relay.outage = outages.database
        intake = Intake(database, business, spans=tracing or NO_SPANS)
        telling = Telling(publisher.answer, topology.names.is_ours, relay.wake, senders, tracing or NO_SPANS)
        limits = limits_of(settings)
        replaying = Replaying(database, intake, telling, HANDLERS, limits, settings.wait_for_order_seconds)
        adapter = cls(
            settings=settings,
            limits=limits,
            business=business,
            database=database,
            topology=topology,
            intake=intake,
            publisher=publisher,
            relay=relay,
            gathering=Gathering(
                handling.around(intake.handle),
                finish=_not_started,
                most_messages=settings.batch_messages,
                most_lines=settings.batch_lines,
                milliseconds=settings.batch_milliseconds,
                outage=outages.database,
            ),
            telling=telling,
            replaying=replaying,
            outages=outages,
            handling=handling,
            publishing=publishing,
            tracing=tracing,
        )
        adapter.gathering.finish = adapter.finish
        blocked = Blocked(settings.broker_address)
        adapter.backpressure = Backpressure(
            database, publisher.is_blocked, adapter.gathering, blocked, settings.outbox_most_events
        )
        adapter.consumers = Consumers(url, settings.prefetch, adapter.receive, outages.consuming)
        adapter.attending = Attending(adapter.consumers, [topology.names.queue(part) for part in HANDLERS])
        adapter.returning = Returning(
            {topology.names.queue(part) for part in HANDLERS},
            database,
            publisher,
            read=adapter._read,
            consume=adapter._consume_dead_letters,
            acknowledge=adapter.consumers.acknowledge,
            park=adapter.gathering.add,
            seconds=settings.dead_letter_seconds,
        )
        adapter.housekeeping = Housekeeping(
            Cleaning.of(settings, database, HANDLERS, limits),
            Mailing.of(settings, database),
            busy=lambda: adapter.gathering.waiting > 0,
        )
        return adapter

    def receive(self, delivery: Delivery) -> None:
        """A delivery arrived: read it at once, so that the transaction before it need not be waited for."""
        if delivery.raw.queue in HANDLERS:
            self.gathering.add(self._read(delivery))
        else:
            self.returning.add(delivery)

    def _read(self, delivery: Delivery) -> Arrived[Delivery]:
        return self.telling.arrived(delivery, HANDLERS, self.limits)

    async def _consume_dead_letters(self) -> None:
        await self.consumers.start_one("dead-letter", self.topology.names.dead_letter)

    async def finish(self, batch: Sequence[Arrived[Delivery]], handled: Sequence[Handled]) -> None:
        try:
            await self.telling.tell(batch, handled)
        finally:
            await self.consumers.acknowledge(arrived.delivery for arrived in batch)
        if any(handled_one.received.handler.changes_registries for handled_one in handled):
            self.replaying.wake()

    async def start(self) -> None:
        """Check schema and topology, then start relay, intake and, last of all, the consumers.

        Raises:
            SchemaBehind, TopologyMismatch, DecoderChanged: somebody has to do something first.
            AMQPError: the broker went away meanwhile; start again.
        """
        await check_schema(self.database)
        calm_collector()
        if not self._tasks:
            await self._start_publishing()
        names = self.topology.names
        await self.consumers.start([(part, names.queue(part)) for part in HANDLERS])
        for name, run in {"returning": self.returning.run, "attending": self.attending.run}.items():
            self._tasks.append(asyncio.create_task(run(), name=name))
        self.ready = True
        queues = [names.queue(part) for part in HANDLERS]
        log.info("ready", queues=queues, seconds=round(time.monotonic() - self.started_at, 3))

    async def _start_publishing(self) -> None:
        await self.publisher.start()
        async with within(START_SECONDS):
            await self.topology.prepare(await self.publisher.broker.connect(), declare=self.settings.declare)
        parts = {
            "relay": self.relay.run,
            "intake": self.gathering.run,
            "replaying": self.replaying.run,
            "backpressure": self.backpressure.run,
            "housekeeping": self.housekeeping.run,
        }
        self._tasks = [asyncio.create_task(run(), name=name) for name, run in parts.items()]

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
        self.ready, self.why_not_ready = False, "Stopping: what is in hand is finished."
        self.returning.stop()
        self.attending.stop()
        await self._until_done("attending")
        await self.consumers.stop_consuming()
        self.backpressure.stop()
        self.gathering.stop()
        self.replaying.stop()
        self.housekeeping.stop()
        await self._until_done("intake", "replaying", "returning", "backpressure", "housekeeping")
        await self.consumers.acknowledge_rest()
        await self.telling.until_answered()
        self.relay.stop()
        await self._until_done("relay")
        await self.consumers.close()
        await self.publisher.stop()
        await self.database.close()
        if self.tracing:
            await self.tracing.stop()

    async def _until_done(self, *names: str) -> None:
        tasks = [task for task in self._tasks if task.get_name() in names]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.settings.drain_seconds)
            await end(late)

    async def until_failed(self) -> None:
        """Returns when a part that must run for ever has ended; its error is raised."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def _not_started(_batch: Sequence[Arrived[Delivery]], _handled: Sequence[Handled]) -> None:
    raise RuntimeError("the adapter is not put together yet")
