"""The benchmarks still run: every program once on next to nothing, its work looked at afterwards, no time asserted."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.commands import Ran
from benchmarks.drain import Drained
from benchmarks.parts import Parts, Sizes
from benchmarks.site import Site

TINY = Sizes(
    orders=100,
    usual_seconds=1.0,
    events=100,
    prices=100,
)


@pytest.fixture
async def parts(broker_url: str, database_server_url: str, tmp_path: Path) -> AsyncIterator[Parts]:
    """Everything that can be measured, on the tests' own services, under names of its own."""
    site = Site(database_server_url, broker_url, {}, f"benchmark_{uuid.uuid4().hex[:8]}")
    await site.prepare()
    yield Parts(site, TINY, tmp_path)
    await site.remove()


async def test_every_program_does_the_work_that_is_measured(parts: Parts) -> None:
    """They run beside each other, since it is not the time that matters; ours makes the floor's samples."""
    await parts.seeds.waiting_events(TINY.events)
    kinds = (parts.promised(), parts.floor(), parts.relay(), parts.imported())
    runs = {name: run for kind in kinds for name, run in kind.items()}
    names = ("promised usual", "floor rows", "floor broker", "relay one by one", "registry import")

    results = await asyncio.gather(*(runs[name]() for name in names))

    assert all(isinstance(result, Drained) and result.orders > 1 for result in results[:-1])
    assert isinstance(results[-1], Ran)
    assert results[-1].entries == TINY.prices
