"""`numbers recover`: after a restore, what others know of is never given to another order (contract 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import AsJson, business, database, fail, print_rows, run, settings

if TYPE_CHECKING:
    from adapter.intake.recovering import KnownOutside, Recovered

_COLUMNS = ("number", "date", "customer", "total", "currency", "origin", "known_position", "here", "position")
_AT_ONCE = 1000
_FAULTS = ("another", "not configured")

Files = Annotated[list[str], typer.Argument(metavar="FILE…", help="Events as others have them, as JSON Lines.")]


def recover(files: Files, as_json: AsJson = False) -> None:
    """After a restore: take the numbers of orders that events tell of and that the database does not have.

    Lists the orders that are missing here, behind, or others than the events tell; exit code 1 where a number is
    already another order's, or has no place in numbering.toml. Run it before the adapter starts.
    """
    found = run(_recovered(_known(files)))
    print_rows(_COLUMNS, [_row(one) for one in found if one.here != "same"], as_json)
    if faults := [one for one in found if one.here in _FAULTS]:
        fail(f"{len(faults)} of {len(found)} orders need a look: their number is another order's, or not configured.")


def _known(files: Sequence[str]) -> list[KnownOutside]:
    from adapter.cli.bodies import batches, opened
    from adapter.intake.recovering import known_outside

    bodies = []
    for file in files:
        with opened(file) as stream:
            bodies += [body for batch in batches(stream, _AT_ONCE) for body in batch]
    try:
        return list(known_outside(bodies).values())
    except (ValueError, KeyError, AttributeError, TypeError):
        return fail("A line is not an event of ours. The file holds CloudEvents as they were sent, one a line.")


async def _recovered(outside: Sequence[KnownOutside]) -> list[Recovered]:
    from adapter.intake.recovering import recover

    chosen = settings()
    numberings = business(chosen).numberings
    async with database(chosen) as opened, opened.transaction() as connection:
        portions = (outside[first : first + _AT_ONCE] for first in range(0, len(outside), _AT_ONCE))
        return [one for portion in portions for one in await recover(connection, numberings, portion)]


def _row(one: Recovered) -> dict[str, Any]:
    order = one.outside.order
    origin = [f"{each['kind']}:{each['number']}" for each in order["origin"]]
    told = {name: order[name] for name in ("number", "date", "customer", "currency")}
    told |= {"total": order["totals"]["total"], "origin": ", ".join(dict.fromkeys(origin))}
    return told | {"known_position": one.outside.position, "here": one.here, "position": one.position}
