"""`cleanup` and `erase`: what is no longer needed, or no longer wanted, is taken away (contract 8)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import AsJson, database, fail, print_rows, run
from adapter.cli.frame import settings as load

if TYPE_CHECKING:
    from adapter.housekeeping.cleaning import Cleaning

_COLUMNS = ("what", "days", "rows")
_TRIES = 100
_PAUSE = 0.1

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count.")]


def cleanup(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Clean away what has been kept for as long as the settings say; a running adapter does it by itself every hour."""
    print_rows(_COLUMNS, run(_cleaned(dry_run)), as_json)


async def _cleaned(dry_run: bool) -> list[dict[str, Any]]:
    from adapter.housekeeping.cleaning import WHAT, Cleaning
    from adapter.parts import limits_of
    from handlers.queues import HANDLERS

    chosen = load()
    async with database(chosen, patient=True) as opened:
        cleaning = Cleaning.of(chosen, opened, HANDLERS, limits_of(chosen))
        of = cleaning.count if dry_run else lambda what: _all(cleaning, what)
        return [{"what": what, "days": cleaning.days[what] or None, "rows": await of(what)} for what in WHAT]


async def _all(cleaning: Cleaning, what: str) -> int:
    rows, tries = 0, 0
    while tries < _TRIES:
        cleaned = await cleaning.portion(what)
        if cleaned is None:
            tries += 1
            await asyncio.sleep(_PAUSE)
            continue
        rows, tries = rows + cleaned.rows, 0
        if not cleaned.more:
            return rows
    return fail("A running adapter is cleaning up. Try again later.")
