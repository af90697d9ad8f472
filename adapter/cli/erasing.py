"""`erase CUSTOMER`: personal data removed, accounts kept (contract 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import AsJson, at_terminal, database, fail, print_json, print_rows, run, tell
from adapter.cli.frame import settings as load
from adapter.cli.parked_options import By

if TYPE_CHECKING:
    from adapter.housekeeping.erasing import Erasing

Code = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's code.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", help="Why, as it is to stand on record.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def erase(
    customer: Code, by: By, reason: Why = "", dry_run: DryRun = False, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Erase a customer's personal data: names, addresses, notes, references; codes, numbers and amounts stay.

    There is no way back. Messages that are still in a queue, and what its owner sends anew, are not touched.
    """
    if not dry_run and not yes:
        _ask(customer)
    erasing = run(_erased(customer, by, reason, dry_run))
    if not erasing.known:
        fail(f"Nothing is known of a customer {customer}.")
    if as_json:
        print_json(_document(erasing))
    else:
        print_rows(("what", "rows"), [{"what": what, "rows": rows} for what, rows in erasing.counts.items()], False)
    _tell(erasing)


def _ask(customer: str) -> None:
    if not at_terminal():
        raise typer.BadParameter("Say --yes where nobody can be asked, or --dry-run.")
    erasing = run(_erased(customer, "", "", True))
    open_orders = sum(order.open for order in erasing.orders)
    told = f"{erasing.counts['orders']} orders, {open_orders} of them open, {erasing.counts['messages']} messages"
    typer.confirm(f"Erase the personal data of customer {customer} ({told})? There is no way back.", abort=True)


async def _erased(customer: str, by: str, reason: str, dry_run: bool) -> Erasing:
    from adapter.housekeeping.erasing import Erasing
    from adapter.parts import limits_of
    from handlers.queues import HANDLERS

    chosen = load()
    async with database(chosen, patient=True) as opened:
        erasing = Erasing(opened, HANDLERS, limits_of(chosen), customer, dry_run)
        await erasing.run(by, reason)
        return erasing


def _document(erasing: Erasing) -> dict[str, Any]:
    open_orders = [order.number for order in erasing.orders if order.open]
    told = {"customer": erasing.customer, "dry_run": erasing.dry_run}
    return told | {"erased": dict(erasing.counts), "open_orders": open_orders}


def _tell(erasing: Erasing) -> None:
    if open_orders := sum(order.open for order in erasing.orders):
        tell(f"{open_orders} orders are still open; they have no delivery address any more.")
    if not any(erasing.counts.values()):
        tell("Nothing was left to erase.")
