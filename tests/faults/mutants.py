"""Bugs that programs like this one have had: put into a copy, each must break the invariant that is there for it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import asyncpg

from . import sabotage
from .sabotage import found


def ack_first() -> None:
    """A message is acknowledged as soon as it arrives, before anything of it is stored."""
    _, _, receive = found("adapter.app:Adapter.receive")

    def at_once(adapter: Any, delivery: Any) -> None:
        acknowledged = asyncio.ensure_future(adapter.consumers.acknowledge([delivery]))
        acknowledged.add_done_callback(lambda _: receive(adapter, delivery))

    sabotage.replace("adapter.app:Adapter.receive", at_once)


def no_inbox() -> None:
    """What was handled is not remembered; only that of an offer something was converted."""

    async def nothing(*_given: Any) -> dict[Any, Any]:
        return {}

    for place in ("find", "add", "replace"):
        sabotage.replace(f"adapter.persistence.inbox:{place}", nothing)


def forgetful() -> None:
    """Outcomes are kept for show: neither messages nor offers are known again."""
    _, _, add = found("adapter.persistence.inbox:add")

    async def keep(connection: Any, entries: Any) -> None:
        for entry in entries:
            await connection.execute("DELETE FROM inbox WHERE message_id = $1", entry.message_id)
        await add(connection, list({entry.message_id: entry for entry in entries}.values()))

    async def unknown(*_given: Any) -> dict[Any, Any]:
        return {}

    async def never_converted(_connection: Any, keys: Any) -> dict[Any, Any]:
        return dict.fromkeys(keys)

    async def forgotten(*_given: Any) -> None:
        return None

    sabotage.replace("adapter.persistence.inbox:find", unknown)
    sabotage.replace("adapter.persistence.inbox:add", keep)
    sabotage.replace("adapter.persistence.offers:locked", never_converted)
    sabotage.replace("adapter.persistence.offers:save", forgotten)


def sequence() -> None:
    """Numbers come from a sequence, which does not take back what a transaction that failed has drawn."""
    _, _, locked = found("adapter.persistence.numbers:locked")

    async def drawn(connection: Any, wanted: Any) -> Any:
        states = await locked(connection, wanted)
        for state in states.values():
            number = await connection.fetchval("SELECT nextval('numbers_drawn')")
            state.ranges[0].highest, state.ranges[0].gaps = number - 1 or None, []
        return states

    sabotage.replace("adapter.persistence.numbers:locked", drawn)


def mark_first() -> None:
    """Events are marked as sent before they are."""
    _, _, unsent = found("adapter.persistence.events:unsent")
    _, _, mark_sent = found("adapter.persistence.events:mark_sent")

    async def marked(connection: Any, *given: Any) -> Any:
        waiting = await unsent(connection, *given)
        await mark_sent(connection, [event.id for event in waiting])
        return waiting

    sabotage.replace("adapter.persistence.events:unsent", marked)


_ROW = """
SELECT id, type, body, event_id, correlation_id FROM events WHERE sent_at IS NULL
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def by_row() -> None:
    """Every copy publishes the oldest event that no other copy has in hand, whatever order it is of."""

    async def round_(relay: Any, connection: Any) -> bool:
        async with connection.transaction():
            row = await connection.fetchrow(_ROW)
            if row is None:
                return False
            await relay.publish(row["type"], row["body"], str(row["event_id"]), row["correlation_id"])
            await connection.execute("UPDATE events SET sent_at = now() WHERE id = $1", row["id"])
        return True

    async def everybody(_connection: Any) -> bool:
        return True

    sabotage.replace("adapter.relay.relay:Relay._round", round_)
    sabotage.replace("adapter.persistence.leadership:take", everybody)


def by_cursor() -> None:
    """Events are looked for beyond the last one that was seen, although ids are drawn before they are committed."""
    _, _, unsent = found("adapter.persistence.events:unsent")
    last = 0

    async def beyond(*given: Any) -> Any:
        nonlocal last
        waiting = [event for event in await unsent(*given) if event.id > last]
        last = max([last, *(event.id for event in waiting)])
        return waiting

    sabotage.replace("adapter.persistence.events:unsent", beyond)


def floats() -> None:
    """Prices go through binary fractions."""
    _, _, read_line = found("handlers.offer_accepted:read_line")

    def inexact(line: Any) -> Any:
        exact = read_line(line)
        return replace(exact, unit_price=Decimal(float(exact.unit_price)).quantize(Decimal("0.00000001")))

    sabotage.replace("handlers.offer_accepted:read_line", inexact)


def swallowing() -> None:
    """Whatever ends a publish early, be it a time limit or a cancellation, passes for success."""
    _, _, publish = found("adapter.messaging.publishing:Publisher.publish_event")

    async def always_well(*given: Any) -> bool:
        try:
            return bool(await publish(*given))
        except BaseException:
            return True

    sabotage.replace("adapter.messaging.publishing:Publisher.publish_event", always_well)


def events_apart() -> None:
    """Events are stored beside the transaction of their orders instead of inside it."""
    _, _, add = found("adapter.persistence.events:add")

    async def beside(_connection: Any, events: Sequence[Any]) -> None:
        connection = await asyncpg.connect(os.environ["ORDER_ADAPTER_DATABASE_URL"])
        await add(connection, events)
        await connection.close()

    sabotage.replace("adapter.persistence.events:add", beside)
