"""Data on standard output: tables for people at a terminal, aligned text or JSON elsewhere (contract 8)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
import typer

Table = Sequence[Mapping[str, Any]]


def _text_of(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def _number_of(value: Any) -> orjson.Fragment:
    return orjson.Fragment(_text_of(value))


def _bytes_of(value: Any, option: int = 0, *, as_sent: bool = False) -> bytes:
    default = _number_of if as_sent else _text_of
    return orjson.dumps(value, default=default, option=option | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def at_terminal() -> bool:
    """Whether a person is looking at standard output."""
    return sys.stdout.isatty()


def print_json(value: Any, *, as_sent: bool = False) -> None:
    """One JSON document: indented at a terminal, on one line elsewhere.

    A Decimal becomes text, as everything that we tell; in a message of somebody else (`as_sent`) it stays a number.
    """
    typer.echo(_bytes_of(value, orjson.OPT_INDENT_2 if at_terminal() else 0, as_sent=as_sent).decode())


def print_json_lines(values: Iterable[Any]) -> None:
    """JSON Lines: one value a line, written as they come."""
    for value in values:
        sys.stdout.write(_bytes_of(value, orjson.OPT_APPEND_NEWLINE).decode())
    sys.stdout.flush()


def print_rows(columns: Sequence[str], rows: Table, as_json: bool = False) -> None:
    """Rows as a table of these columns; with `as_json` as one JSON list with everything in them."""
    if as_json:
        print_json(list(rows))
    elif at_terminal():
        _print_table(columns, rows)
    else:
        _print_aligned(columns, rows)


def cell(value: Any) -> str:
    """A value as one cell of a table."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() | tuple() if all(isinstance(part, str | int) for part in value):
            return ", ".join(str(part) for part in value)
        case dict() | list() | tuple():
            return _bytes_of(value).decode()
    return str(value)


def _print_table(columns: Sequence[str], rows: Table) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row.get(column))) for column in columns))
    Console().print(table)


def _print_aligned(columns: Sequence[str], rows: Table) -> None:
    lines = [list(columns), *([cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        typer.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
