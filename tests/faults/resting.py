"""Waiting until a site has come to rest, asked of its database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from .ledger import Posted
from .rig import Site

_PAUSE = 0.05
_LEFT = """
SELECT (SELECT count(*) FROM unnest($1::text[], $2::text[], $3::text[]) AS w (source, message_id, becomes)
        WHERE NOT EXISTS (SELECT FROM inbox i WHERE (i.source, i.message_id) = (w.source, w.message_id)
                          AND i.outcome = ANY (string_to_array(w.becomes, ' '))))
     + (SELECT count(*) FROM events WHERE sent_at IS NULL)
     + (SELECT count(*) FROM unnest($4::bytea[]) AS u (body)
        WHERE NOT EXISTS (SELECT FROM parked p WHERE p.body = u.body))
"""
_UNTOUCHED = """
SELECT (SELECT count(*) FROM unnest($1::text[], $2::text[]) AS w (source, message_id)
        WHERE NOT EXISTS (SELECT FROM inbox i WHERE (i.source, i.message_id) = (w.source, w.message_id))
        AND NOT EXISTS (SELECT FROM parked p WHERE (p.source, p.message_id) = (w.source, w.message_id)))
     + (SELECT count(*) FROM unnest($3::bytea[]) AS u (body)
        WHERE NOT EXISTS (SELECT FROM parked p WHERE p.body = u.body))
"""


async def eventually(done: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether it becomes so in time."""
    until = time.monotonic() + seconds
    while not await done():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(_PAUSE)
    return True


async def left(site: Site) -> int:
    """How much is still to be done: messages without their final outcome, events not published."""
    messages = list(site.ledger.confirmed.values())
    readable = [one for one in messages if one.readable]
    columns = (
        [one.source for one in readable],
        [one.id for one in readable],
        [" ".join(one.becomes) for one in readable],
        [one.body for one in messages if not one.readable],
    )
    return await _count(site, _LEFT, *columns)


async def untouched(site: Site, messages: Sequence[Posted]) -> int:
    """How many of these messages nobody has looked at."""
    readable = [one for one in messages if one.readable]
    known_by = [one.source for one in readable], [one.id for one in readable]
    return await _count(site, _UNTOUCHED, *known_by, [one.body for one in messages if not one.readable])


async def _count(site: Site, query: str, *given: object) -> int:
    connection = await asyncpg.connect(site.database_url)
    try:
        return int(await connection.fetchval(query, *given))
    finally:
        await connection.close()
