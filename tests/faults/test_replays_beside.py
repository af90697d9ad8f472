"""A message that is replayed while it is delivered again has one outcome: the first that succeeds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapter.parts import database_of
from adapter.persistence import inbox
from adapter.persistence.database import Database, is_conflict
from adapter.persistence.inbox import InboxEntry
from config.settings import Settings

APPLIED = InboxEntry("crm", "m-1", "order.change-requested.v1", b"{}", True, "applied", b"{}")
REFUSED, PARKED = (replace(APPLIED, outcome=outcome) for outcome in ("refused", "parked"))


async def outcome(database: Database) -> str:
    async with database.connection() as connection:
        return (await inbox.find(connection, [("crm", "m-1")]))["crm", "m-1"].outcome


async def test_a_replay_that_comes_too_late_leaves_a_success_as_it_is(of: Settings) -> None:
    database = database_of(of)
    async with database.transaction() as connection:
        await inbox.add(connection, [APPLIED])

    with pytest.raises(inbox.HandledMeanwhile) as raised:
        async with database.transaction() as connection:
            await inbox.replace(connection, [REFUSED])

    assert is_conflict(raised.value)
    assert await outcome(database) == "applied"
    await database.close()


async def test_a_replay_gives_what_was_set_aside_its_outcome(of: Settings) -> None:
    database = database_of(of)
    async with database.transaction() as connection:
        await inbox.add(connection, [PARKED])
        await inbox.replace(connection, [APPLIED])

    assert await outcome(database) == "applied"
    await database.close()
