"""The decision on a message, also where its form is at fault: then what its rules find wrong is told beside that."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from adapter.domain.beside_form import LeftOut
from adapter.domain.decision import Decision
from adapter.domain.reasons import NAMES_EARLIER
from adapter.intake.deciding import Deciding
from adapter.intake.previewing import Previewing
from adapter.intake.received import Received, trace_id_of
from adapter.messaging.sound_part import sound_part
from adapter.persistence.database import is_down, sqlstate
from adapter.unexpected import tell_unexpected


async def judge(deciding: Deciding, received: Received) -> Decision:
    """The decision on one message. Of one that is `misformed` only faults come, those of its form first."""
    if received.misformed:
        return await _refusal(deciding, received)
    return await deciding.decide(received)


async def _refusal(deciding: Deciding, received: Received) -> Decision:
    table = received.handler.beside_form
    sound = sound_part(received.handler.schema, received.data) if table else None
    if sound is None:
        return Decision.because(received.reasons)
    found = await _preview(deciding, replace(received, message=sound.message))
    left_out = LeftOut(sound.faulty, sound.misnamed)
    told = left_out.tells(found.reasons, received.data, table)
    earlier = found.earlier if any(reason.code in NAMES_EARLIER for reason in told) else ()
    return Decision.because([*received.reasons, *told], earlier)


async def _preview(deciding: Deciding, received: Received) -> Decision:
    """What would become of it: decided by itself, with nothing locked, and nothing of it seen by other messages.

    Its sender is told what is wrong with the form even where the rules fail at what is left of it.
    """
    preview = _previewing(deciding)
    preview.known.partial = True
    try:
        await preview.load([received])
        preview.known.orders = deepcopy(preview.known.orders)
        return await preview.decide(received)
    except Exception as error:
        if sqlstate(error) or is_down(error):
            raise
        tell_unexpected("judging", error, trace_id_of(received))
        return Decision.because([])


def _previewing(deciding: Deciding) -> Previewing:
    today, now = deciding.known.today, deciding.known.now
    if isinstance(deciding, Previewing):
        return replace(deciding, today=today, now=now)
    return Previewing(deciding.connection, deciding.cache, deciding.business, today, now)
