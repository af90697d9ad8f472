"""The frame of every command: the application, its settings and database, and how it ends (contract 8).

A module of commands imports this, makes a `typer.Typer()` or plain functions, and imports whatever is slow to load
inside its commands, so that `--help` is quick. `adapter/cli/__init__.py` puts them together.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from adapter.cli.faults import NOT_REACHABLE, REFUSED, WRONG_USAGE, Failed, fail, fault_of
from adapter.cli.printing import at_terminal, print_json, print_json_lines, print_rows

if TYPE_CHECKING:
    from aio_pika.abc import AbstractConnection

    from adapter.domain.business import Business
    from adapter.persistence.database import Database
    from config.settings import Settings

__all__ = [
    "NOT_REACHABLE",
    "REFUSED",
    "WRONG_USAGE",
    "AsJson",
    "Failed",
    "app_of",
    "at_terminal",
    "broker",
    "business",
    "database",
    "fail",
    "print_json",
    "print_json_lines",
    "print_rows",
    "run",
    "settings",
    "tell",
]

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
"""The option of every command that prints data."""

_EXPECTED = (typer.TyperException, typer.Exit, typer.Abort, BrokenPipeError)


class Guarded(TyperGroup):
    """Commands whose failures become a plain message and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except _EXPECTED:
            raise
        except Exception as error:
            raise typer.Exit(_explain(error)) from error


def _explain(error: Exception) -> int:
    if fault := fault_of(error):
        tell(fault.message)
        return fault.code
    if os.environ.get("ORDER_ADAPTER_LOG_LEVEL", "").lower() == "debug":
        import traceback

        tell("".join(traceback.format_exception(error)))
    tell(f"Unexpected: {type(error).__name__}: {error}. ORDER_ADAPTER_LOG_LEVEL=debug shows where.")
    return REFUSED


def app_of(help: str, *, guarded: bool = False) -> typer.Typer:
    """An application, or a group of commands within it; panels and colours at a terminal, plain text elsewhere."""
    return typer.Typer(
        help=help,
        cls=Guarded if guarded else TyperGroup,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if at_terminal() else None,
    )


def tell(message: str) -> None:
    """Something for the person, never for the pipe: it goes to standard error."""
    typer.echo(message, err=True)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a command's asynchronous part."""
    return asyncio.run(coroutine)


def settings(*, database_required: bool = True) -> Settings:
    """The settings of this process; logs go to standard error from here on.

    Raises:
        SettingsFaults: with everything that is wrong with them.
    """
    from config.logging import set_up_logging
    from config.settings import load_settings

    loaded = load_settings(database_required=database_required)
    set_up_logging(loaded)
    return loaded


def business(chosen: Settings) -> Business:
    """How the company works, as configured.

    Raises:
        ConfigurationFaults: with every fault of every file.
    """
    from adapter import configured

    return configured.load(chosen.config_dir)


@asynccontextmanager
async def database(chosen: Settings, *, patient: bool = False) -> AsyncIterator[Database]:
    """The database, reached and with an up-to-date schema; closed afterwards. `patient`: see `database_of`.

    Raises:
        SchemaBehind: `order-adapter migrate` has to run first.
    """
    from adapter.parts import check_schema, database_of

    opened = database_of(chosen, patient=patient)
    try:
        await check_schema(opened)
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def broker(chosen: Settings) -> AsyncIterator[AbstractConnection]:
    """A connection to the broker, closed afterwards.

    Raises:
        AMQPError: it cannot be reached.
    """
    import logging

    import aio_pika

    from adapter.parts import broker_url

    # What it would say is told by whoever asked for the connection.
    logging.getLogger("aiormq.connection").setLevel(logging.CRITICAL)
    async with await aio_pika.connect(broker_url(chosen), timeout=10) as connection:
        yield connection
