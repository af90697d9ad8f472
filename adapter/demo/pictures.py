"""What a person sees of orders, reasons and explanations: pieces of text and tables, at a terminal or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from adapter.demo.partners import Json

STYLES = {"created": "bold green", "applied": "bold green", "duplicate": "cyan", "refused": "bold red"}
_STAGES = {"confirmed": "green", "blocked": "yellow"}


def words(*parts: tuple[str, str] | str) -> Text:
    """Text of parts with their styles."""
    return Text.assemble(*parts)


def outcome(word: str) -> Text:
    return Text(word, STYLES.get(word, "bold yellow"))


def stage(word: str) -> Text:
    return Text(word, _STAGES.get(word, ""))


def order_head(order: Json) -> Text:
    """Number, total and state on one line."""
    total = order["totals"]["total"], order["currency"]
    dues = ", ".join(one["date"] for one in order["due_dates"])
    number, state = (order["number"], "bold"), stage(order["stage"])
    return Text.assemble(number, "   ", (" ".join(total), "bold"), "   ", state, "   ", (f"due {dues}", "dim"))


def lines_table(order: Json) -> Table:
    """The lines: quantity, what, at which price, less what, makes what."""
    table = Table.grid(padding=(0, 2))
    for justify, width in (("right", 4), ("right", 8), ("left", 34), ("right", 7), ("right", 6), ("right", 10)):
        table.add_column(justify=justify, width=width, no_wrap=True)  # type: ignore[arg-type] # mypy widens the tuple
    for line in order["lines"]:
        table.add_row(*_line_cells(line))
    return table


def _line_cells(line: Json) -> Sequence[str | Text]:
    if line["kind"] == "note":
        return Text(line["line"], "dim"), "", Text(line["description"] or "", "italic"), "", "", ""
    quantity = f"{line['quantity']} {line['uom'] or ''}".strip()
    sum_ = Text(f"({line['net']})", "dim") if line["kind"] == "giveaway" else line["net"]
    off = Text(discounts(line["discounts"]), "magenta")
    return Text(line["line"], "dim"), quantity, line["description"] or "", line["unit_price"], off, sum_


def discounts(given: Iterable[Json]) -> str:
    """In the short notation of the trade: 10+5, an amount with #."""
    return "+".join(f"{one['percent']}" if one["percent"] is not None else f"{one['amount']}#" for one in given)


def sum_up(order: Json) -> Text:
    """How the total comes about."""
    totals, rates = order["totals"], "/".join(row["rate"] for row in order["vat_summary"] if row["rate"] != "0")
    text = Text(style="dim")
    for name, sign in (("goods", ""), ("discounts", "− "), ("final_discounts", "− "), ("charges", "+ ")):
        text.append(_term(totals, name, sign))
    text.append(_term(totals, "expenses", "+ "))
    if order["vat_included"]:
        return text.append(f"= {totals['total']}, in it VAT {rates} % {totals['vat']}")
    return text.append(f"= {totals['net']} + VAT {rates} % {totals['vat']} = {totals['total']}")


def _term(totals: Json, name: str, sign: str) -> str:
    amount = totals[name]
    return "" if not float(amount) else f"{sign}{name.replace('_', ' ')} {amount} "


def reasons_table(reasons: Iterable[Json]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column()
    for reason in reasons:
        table.add_row(reason["path"] or "/", f"{reason['message']}")
    return table


def why(row: Sequence[Any]) -> Table:
    """Why a value is what it is: the rule that won, its arithmetic, and who lost."""
    line, name, value, won, lost, steps = row
    table = Table.grid(padding=(0, 2))
    where = f"line {line}, " if line else ""
    table.add_row(words(f"{where}{_said(name)} ", (f"{value}", "bold"), (f", by {_by(won)}", "dim")))
    for operation, result in steps:
        table.add_row(words("   ", f"{_said(operation)} ".ljust(36, "·"), f" {result}"))
    for rule, _source, _key, because in lost:
        table.add_row(words((f"   not by {_said(rule)}: {because}", "dim")))
    return table


def _by(won: Sequence[Any]) -> str:
    rule, source, key, revision = won
    where = f" {_said(source)} {key}" if key else ""
    named = "" if _said(rule) == _said(source) else f" the {_said(rule)},"
    return f"{named}{where}{f' revision {revision}' if revision else ''}".strip()


def _said(name: str) -> str:
    return name.replace("_", " ")


def orders_table(orders: Iterable[Json], names: dict[str, str], *, drawn: bool) -> Table:
    """The morning's orders, one a row."""
    table = Table(box=None, padding=(0, 2), header_style="dim" if drawn else "", show_edge=False)
    for name, justify in (("number", "left"), ("date", "left"), ("customer", "left"), ("stage", "left")):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type] # mypy widens the tuple
    for name in ("net", "VAT", "total"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("of offer", no_wrap=True)
    for order in orders:
        table.add_row(*_order_cells(order, names))
    return table


def _order_cells(order: Json, names: dict[str, str]) -> Sequence[str | Text]:
    totals = order["totals"]
    customer = names.get(order["customer"], order["customer"])
    offers = ", ".join(dict.fromkeys(one["number"] for one in order["origin"]))
    total = Text(f"{totals['total']} {order['currency']}", "bold")
    return order["number"], order["date"], customer, stage(order["stage"]), totals["net"], totals["vat"], total, offers
