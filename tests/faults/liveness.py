"""I7: when everything works again, everything is done soon, by copies that are as well as before."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg

from .crew import Copy
from .ledger import Pen
from .resting import eventually, left
from .rig import Rig, Site

HEALED_WITHIN = 45.0
"""Seconds; a pause that grew while the database was away may last 30."""
_AT_ONCE = 10.0
_MEGABYTES = 400
_CONNECTIONS_TO_BROKER = 2
_CONNECTIONS_TO_DATABASE = 8


async def healed(rig: Rig, site: Site, copies: Sequence[Copy]) -> list[str]:
    """What is wrong with how the copies came out of it."""
    begun = time.monotonic()

    async def done() -> bool:
        return await left(site) == 0

    if not await eventually(done, HEALED_WITHIN):
        return [f"{await left(site)} things are not done {HEALED_WITHIN:.0f} seconds after the last fault"]
    faults = [fault for copy in copies for fault in _of(copy)]
    feeder = site.feeder()
    feeder.post([Pen().offer(1, sure=True)])
    feeder.close()
    if not await eventually(done, _AT_ONCE):
        faults.append(f"{time.monotonic() - begun:.0f} seconds after the last fault one offer takes too long")
    return [*faults, *await _connections(rig, site, len(copies))]


def _of(copy: Copy) -> Iterator[str]:
    yield from (f"a copy gave up with exit code {code}" for code in copy.gave_up)
    yield from copy.unexpected
    if not copy.run.is_alive:
        yield "a copy is not there"
        return
    status = Path(f"/proc/{copy.run.process.pid}/status").read_text()
    used = re.search(r"VmRSS:\s+(\d+) kB", status)
    if used is None or int(used[1]) > _MEGABYTES * 1024:
        yield f"a copy takes {used and used[1]} kB"


async def _connections(rig: Rig, site: Site, copies: int) -> list[str]:
    """Connections back to what they were; the broker counts those of dead peers until their heartbeats fail."""

    async def back() -> bool:
        return _to_broker(rig) <= copies * _CONNECTIONS_TO_BROKER

    faults = [] if await eventually(back, _AT_ONCE) else [f"{_to_broker(rig)} connections to the broker"]
    connection = await asyncpg.connect(site.database_url)
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'order%'"
    )
    number = await connection.fetchval(query)
    await connection.close()
    return faults if number <= copies * _CONNECTIONS_TO_DATABASE else [*faults, f"{number} connections to the database"]


def _to_broker(rig: Rig) -> int:
    """Connections of the adapter's client library, which is not ours."""
    told = rig.broker.control("list_connections", "--quiet", "pid", "client_properties")
    return sum("aiormq" in line for line in told.splitlines())
