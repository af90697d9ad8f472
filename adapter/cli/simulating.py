"""`simulate`: what would happen, nothing stored or published (contract 8)."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.bodies import batches, opened
from adapter.cli.frame import AsJson, at_terminal, business, database, fail, print_rows, run, settings, tell

if TYPE_CHECKING:
    from adapter.domain.decision import RegistryChange
    from adapter.intake.comparing import Difference
    from adapter.intake.simulating import Simulated, Simulating
    from adapter.messaging.decoding import Limits
    from config.settings import Settings

_AT_ONCE = 200
_COLUMNS = ("id", "outcome", "orders", "reasons")

Files = Annotated[list[str], typer.Argument(help="Files of CloudEvents, JSON Lines or JSON; - is standard input.")]
At = Annotated[
    datetime.datetime | None,
    typer.Option(
        "--at",
        formats=["%Y-%m-%d"],
        help="The day it is decided on. Orders that their messages date keep that date.",
    ),
]
Laid = Annotated[
    Path | None, typer.Option("--registry", help="Registry entries (as for `registry import`) laid over the stored.")
]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare",
        help="Decide as if for the first time, on the date of the order that was made, and tell how it differs.",
    ),
]


def simulate(
    files: Files, at: At = None, registry: Laid = None, compare: Compare = False, as_json: AsJson = False
) -> None:
    """What would happen with these messages: answers, orders, explanations and events; nothing is stored.

    Elsewhere than at a terminal it prints JSON Lines, one a message.
    """
    run(_simulate(files, at.date() if at else None, registry, compare, as_json))


async def _simulate(
    files: Sequence[str], day: datetime.date | None, registry: Path | None, compare: bool, as_json: bool
) -> None:
    chosen = settings()
    rows: list[dict[str, Any]] = []
    found: list[Difference] = []
    async for simulated, differences in _simulated(chosen, files, day, registry, compare):
        if as_json or not at_terminal():
            _print_line(simulated, differences)
        else:
            rows.append(_row(simulated))
            found += differences or ()
    if rows:
        print_rows(_COLUMNS, rows, False)
        _print_differences(found, compare)


async def _simulated(
    chosen: Settings, files: Sequence[str], day: datetime.date | None, registry: Path | None, compare: bool
) -> AsyncIterator[tuple[Simulated, list[Difference] | None]]:
    from adapter.intake.addressing import read_message
    from adapter.intake.overlay import Overlay
    from adapter.intake.simulating import Simulating
    from adapter.parts import calm_collector, limits_of
    from handlers.queues import HANDLERS

    calm_collector()
    limits, overlay = limits_of(chosen), Overlay()
    if registry is not None:
        overlay.lay(_entries(registry, limits))
    async with database(chosen) as opened_database:
        simulating = Simulating(opened_database, business(chosen), overlay, day, anew=compare)
        for bodies in _bodies(files):
            batch = [read_message(body, HANDLERS, limits) for body in bodies]
            async for result in _batch(simulating, batch, compare):
                yield result


async def _batch(
    simulating: Simulating, batch: Sequence[Any], compare: bool
) -> AsyncIterator[tuple[Simulated, list[Difference] | None]]:
    from adapter.intake.comparing import differences
    from adapter.intake.stored_orders import StoredOrders

    if not compare:
        for simulated in await simulating.simulate(batch):
            yield simulated, None
        return
    stored = await StoredOrders.read(simulating.database, batch, simulating.business)
    days = {} if simulating.day else stored.days
    for place, simulated in enumerate(await simulating.simulate(batch, days)):
        yield simulated, differences(stored.documents(place), simulated.orders)


def _bodies(files: Iterable[str]) -> Iterable[list[bytes]]:
    for name in files:
        with opened(name) as stream:
            yield from batches(stream, _AT_ONCE)


def _entries(file: Path, limits: Limits) -> list[RegistryChange]:
    changes, faults = [], []
    with opened(str(file)) as stream:
        lines = (body for part in batches(stream, _AT_ONCE) for body in part)
        for number, body in enumerate(lines, 1):
            change = _entry(body, limits)
            if isinstance(change, str):
                faults.append(f"{file}: entry {number}: {change}")
            else:
                changes.append(change)
    if faults:
        fail("\n".join(faults))
    return changes


def _entry(body: bytes, limits: Limits) -> RegistryChange | str:
    from adapter.domain.decision import RegistryChange
    from adapter.messaging.decoding import decode
    from adapter.messaging.validation import validate
    from schemas.registry_changed import RegistryChanged

    tree = decode(body, limits)
    read = tree if isinstance(tree, list) else validate(RegistryChanged, {"revision": 1} | tree, limits)
    if isinstance(read, list):
        return "; ".join(f"{reason.path} {reason.message}".strip() for reason in read)
    return RegistryChange(read.kind, read.key, read.revision, read.entry)


def _print_line(simulated: Simulated, differences: Sequence[Difference] | None) -> None:
    import orjson

    from adapter.messaging.envelope import write

    received = simulated.handled.received
    line: dict[str, Any] = {
        "id": received.message_id if received.readable else None,
        "answer": simulated.handled.answer,
        "orders": [orjson.Fragment(order) for order in simulated.written],
        "explanation": simulated.explanation,
        "events": [orjson.Fragment(event.body) for event in simulated.events],
    }
    if differences is not None:
        line["differences"] = differences
    typer.echo(write(line))


def _row(simulated: Simulated) -> dict[str, Any]:
    handled = simulated.handled
    return {
        "id": handled.received.message_id,
        "outcome": f"{handled.outcome} (repeated)" if handled.repeated else handled.outcome,
        "orders": [f"{order.number} {order.stage}{' (earlier)' * order.duplicate}" for order in handled.orders],
        "reasons": [_reason(reason) for reason in handled.reasons],
    }


def _reason(reason: Mapping[str, Any]) -> str:
    return f"{reason['code']} {reason['path']}: {reason['message']}"


def _print_differences(found: Sequence[Difference], compare: bool) -> None:
    if found:
        print_rows(("order", "path", "stored", "now"), found, False)
    elif compare:
        tell("No order would differ.")
