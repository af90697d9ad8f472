"""`events replay`: what was told before is told again, marked as such (contract 8)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.frame import AsJson, app_of, database, fail, print_json, run, settings, tell
from adapter.cli.orders import Named, Number, OriginOption, found_orders, named

if TYPE_CHECKING:
    from adapter.persistence.database import Connection
    from adapter.persistence.events import Again

_SLICE = 10_000
_MOMENTS = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]

app = app_of("Events that were published: have them published again.")

Since = Annotated[datetime.datetime | None, typer.Option(formats=_MOMENTS, help="Written since then (UTC).")]
Until = Annotated[datetime.datetime | None, typer.Option(formats=_MOMENTS, help="Written before then (UTC).")]
Positions = Annotated[
    str | None, typer.Option(metavar="P[-[Q]]", help="Of these positions of each order: 3, 3-5 or 3- for 3 and later.")
]


@app.command()
def export(since: Since = None, until: Until = None) -> None:
    """Events as they were sent, one a line: to keep them elsewhere, should the database have to be restored."""
    from adapter.persistence.events import Again

    run(_exported(Again(since=_utc(since), until=_utc(until))))


async def _exported(which: Again) -> None:
    from adapter.persistence import events

    async with database(settings()) as opened, opened.transaction(read_only=True) as connection:
        async for body in events.sent(connection, which):
            typer.echo(body)


@app.command("replay")
def replay_events(
    n: Number = None,
    origin: OriginOption = None,
    position: Positions = None,
    since: Since = None,
    until: Until = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have events published again, with their ids and in their order, each with attribute `replayed`.

    The running adapter publishes them beside new ones; an order's new events wait for its replay.
    """
    from adapter.persistence.events import Again

    if n is None and origin is None and since is None and until is None:
        raise typer.BadParameter("Say which: an order, --origin, --since or --until.")
    which = Again(positions=_positions(position), since=_utc(since), until=_utc(until))
    orders = None if n is None and origin is None else named(n, origin)
    count = run(_replay(which, orders, dry_run))
    if as_json:
        print_json({"events": count, "dry_run": dry_run})
    if not count:
        fail("No event that was published fits.")
    if not as_json:
        tell(f"{count} events {'would be' if dry_run else 'will be'} published again.")


async def _replay(which: Again, orders: Named | None, dry_run: bool) -> int:
    from adapter.persistence import events

    async with database(settings()) as opened, opened.connection() as connection:
        if orders is not None:
            which = replace(which, order_ids=[order.id for order in await found_orders(connection, orders)])
        if reduced := await events.count_reduced(connection, which):
            tell(
                f"{reduced} older events are no longer kept whole and are left out; see ORDER_ADAPTER_KEEP_EVENTS_DAYS."
            )
        return await events.count_sent(connection, which) if dry_run else await _ask(connection, which)


async def _ask(connection: Connection, which: Again) -> int:
    """Slice by slice, so that no transaction is long; what is written meanwhile was never asked for."""
    from adapter.persistence import events

    which = replace(which, until=which.until or datetime.datetime.now(datetime.UTC))
    count, ids = 0, [0]
    while ids:
        ids = await events.replay(connection, which, ids[-1], _SLICE)
        count += len(ids)
    return count


def _positions(text: str | None) -> tuple[int, int | None] | None:
    if text is None:
        return None
    first, dash, last = text.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise typer.BadParameter(f"{text} is not a position, as 3, 3-5 or 3-.", param_hint="--position")
    return int(first), int(last) if last else None if dash else int(first)


def _utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    return moment.replace(tzinfo=datetime.UTC) if moment and moment.tzinfo is None else moment
