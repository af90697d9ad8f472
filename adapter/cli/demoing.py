"""`order-adapter demo`: the main job on sample data, start to finish (contract 8)."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from adapter.cli.frame import NOT_REACHABLE, REFUSED, fail

_STOPPED = 130

Stay = Annotated[bool, typer.Option("--stay", help="Keep everything up afterwards, until Ctrl-C.")]


def demo(stay: Stay = False) -> None:
    """Play a morning of accepted offers before your eyes, on services of its own, and check what comes of it.

    It uses the broker and the database server that are configured, else what it finds or can start; there it keeps to
    names and a database of its own, which it removes at the end. Exit 1 if anything did not come out as it must.
    """
    from adapter.demo.demonstration import run
    from adapter.demo.processes import ServiceMissing
    from adapter.persistence.own_database import MayNotCreate

    try:
        good = run(staying=stay)
    except ServiceMissing as missing:
        fail(str(missing), NOT_REACHABLE)
    except MayNotCreate:
        fail(
            "The user of ORDER_ADAPTER_DATABASE_URL may not create a database for the demonstration. "
            "Grant CREATEDB, or unset it: then an embedded PostgreSQL is used."
        )
    except (KeyboardInterrupt, asyncio.CancelledError):
        typer.echo("\n  Stopped. Everything that the demonstration made is removed.")
        raise typer.Exit(0 if stay else _STOPPED) from None
    if not good:
        raise typer.Exit(REFUSED)
