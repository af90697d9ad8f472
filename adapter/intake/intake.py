"""The way of a batch: one transaction for all, or one each where together they fail."""

from __future__ import annotations

import asyncio
import datetime
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from adapter.domain.business import Business
from adapter.domain.reasons import Reason
from adapter.intake.answers import Handled
from adapter.intake.deciding import Deciding
from adapter.intake.drawing import NumbersMissing
from adapter.intake.received import Received, bare, trace_id_of
from adapter.intake.spans import NO_SPANS, Spans
from adapter.intake.unit import Unit, Verdicts
from adapter.persistence.database import Database, StillContended, is_conflict, is_contention, is_down
from adapter.persistence.numbers import reads_as_another
from adapter.persistence.registry import RegistryCache
from adapter.unexpected import tell_unexpected

_TRIES = 3
_PAUSES = (0.05, 0.15)
_UNEXPECTED = Reason("unexpected", "", "The adapter failed on this message; see its log. Replay it after the cure.")


class CannotPark(ConnectionError):
    """A message can be neither handled nor parked: nothing may go on as if it had been."""


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(slots=True)
class Intake:
    """Handles messages: gives each an outcome, and stores it with everything that follows from it.

    One batch at a time: what a transaction proves fresh in the cache must not be made stale by another beside it.
    """

    database: Database
    business: Business
    cache: RegistryCache = field(default_factory=RegistryCache)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    clock: Callable[[], datetime.datetime] = utc_now
    spans: Spans = NO_SPANS

    async def handle(self, batch: Sequence[Received]) -> list[Handled]:
        """The outcomes, in the order of the messages; durable once this returns.

        Registry changes come first, in a transaction of their own: what they bring is there for the rest of the batch.

        Raises:
            Whatever `is_down` knows: the database is out of reach and nothing was handled for certain.
        """
        async with self._one_at_a_time:
            return await self._handle(batch)

    async def _handle(self, batch: Sequence[Received]) -> list[Handled]:
        outcomes: dict[int, Handled] = {}
        for registries in (True, False):
            part = [received for received in batch if received.handler.changes_registries is registries]
            if part:
                outcomes |= {id(handled.received): handled for handled in await self._together(part)}
        return [outcomes[id(received)] for received in batch if id(received) in outcomes]

    async def _together(self, batch: Sequence[Received]) -> list[Handled]:
        try:
            return await self._tried(batch, {})
        except Exception as error:
            if is_down(error):
                raise
            if len(batch) == 1:
                return await self._alone(batch[0], error)
        return [handled for received in batch for handled in await self._together([received])]

    async def _alone(self, received: Received, error: Exception) -> list[Handled]:
        """A message that fails by itself is tried again shortly, then set aside: it must neither block nor be lost."""
        for pause in _PAUSES:
            if is_contention(error):
                raise StillContended(str(error)) from error
            await asyncio.sleep(pause)
            try:
                return await self._tried([received], {})
            except Exception as again:
                if is_down(again):
                    raise
                error = again
        tell_unexpected("intake", error, trace_id_of(received), id=received.message_id)
        return await self._set_aside(received)

    async def _set_aside(self, received: Received) -> list[Handled]:
        """Park it; where even that fails, without anything but its bytes."""
        for form in (received, bare(received)):
            try:
                return [replace(one, received=received) for one in await self._tried([form], {0: [_UNEXPECTED]})]
            except Exception as error:
                if is_down(error):
                    raise
                tell_unexpected("parking", error, trace_id_of(received), id=received.message_id)
        raise CannotPark(received.message_id)

    async def _tried(self, batch: Sequence[Received], verdicts: Verdicts) -> list[Handled]:
        tries, parting = 0, False
        while True:
            try:
                return await self._once(batch, verdicts, parting=parting)
            except NumbersMissing as missing:
                if missing.dated is None or missing.dated >= self._today(self.clock()):
                    verdicts = {**verdicts, **missing.reasons}
            except Exception as error:
                tries += 1
                parting = parting or reads_as_another(error)
                if not is_conflict(error) or tries == _TRIES:
                    raise
                await asyncio.sleep(random.uniform(0.001, 0.02) * tries)  # noqa: S311 -- spreads retries, guards nothing

    async def _once(self, batch: Sequence[Received], verdicts: Verdicts, *, parting: bool) -> list[Handled]:
        now = self.clock()
        with self.spans.transaction(batch):
            async with self.database.transaction() as connection:
                deciding = Deciding(connection, self.cache, self.business, self._today(now), now)
                return await Unit(connection, deciding, self.business, now, parting).run(batch, verdicts)

    def _today(self, now: datetime.datetime) -> datetime.date:
        return now.astimezone(ZoneInfo(self.business.parameters.time_zone)).date()
