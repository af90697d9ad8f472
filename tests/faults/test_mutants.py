"""The rig itself is tried: with a bug put in on purpose, the invariant that is there for it must break."""

from __future__ import annotations

import asyncio
import signal

import asyncpg
import pytest
from cable import cable

from .crashing import PATIENCE, QUICK, Crash, a_morning, an_offer, crashed, die
from .invariants import Broken, broken, look
from .ledger import Pen, Posted
from .resting import eventually, untouched
from .rig import Rig, Site
from .sabotage import Halt, Point
from .served import Served, serving

_BEFORE_COMMIT = Point("adapter.intake.unit:Unit.run", "after")
_AFTER_COMMIT = Point("adapter.intake.intake:Intake.handle", "after")
_CHOSEN = Point("adapter.relay.relay:Relay._chain")
_PUBLISHING = Point("adapter.messaging.publishing:Publisher.publish_event")
_SHORT = 1.5
ONE_BY_ONE = {"ORDER_ADAPTER_BATCH_MESSAGES": "1"}

QUICKLY_TRIED = [("ack_first", _BEFORE_COMMIT, "I1"), ("sequence", _BEFORE_COMMIT, "I2"), ("mark_first", _CHOSEN, "I3")]
TRIED = [
    ("no_inbox", _AFTER_COMMIT, "I5"),
    ("forgetful", _AFTER_COMMIT, "I1"),
    ("events_apart", _BEFORE_COMMIT, "I6"),
    ("floats", _AFTER_COMMIT, "I8"),
]


async def with_a_bug(site: Site, bug: str, point: Point) -> Broken:
    await site.execute("CREATE SEQUENCE numbers_drawn")
    messages = a_morning if bug in {"no_inbox", "forgetful", "floats"} else an_offer
    return await crashed(site, Crash(bug, point, messages), bug, patience=_SHORT, **ONE_BY_ONE)


@pytest.mark.parametrize(("bug", "point", "invariant"), QUICKLY_TRIED)
async def test_a_bug_is_caught(rig: Rig, bug: str, point: Point, invariant: str) -> None:
    async with rig.site() as site:
        assert invariant in await with_a_bug(site, bug, point)


@pytest.mark.timing
@pytest.mark.parametrize(("bug", "point", "invariant"), TRIED)
async def test_another_bug_is_caught(rig: Rig, bug: str, point: Point, invariant: str) -> None:
    async with rig.site() as site:
        assert invariant in await with_a_bug(site, bug, point)


async def an_order_whose_events_wait(site: Site) -> None:
    """An order with two events of which none has left yet."""
    assert await die(site, Crash("chosen", _CHOSEN, an_offer)) == []


async def until_marked(site: Site, events: int) -> None:
    async def there() -> bool:
        connection = await asyncpg.connect(site.database_url)
        count = await connection.fetchval("SELECT count(*) FROM events WHERE sent_at IS NOT NULL")
        await connection.close()
        return bool(count >= events)

    assert await eventually(there, PATIENCE)


async def stopped(site: Site, *copies: Served) -> Broken:
    for copy in copies:
        copy.ask_to_stop()
        assert await copy.end() == 0
    return broken(await look(site))


async def frozen_publisher(site: Site, *bugs: str) -> Broken:
    """The copy that publishes freezes over the first event of an order, another one is there, then it thaws."""
    await an_order_whose_events_wait(site)
    freeze = Halt(_PUBLISHING, signal.SIGSTOP)
    async with serving(site.settings, done=[*bugs, freeze], **QUICK) as one:
        await one.until_frozen()
        async with serving(site.settings, done=bugs, **QUICK) as other:
            await other.until("ready")
            await until_marked(site, 1 if bugs else 0)
            one.send(signal.SIGCONT)
            await until_marked(site, 2)
            return await stopped(site, one, other)


async def black_hole(site: Site, *bugs: str) -> Broken:
    """While an event is being published, nothing comes through to the broker any more, nor back; later it does."""
    await an_order_whose_events_wait(site)
    url = site.broker.url
    async with cable(url) as way:
        environ = QUICK | {"ORDER_ADAPTER_BROKER_URL": way.of(url), "ORDER_ADAPTER_PUBLISH_SECONDS": "0.3"}
        async with serving(site.settings, done=[*bugs, Halt(_PUBLISHING, signal.SIGSTOP)], **environ) as copy:
            await copy.until_frozen()
            way.stick()
            copy.send(signal.SIGCONT)
            await (until_marked(site, 2) if bugs else copy.until("event_not_published"))
            way.cut()
            await way.mend()
            await until_marked(site, 2)
            return await stopped(site, copy)


async def overtaken(site: Site, *bugs: str) -> Broken:
    """A copy freezes over an order that it has not committed, another one sends a later event, then it thaws."""
    pen, feeder = Pen(), site.feeder()
    offers, poison = [pen.offer(number) for number in range(1, 9)], [pen.refused(90), pen.refused(91)]
    freeze = Halt(_BEFORE_COMMIT, signal.SIGSTOP)
    async with serving(site.settings, done=bugs, **QUICK) as publisher:
        await publisher.until("ready")
        async with serving(site.settings, done=[*bugs, freeze], **QUICK) as late:
            await late.until("ready")
            for offer in offers:
                await asyncio.to_thread(feeder.post, [offer])
                assert await eventually(lambda one=offer: _taken(site, one, late), PATIENCE)  # type: ignore[misc]
                if late.named("halted"):
                    break
            await asyncio.to_thread(feeder.post, poison)
            assert await eventually(lambda: _told(site), PATIENCE)
            late.send(signal.SIGCONT)
            assert await eventually(lambda: _all_taken(site), PATIENCE)
            await asyncio.to_thread(feeder.close)
            return await stopped(site, late, publisher)


async def _taken(site: Site, offer: Posted, late: Served) -> bool:
    return bool(late.named("halted")) or await untouched(site, [offer]) == 0


async def _all_taken(site: Site) -> bool:
    return await untouched(site, list(site.ledger.confirmed.values())) == 0


async def _told(site: Site) -> bool:
    """Whether a refusal was told."""
    connection = await asyncpg.connect(site.database_url)
    told = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM events WHERE order_id IS NULL AND sent_at IS NOT NULL)"
    )
    await connection.close()
    return bool(told)


@pytest.mark.timing
@pytest.mark.parametrize(("bugs", "invariants"), [((), set()), (("by_cursor",), {"I3", "I4"})])
async def test_looking_for_events_by_a_cursor_is_caught(rig: Rig, bugs: tuple[str, ...], invariants: set[str]) -> None:
    async with rig.site() as site:
        assert set(await overtaken(site, *bugs)) == invariants


@pytest.mark.timing
@pytest.mark.parametrize(("bugs", "invariants"), [((), set()), (("by_row",), {"I4"})])
async def test_publishing_row_by_row_is_caught(rig: Rig, bugs: tuple[str, ...], invariants: set[str]) -> None:
    async with rig.site() as site:
        assert set(await frozen_publisher(site, *bugs)) == invariants


@pytest.mark.timing
@pytest.mark.parametrize(("bugs", "invariants"), [((), set()), (("swallowing",), {"I3", "I4"})])
async def test_swallowing_what_ends_a_publish_is_caught(rig: Rig, bugs: tuple[str, ...], invariants: set[str]) -> None:
    async with rig.site() as site:
        assert set(await black_hole(site, *bugs)) == invariants
