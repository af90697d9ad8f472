"""Messages that are asked for by id and do not wait: what became of them, so that nobody has to look."""

from __future__ import annotations

from collections.abc import Sequence

from adapter.cli.frame import database
from adapter.persistence import parked_queries
from adapter.persistence.parked_queries import ParkedFilter
from config.settings import Settings


async def not_waiting(chosen: Settings, ids: Sequence[int]) -> list[str]:
    """A sentence for each id."""
    which = ParkedFilter(state=None, ids=ids)
    async with database(chosen) as opened, opened.transaction(read_only=True) as connection:
        found = {one.listed.id: one async for one in parked_queries.whole(connection, which)}
    return [_told(id, found[id].listed.state, found[id].note) if id in found else _unknown(id) for id in ids]


def _told(id: int, state: str, note: str | None) -> str:
    why = f" ({note})" if note else ""
    return f"Message {id} does not wait in the parking lot: it is {state}{why}."


def _unknown(id: int) -> str:
    return f"There is no message {id} in the parking lot."
