"""`order-adapter check`: whether everything is configured and reachable, before anything starts (contract 8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import typer

from adapter.cli.faults import fault_of
from adapter.cli.frame import AsJson, broker, business, database, print_rows, run, settings

if TYPE_CHECKING:
    from config.settings import Settings

Row = dict[str, Any]


def check(as_json: AsJson = False) -> None:
    """Check settings, configuration, schema, broker and topology as a start would; faults come with their cures.

    Nothing is changed: queues that a start would declare are counted.
    """
    rows, code = run(_checked())
    print_rows(("check", "result", "details"), rows, as_json)
    if code:
        raise typer.Exit(code)


async def _checked() -> tuple[list[Row], int]:
    """A row for each check, and the worst exit code of them."""
    rows: list[Row] = []
    try:
        chosen = settings()
    except Exception as error:
        code = _told(rows, "settings", error)
        return rows + [_row(name, "not checked", "The settings come first.") for name in _CHECKS], code
    rows.append(_row("settings", "ok", f"namespace {chosen.namespace}, configuration in {chosen.config_dir}"))
    worst = 0
    for name, look in _CHECKS.items():
        try:
            rows.append(_row(name, "ok", await look(chosen)))
        except Exception as error:
            worst = max(worst, _told(rows, name, error))
    return rows, worst


def _told(rows: list[Row], name: str, error: Exception) -> int:
    fault = fault_of(error)
    if fault is None:
        raise error
    rows.append(_row(name, "fault", " ".join(fault.message.split())))
    return fault.code


def _row(name: str, result: str, details: str) -> Row:
    return {"check": name, "result": result, "details": details}


async def _configuration(chosen: Settings) -> str:
    found = business(chosen)
    return f"{len(found.order_types)} order types, {len(found.numberings)} numberings"


async def _schema(chosen: Settings) -> str:
    from adapter.parts import check_rights

    async with database(chosen) as opened:
        await check_rights(opened)
        return f"up to date in {chosen.database_address}"


async def _broker(chosen: Settings) -> str:
    async with broker(chosen):
        return f"connected to {chosen.broker_address}"


async def _topology(chosen: Settings) -> str:
    from adapter.messaging.topology_check import missing
    from adapter.parts import topology_of

    topology = topology_of(chosen)
    async with broker(chosen) as connection:
        absent = await missing(topology, connection, declare=chosen.declare)
    whole = len(topology.queues) + len(topology.exchanges)
    if absent:
        return f"{len(absent)} of {whole} queues and exchanges are not there yet: the start declares them"
    told = f"{len(topology.queues)} queues and {len(topology.exchanges)} exchanges are"
    # The broker compares arguments, and tells of bindings, only where one may configure.
    return f"{told} as they must be" if chosen.declare else f"{told} there; arguments and bindings were not looked at"


_CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "configuration": _configuration,
    "schema": _schema,
    "broker": _broker,
    "topology": _topology,
}
