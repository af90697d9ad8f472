"""What a person sees of orders, reasons and explanations: pieces of text and tables, at a terminal or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adapter.demo.partners import Json

_OUTCOMES = {"created": "bold green", "applied": "bold green", "duplicate": "bold cyan", "refused": "bold red"}
_STAGES = {"confirmed": "green", "blocked": "yellow"}
_DESCRIPTION = 34
_BESIDE_DESCRIPTION = 58
_WIDE = 106


def outcome(word: str) -> Text:
    return Text(word, _OUTCOMES.get(word, "bold yellow"))


def stage(word: str) -> Text:
    return Text(word, _STAGES.get(word, ""))


def order_head(order: Json, width: int) -> Text:
    """Number, total and state on one line."""
    total = f"{order['totals']['total']} {order['currency']}"
    head = Text.assemble((order["number"], "bold"), "  ", (total, "bold"), "  ", stage(order["stage"]))
    return head.append(f"  due {_dues(order, width)}", "dim")


def _dues(order: Json, width: int) -> str:
    first, *more = [one["date"] for one in order["due_dates"]]
    if width < _WIDE and more:
        return f"{first}, …"
    return ", ".join((first, *more))


def lines_table(order: Json, width: int) -> Table:
    """The lines: quantity, what, at which price, less which discounts, makes what. `width` is that of the page."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", width=6, no_wrap=True)
    table.add_column(width=max(12, min(_DESCRIPTION, width - _BESIDE_DESCRIPTION)), no_wrap=True)
    for column in (7, 5, 9):
        table.add_column(justify="right", width=column, no_wrap=True)
    for line in order["lines"]:
        table.add_row(*_line_cells(line))
    return table


def _line_cells(line: Json) -> Sequence[str | Text]:
    if line["kind"] == "note":
        return "", Text(line["description"] or "", "italic dim"), "", "", ""
    quantity = f"{line['quantity']} {line['uom'] or ''}".strip()
    amount = f"{Decimal(line['gross']) - Decimal(line['discount'])}"
    taken = Text(f"({amount})", "dim") if line["kind"] == "giveaway" else Text(amount)
    return quantity, line["description"] or "", _price(line["unit_price"]), Text(_off(line["discounts"]), "cyan"), taken


def _price(text: str) -> str:
    price = Decimal(text)
    exponent = price.as_tuple().exponent
    return f"{price:.2f}" if isinstance(exponent, int) and exponent > -2 else text


def _off(given: Iterable[Json]) -> str:
    """Discounts in the short notation of the trade: 10+5, an amount with #."""
    return "+".join(one["percent"] or f"{one['amount']}#" for one in given)


def sum_up(order: Json) -> Text:
    """How the total comes about."""
    totals = order["totals"]
    vat = f"VAT {'/'.join(row['rate'] for row in order['vat_summary'] if row['rate'] != '0')} % {totals['vat']}"
    parts = [f"{sign}{name.replace('_', ' ')} {totals[name]}" for sign, name in _TERMS if Decimal(totals[name])]
    if order["vat_included"]:
        total = f" = {totals['total']}" if parts[1:] else ""
        return Text(f"{' '.join(parts)}{total}, {vat} in it", "dim")
    net = f" = {totals['net']}" if parts[1:] else ""
    return Text(f"{' '.join(parts)}{net} + {vat} = {totals['total']}", "dim")


_TERMS = (("", "goods"), ("− ", "discounts"), ("− ", "final_discounts"), ("+ ", "charges"), ("+ ", "expenses"))


def reasons(told: Iterable[Json]) -> Group:
    """Each fault: its code, where it is in the data, what is wrong and what to do."""
    parts: list[Text | Padding] = []
    for reason in told:
        parts.append(Text.assemble((reason["code"], "red"), f"  {reason['path'] or '/'}"))
        parts.append(Padding(Text(reason["message"], "dim"), (0, 0, 0, 2)))
    return Group(*parts)


def why(row: Sequence[Any]) -> Text:
    """Why a value is what it is: the rule that won, its arithmetic, and who lost."""
    line, field, value, won, lost, steps = row
    where = f"line {line}, " if line else ""
    told = Text.assemble(f"{where}{_said(field)} ", (str(value), "bold"), f", {_by(*won)}")
    for operation, result in steps:
        told.append(f"\n  {operation + ' ':·<34} {result}", "dim")
    for rule, _source, _key, because in lost:
        told.append(f"\n  not {_said(rule)}: {because}", "dim")
    return told


def _by(rule: str, source: str, key: str | None, revision: int | None) -> str:
    told = f"by {_said(rule)}"
    if key is None:
        return told
    whose = "" if source in rule else f" of {_said(source)}"
    return f"{told}{whose} {key}" + (f" rev. {revision}" if revision else "")


def _said(name: str) -> str:
    return name.replace("_", " ")


def orders_table(orders: Iterable[Json], names: Mapping[str, str], width: int) -> Table:
    """The morning's orders, one a row; with net and VAT where the page is wide enough."""
    table = Table(box=None, padding=(0, 2 if width >= _WIDE else 1, 0, 0), header_style="dim", show_edge=False)
    for name in ("number", "date", "customer", "stage"):
        table.add_column(name, no_wrap=True)
    for name in ("net", "VAT", "total") if width >= _WIDE else ("total",):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("of offer", no_wrap=True)
    for order in orders:
        table.add_row(*_order_cells(order, names, width))
    return table


def _order_cells(order: Json, names: Mapping[str, str], width: int) -> Sequence[str | Text]:
    totals = order["totals"]
    parts = (totals["net"], totals["vat"]) if width >= _WIDE else ()
    total = Text(f"{totals['total']} {order['currency']}", "bold")
    offers = ", ".join(dict.fromkeys(one["number"] for one in order["origin"]))
    customer = names.get(order["customer"], order["customer"])
    return order["number"], order["date"], customer, stage(order["stage"]), *parts, total, offers
