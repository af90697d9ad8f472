"""`credit`: what customers' open orders reserve of their limits (domain.md §6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.frame import AsJson, app_of, database, fail, print_rows, run, settings, tell

if TYPE_CHECKING:
    from adapter.persistence.credit import Difference
    from config.settings import Settings

app = app_of("Credit: what customers' open orders reserve of their limits.")

_COLUMNS = ("account", "reserved", "recomputed")
Repair = Annotated[bool, typer.Option("--repair", help="Set reservations that are wrong to what the orders add up to.")]


@app.callback()
def _group() -> None:
    """Keeps `check` a command of its own while it is the only one."""


@app.command()
def check(as_json: AsJson = False, repair: Repair = False) -> None:
    """Recompute every account's exposure from its orders and compare; exit code 1 where they differ."""
    found = run(_differences(settings(), repair=repair))
    rows = [{"account": one.account, "reserved": one.reserved, "recomputed": one.recomputed} for one in found]
    if as_json or rows:
        print_rows(_COLUMNS, rows, as_json)
    if not rows:
        tell("Every account reserves what its orders add up to.")
    elif repair:
        tell(f"Put right: {len(rows)}.")
    else:
        fail(f"{len(rows)} accounts differ from their orders. `order-adapter credit check --repair` puts them right.")


async def _differences(chosen: Settings, *, repair: bool) -> list[Difference]:
    from adapter.persistence import credit

    async with database(chosen) as opened, opened.transaction() as connection:
        found = await credit.differences(connection)
        if repair and found:
            await credit.locked(connection, [one.account for one in found])
            await credit.put_right(connection, found)
        return found
