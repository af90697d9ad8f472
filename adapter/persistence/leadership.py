"""Which copy of the adapter publishes: the one that holds a lock, for as long as its connection lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapter.persistence.database import Connection

_CHANNEL: Final = "order_adapter_events"
_LOCK: Final = "hashtext('order-adapter relay')"


async def take(connection: Connection) -> bool:
    """Try to become the one."""
    taken: bool = await connection.fetchval(f"SELECT pg_try_advisory_lock({_LOCK})")
    return taken


async def give_up(connection: Connection) -> None:
    await connection.execute(f"SELECT pg_advisory_unlock({_LOCK})")


async def listen(connection: Connection, wake: Callable[[], None]) -> None:
    """Call `wake` when another copy has committed events."""

    def heard(*_details: object) -> None:
        wake()

    await connection.add_listener(_CHANNEL, heard)


async def notify(connection: Connection) -> None:
    """Tell the copy that publishes that there is something. Never inside a transaction of ours: it locks commits."""
    await connection.execute(f"NOTIFY {_CHANNEL}")
