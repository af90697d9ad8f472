"""`credit`: what customers' open orders reserve of their limits (domain.md §6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.frame import AsJson, app_of, business, database, fail, print_rows, run, settings, tell

if TYPE_CHECKING:
    from adapter.housekeeping.reservations import Difference
    from config.settings import Settings

app = app_of("Credit: what customers' open orders reserve of their limits.")

_COLUMNS = ("account", "order", "reserved", "recomputed")
Repair = Annotated[bool, typer.Option("--repair", help="Set reservations that are wrong to what they should be.")]


@app.callback()
def _group() -> None:
    """Keeps `check` a command of its own while it is the only one."""


@app.command()
def check(as_json: AsJson = False, repair: Repair = False) -> None:
    """Work out anew what every order reserves and what that makes for each account; exit code 1 where it differs.

    An order reserves what is still open of it, as the configuration has it now. A row without order is an account's.
    """
    found = run(_differences(settings(), repair=repair))
    rows = [{name: getattr(one, name) for name in _COLUMNS} for one in found]
    if as_json or rows:
        print_rows(_COLUMNS, rows, as_json)
    if not rows:
        tell("Every order reserves what is open of it, and every account what its orders add up to.")
    elif repair:
        tell(f"Put right: {_shown(found)}.")
    else:
        fail(f"{_shown(found)} differ. `order-adapter credit check --repair` puts them right.")


def _shown(found: list[Difference]) -> str:
    orders = sum(one.order is not None for one in found)
    return f"{orders} orders and {len(found) - orders} accounts"


async def _differences(chosen: Settings, *, repair: bool) -> list[Difference]:
    from adapter.housekeeping.reservations import Reservations

    async with database(chosen) as opened:
        reservations = Reservations(opened, business(chosen))
        found = await reservations.differences()
        if repair:
            await reservations.repair(found)
        return found
