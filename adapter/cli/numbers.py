"""`numbers`: which are used and free, those that another system used, and giving such back (contract 8)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from adapter.cli.frame import AsJson, app_of, at_terminal, business, database, fail, print_json, run, settings, tell
from adapter.cli.number_pages import print_periods
from adapter.cli.number_recovery import recover

if TYPE_CHECKING:
    from adapter.domain.numbering import Numbering

_MOST_AT_ONCE = 1_000_000


class _Numbers(TyperGroup):
    """`numbers ORD` shows numbering ORD; one that is called like a command needs `numbers show`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = app_of("Numbers of orders: `numbers NUMBERING` shows which are used and which are free.")
app.info.cls = _Numbers
app.command()(recover)

Code = Annotated[str, typer.Argument(metavar="NUMBERING", help="A numbering of numbering.toml, as ORD.")]
Range = Annotated[str, typer.Argument(metavar="NUMBER[-NUMBER]", help="A number, or the first and last of several.")]
Day = Annotated[
    datetime.datetime,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Their date; it says in which period they are."),
]
Period = Annotated[
    datetime.datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="A date in its period, where several periods have the number."),
]


@app.command()
def show(numbering: Code, as_json: AsJson = False) -> None:
    """Used and free numbers by period.

    Holes are the free numbers below the highest used one, as far down as numbers are drawn. Ranges whose numbers are
    supplied have none: nobody draws there.
    """
    from adapter.intake.number_periods import periods

    configured = business(settings()).numberings.get(numbering)
    found = periods(run(_on_record(numbering)), configured)
    if configured is None and not found:
        fail(f"There is no numbering {numbering}.")
    if as_json:
        print_json({"numbering": numbering, "periods": [period.document for period in found]})
    else:
        print_periods(found, at_terminal())


async def _on_record(numbering: str) -> list[Any]:
    from adapter.persistence import number_queries

    async with database(settings()) as opened, opened.connection() as connection:
        return await number_queries.on_record(connection, numbering)


@app.command()
def take(numbering: Code, number: Range, date: Day) -> None:
    """Take over numbers that another system used: they are never drawn."""
    from adapter.intake.taking import take

    first, last = _range(number)
    chosen = settings()
    how = business(chosen)
    found = _configured(how.numberings, numbering)

    async def taken() -> str | None:
        async with database(chosen) as opened, opened.transaction() as connection:
            fault = await take(connection, found, range(first, last + 1), date.date(), how.parameters.company)
            return fault and fail(fault)

    run(taken())
    tell(f"{last - first + 1} taken over.")


@app.command()
def free(numbering: Code, number: Annotated[int, typer.Argument()], date: Period = None) -> None:
    """Free a number that was taken over and that no order has: it may be drawn again."""
    from adapter.intake.taking import free

    chosen = settings()
    found = _configured(business(chosen).numberings, numbering)

    async def freed() -> str | None:
        async with database(chosen) as opened, opened.transaction() as connection:
            fault = await free(connection, found, number, date and date.date())
            return fault and fail(fault)

    run(freed())
    tell(f"Number {number} is free.")


def _configured(numberings: Mapping[str, Numbering], code: str) -> Numbering:
    return numberings.get(code) or fail(f"There is no numbering {code} in numbering.toml.")


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or "0").isdecimal() or int(last or first) < int(first):
        raise typer.BadParameter(f"{text} is not a number or a range, as 17 or 1-400.")
    if int(last or first) - int(first) >= _MOST_AT_ONCE:
        raise typer.BadParameter(f"Take over at most {_MOST_AT_ONCE} numbers at once.")
    return int(first), int(last or first)
