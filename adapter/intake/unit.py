"""One transaction: claim, load, decide, number, store (architecture, *one message, one way*)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from adapter.domain.business import Business
from adapter.domain.decision import Decision, NewOrder
from adapter.domain.reasons import Reason
from adapter.intake.answers import SUCCEEDED, Handled, from_memory, handled_as, repeated_within, reused
from adapter.intake.deciding import Deciding
from adapter.intake.drawing import Drawing
from adapter.intake.judging import judge
from adapter.intake.received import Received, receive_again
from adapter.intake.storing import Storing
from adapter.persistence import credit, inbox, numbers, parked
from adapter.persistence.database import Connection
from adapter.persistence.inbox import InboxEntry, MessageKey

Verdicts = Mapping[int, list[Reason]]
"""Reasons that are certain before deciding, by the message's place in the batch."""

log = structlog.get_logger()


@dataclass(slots=True)
class Unit:
    """The work of one transaction. `outcomes` are by the message's place in the batch.

    With `parting` it looks whether a number reads as another order's before it stores it: after it once did.
    """

    connection: Connection
    deciding: Deciding
    business: Business
    now: datetime.datetime
    parting: bool = False
    outcomes: dict[int, Handled] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)

    async def run(self, batch: Sequence[Received], verdicts: Verdicts) -> list[Handled]:
        """Handle the batch; the caller commits. A replay that another copy has in hand is left out.

        Raises:
            NumbersMissing: some messages get no number; the caller tries again with verdicts for them.
        """
        fresh = await self._claim(batch)
        await self._decide(fresh, verdicts)
        await self._reserve()
        drawing = await self._draw()
        for index, received in fresh.items():
            self.outcomes[index] = handled_as(received, self.decisions[index])
        for index, first in self.repeats.items():
            self.outcomes[index] = repeated_within(batch[index], self.outcomes[first])
        await self._store(fresh, drawing)
        return [self.outcomes[index] for index in sorted(self.outcomes)]

    async def _claim(self, batch: Sequence[Received]) -> dict[int, Received]:
        """The messages that are to be decided; the others have their stored answer."""
        free = await self._free_replays(batch)
        known = await inbox.find(self.connection, {received.key for received in batch})
        fresh: dict[int, Received] = {}
        first_of: dict[MessageKey, int] = {}
        for index, received in enumerate(batch):
            if received.replay_of is not None:
                if received.replay_of in free:
                    await self._claim_replay(index, received, known.get(received.key), fresh)
                continue
            claimed = await self._unless_known(index, received, known.get(received.key), first_of, batch)
            if claimed is not None:
                fresh[index] = claimed
        return fresh

    async def _claim_replay(
        self, index: int, received: Received, entry: InboxEntry | None, fresh: dict[int, Received]
    ) -> None:
        """A message that succeeded since it was set aside is a duplicate; one whose id is another's stays refused."""
        if entry is not None and not received.same_content(receive_again(entry, received)):
            again = await self._reused(index, received, {})
            if again is not None:
                fresh[index] = again
        elif entry is not None and entry.outcome in SUCCEEDED:
            self.outcomes[index] = from_memory(received, entry.outcome, entry.answer)
            self.settled.append(received.replay_of or 0)
        else:
            fresh[index] = received

    async def _free_replays(self, batch: Sequence[Received]) -> set[int]:
        ids = [received.replay_of for received in batch if received.replay_of is not None]
        return await parked.locked(self.connection, ids) if ids else set()

    async def _unless_known(
        self,
        index: int,
        received: Received,
        entry: InboxEntry | None,
        first_of: dict[MessageKey, int],
        batch: Sequence[Received],
    ) -> Received | None:
        if entry is not None:
            if received.same_content(receive_again(entry, received)):
                self.outcomes[index] = from_memory(received, entry.outcome, entry.answer)
                return None
            return await self._reused(index, received, first_of)
        first = first_of.setdefault(received.key, index)
        if first == index:
            return received
        if received.same_content(batch[first]):
            self.repeats[index] = first
            return None
        return await self._reused(index, received, first_of)

    async def _reused(self, index: int, received: Received, first_of: dict[MessageKey, int]) -> Received | None:
        again = reused(received)
        entry = (await inbox.find(self.connection, [again.key])).get(again.key)
        if entry is not None:
            self.outcomes[index] = from_memory(again, entry.outcome, entry.answer)
            return None
        first = first_of.setdefault(again.key, index)
        if first != index:
            self.repeats[index] = first
            return None
        return again

    async def _decide(self, fresh: Mapping[int, Received], verdicts: Verdicts) -> None:
        await self.deciding.cache.refresh(self.connection)
        await self.deciding.load([received for received in fresh.values() if received.message is not None])
        for index, received in fresh.items():
            given = verdicts.get(index)
            decision = await judge(self.deciding, received) if given is None else Decision.because(given)
            if not received.waited_enough and decision.waits:
                decision.outcome = "waiting"
            self.decisions[index] = decision

    @property
    def _new_orders(self) -> list[tuple[int, NewOrder]]:
        return [(index, new) for index, decision in self.decisions.items() for new in decision.new_orders]

    async def _reserve(self) -> None:
        """Before numbers are locked: another copy may hold an account of ours while it waits for those."""
        known = self.deciding.known
        weighed = {code: account.added for code, account in known.credit.items()}
        await credit.reserve(self.connection, weighed | known.unweighed)

    async def _draw(self) -> Drawing:
        drawing = Drawing(self.business, self._new_orders)
        wanted = drawing.wanted()
        drawing.draw(await numbers.locked(self.connection, wanted) if wanted else {})
        if self.parting:
            drawing.part(await numbers.written(self.connection, drawing.texts))
        for code, left in drawing.near_ends() if wanted else ():
            log.warning("numbering_near_end", numbering=code, left=left)
        return drawing

    async def _store(self, fresh: Mapping[int, Received], drawing: Drawing) -> None:
        handled = [(self.outcomes[index], self.decisions[index]) for index in fresh]
        storing = Storing(self.connection, self.business, self.now, self.deciding.cache.version)
        await storing.store(handled, drawing)
        if self.settled:
            await parked.settle(self.connection, self.settled)
