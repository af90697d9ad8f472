"""An order, its history and its explanation as pages for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import typer

from adapter.cli.frame import print_rows
from adapter.cli.printing import cell

Json = Mapping[str, Any]

_HEADER = ("number", "type", "date", "stage", "customer", "currency", "price_list", "delivery_on", "your_reference")
_LINES = ("line", "item", "description", "quantity", "uom", "unit_price", "discount", "final_discount", "net", "vat")
_TOTALS = ("goods", "discounts", "final_discounts", "charges", "expenses", "giveaways", "net", "vat", "total")
_HISTORY = ("position", "time", "what happened", "who or what caused it", "what changed")
_EXPLANATION = ("line", "field", "value", "won", "lost", "steps")


def print_order(order: Json) -> None:
    """Header, lines, totals and due dates on one page."""
    header = [{"field": name, "value": order[name]} for name in _HEADER if order[name] is not None]
    made_of = [f"{one['kind']} {one['type'] or ''} {one['number']}".replace("  ", " ") for one in order["origin"]]
    holds = [f"{hold['kind']}: {hold['details'] or ''}" for hold in order["holds"]]
    warnings = [warning["message"] for warning in order["warnings"]]
    for name, values in (("made of", made_of), ("holds", holds), ("warnings", warnings)):
        header += [{"field": name, "value": "; ".join(values)}] if values else []
    print_rows(("field", "value"), header, False)
    print_rows(_LINES, order["lines"], False)
    print_rows(_TOTALS, [order["totals"]], False)
    print_rows(("date", "amount", "type", "solution"), order["due_dates"], False)


def print_history(events: Sequence[Json]) -> None:
    """One row an event."""
    if events:
        typer.echo(f"Order {events[0]['subject']}")
    print_rows(_HISTORY, [_history_row(event) for event in events], False)


def _history_row(event: Json) -> dict[str, Any]:
    data = event["data"]
    happened = event["type"].removesuffix(".v1").removeprefix("order.").replace("-", " ")
    told = (data["position"], event["time"], happened, _cause(data["caused_by"]), _changed(data["change"]))
    return dict(zip(_HISTORY, told, strict=True))


def _cause(cause: Json) -> str:
    message = f"{cause['type'] or 'message'} {cause['id'] or ''} of {cause['source'] or 'unknown'}"
    return f"{cause['by']}, by {message}" if cause["by"] else message


def _changed(change: Json) -> str:
    step = f"{change['dimension']}: {_or_none(change['from'])} → {_or_none(change['to'])}"
    details = "; ".join(_details(change["details"]))
    return f"{step} ({details})" if details else step


def _or_none(value: Any) -> str:
    return "–" if value is None else str(value)


def _details(details: Any) -> Iterator[str]:
    for name, value in (details or {}).items():
        if name == "fields":
            yield from (_field(one) for one in value)
        else:
            yield f"{name.replace('_', ' ')}: {cell(value)}"


def _field(changed: Json) -> str:
    """One field of a changed order; of a whole line only that it came or went."""
    before, after = changed["before"], changed["after"]
    name = changed["path"].lstrip("/").replace("/", " ")
    if isinstance(before or after, dict) and None in (before, after) and name.startswith("lines "):
        return f"{name} {'added' if before is None else 'removed'}"
    return f"{name} {cell(before) or '–'} → {cell(after) or '–'}"


def print_explanation(number: str, entries: Sequence[Json]) -> None:
    """One row a value: where it comes from, why nothing else counted, and how it was worked out."""
    typer.echo(f"Order {number}")
    print_rows(_EXPLANATION, [_explanation_row(entry) for entry in entries], False)


def _explanation_row(entry: Json) -> dict[str, Any]:
    return {
        "line": entry["line"] or "order",
        "field": entry["field"].replace("_", " "),
        "value": entry["value"],
        "won": _rule(entry["won"]),
        "lost": "; ".join(f"{_rule(one)}: {one['because']}" for one in entry["lost"]),
        "steps": ", ".join(f"{step['operation']} {step['value']}" for step in entry["steps"]),
    }


def _rule(one: Json) -> str:
    """A rule in words, with the registry entry and revision behind it."""
    rule, source = one["rule"].replace("_", " "), one["source"].replace("_", " ")
    entry = f" {one['key']}" if one["key"] else ""
    revision = f", revision {one['revision']}" if one.get("revision") is not None else ""
    return f"{rule}{entry}{revision}" if rule == source else f"{rule}, from {source}{entry}{revision}"
