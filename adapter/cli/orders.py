"""`orders`: which there are, how one stands, what happened to it, and why its values are what they are (contract 8)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from adapter.cli import order_pages
from adapter.cli.frame import AsJson, app_of, at_terminal, database, fail, print_json, print_rows, run, settings, tell

if TYPE_CHECKING:
    from adapter.persistence.database import Connection
    from adapter.persistence.queries import FoundOrder, OrderFilter

__all__ = ["Named", "Number", "OriginOption", "app", "found_orders", "named"]

_COLUMNS = ("number", "date", "type", "customer", "stage", "currency", "total")
_ON_A_SCREEN = 50
_ORIGINS = ("offer", "supplier_order", "customer_order")

app = app_of("Customer orders: which there are, how one stands, what happened to it, and why.")

Number = Annotated[str | None, typer.Argument(metavar="N", help="The order's number.", show_default=False)]
OriginOption = Annotated[
    str | None,
    typer.Option("--origin", metavar="KIND:NUMBER", help="Made of this document, as offer:Q7 or offer:OFF/Q7."),
]


@app.command("list")
def list_orders(
    customer: Annotated[str | None, typer.Option(help="Of this customer.")] = None,
    type: Annotated[str | None, typer.Option(help="Of this order type.")] = None,
    stage: Annotated[str | None, typer.Option(help="In this stage, as confirmed.")] = None,
    from_: Annotated[
        datetime.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Dated since.")
    ] = None,
    to: Annotated[datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dated until, inclusive.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many; at a terminal 50, else all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Orders, the newest first."""
    from adapter.persistence.queries import OrderFilter

    screen = _ON_A_SCREEN if limit is None and at_terminal() and not as_json else None
    which = OrderFilter(
        customer=customer,
        type=type,
        stage=stage,
        since=from_ and from_.date(),
        until=to and to.date(),
        most=screen + 1 if screen else limit,
    )
    rows = run(_listed(which))
    print_rows(_COLUMNS, rows[:screen], as_json)
    if screen and len(rows) > screen:
        tell(f"These are the newest {screen}; --limit shows more.")


async def _listed(which: OrderFilter) -> list[dict[str, Any]]:
    from adapter.persistence import queries

    async with database(settings()) as opened, opened.transaction(read_only=True) as connection:
        return [
            {name: getattr(order, name) for name in _COLUMNS} | {"date": order.date.isoformat()}
            async for order in queries.orders(connection, which)
        ]


@app.command()
def show(n: Number = None, origin: OriginOption = None, as_json: AsJson = False) -> None:
    """An order as it stands; each of them where several have this number or origin."""
    for order in run(_orders(named(n, origin))):
        if as_json or not at_terminal():
            print_json(_order_of(order.event))
        else:
            order_pages.print_order(_order_of(order.event))


@app.command()
def history(n: Number = None, origin: OriginOption = None, as_json: AsJson = False) -> None:
    """What happened to an order: the data of its events by position."""
    for events in run(_histories(named(n, origin))):
        data = [event["data"] for event in events]
        print_json(data) if as_json else order_pages.print_history(events)


@app.command()
def explain(
    n: Number = None,
    origin: OriginOption = None,
    line: Annotated[str | None, typer.Option("--line", metavar="L", help="Only this line; 0 is the header.")] = None,
    as_json: AsJson = False,
) -> None:
    """Why every value is what it is: the rule that won, those that lost and why, the arithmetic."""
    from adapter.intake.explaining import explained

    wanted = _line(line)
    for order in run(_orders(named(n, origin))):
        entries = [entry for entry in explained(order.explanation) if wanted in (None, Decimal(entry["line"] or 0))]
        if line is not None and not entries:
            fail(f"Order {order.number} has nothing to explain about line {line}.")
        if not entries:
            tell(f"Why order {order.number} is as it is, is no longer kept; see ORDER_ADAPTER_KEEP_EXPLANATIONS_DAYS.")
        print_json(entries) if as_json else order_pages.print_explanation(order.number, entries)


def _line(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text} is not a line number.", param_hint="--line") from None


async def _orders(named: Named) -> list[FoundOrder]:
    async with database(settings()) as opened, opened.connection() as connection:
        return await found_orders(connection, named)


async def _histories(named: Named) -> list[list[dict[str, Any]]]:
    import orjson

    from adapter.persistence import queries

    async with database(settings()) as opened, opened.connection() as connection:
        orders = await found_orders(connection, named)
        bodies = [await queries.history(connection, order.id) for order in orders]
    return [[orjson.loads(body) for body in history] for history in bodies]


class Named(NamedTuple):
    """The order that the command line names: by its number, or by the document it was made of."""

    number: str
    kind: str | None = None


def named(n: str | None, origin: str | None) -> Named:
    """What was written, once it makes sense; wrong usage otherwise."""
    if (n is None) == (origin is None):
        raise typer.BadParameter("Name an order by its number, or by --origin.")
    if n is not None:
        return Named(n)
    kind, _, document = (origin or "").partition(":")
    if kind not in _ORIGINS or not document:
        raise typer.BadParameter(f"Write it as one of {', '.join(_ORIGINS)}, a colon, and the number.")
    return Named(document, kind)


async def found_orders(connection: Connection, named: Named) -> list[FoundOrder]:
    """The orders of that number or origin; fails where there is none."""
    from adapter.persistence import queries

    if named.kind is None:
        return _some(await queries.numbered(connection, named.number), f"There is no order {named.number}.")
    made = await queries.made_of(connection, named.kind, named.number)
    return _some(made, f"No order was made of {named.kind} {named.number}.")


def _some(orders: Sequence[FoundOrder], otherwise: str) -> list[FoundOrder]:
    return list(orders) or fail(otherwise)


def _order_of(event: bytes) -> dict[str, Any]:
    import orjson

    order: dict[str, Any] = orjson.loads(event)["data"]["order"]
    return order
