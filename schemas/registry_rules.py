"""Rules of registry entries: what keys are made of, and rules between fields (contract §7)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.message import Fault
from schemas.rules import Path, at_most_one, given, one_of, rows

_LIST_KEY: Final = re.compile(r"[^/]{1,50}/[^/].{0,49}/[^/]{1,50}/([^/]+)")
_RATE_KEY: Final = re.compile(r"[^/]{1,50}/([^/]+)")
_TERM: Final = r"[0-9]{1,18}(?:\.[0-9]{1,8})?#?"
_NOTATION: Final = re.compile(rf"-?{_TERM}(?:[+-]{_TERM})*")
_MOST: Final = 50


def grouping_faults(entry: Mapping[str, Any]) -> Iterator[Fault]:
    """A month means nothing without its year (domain.md C10)."""
    grouping = entry.get("grouping")
    for name, row in grouping.items() if isinstance(grouping, Mapping) else ():
        if isinstance(row, Mapping) and row.get("month") is True and row.get("year") is not True:
            yield Fault(
                ("entry", "grouping", name, "month"), "needs year too: months of different years are not the same"
            )


def key_faults(kind: Any, key: Any, entry: Any) -> Iterator[Fault]:
    """What is wrong with the key of an entry of this kind."""
    if not isinstance(key, str) or not key.strip():
        return
    if message := _key_fault(kind, key.strip(), entry if isinstance(entry, dict) else {}):
        yield Fault(("key",), message)


def _key_fault(kind: Any, key: str, entry: Mapping[str, Any]) -> str | None:
    match kind:
        case "price_list":
            return None if _dated(_LIST_KEY, key) else "must be type/customer-or-*/currency/valid_from"
        case "exchange_rate":
            return None if _dated(_RATE_KEY, key) else "must be currency/date, such as SEK/2026-01-01"
        case "price":
            return _price_key_fault(key, entry)
    return None if len(key) <= _MOST else f"is {len(key)} characters long; a code has at most {_MOST}"


def _price_key_fault(key: str, entry: Mapping[str, Any]) -> str | None:
    own = [entry.get("item"), entry.get("variant") or "-", entry.get("uom")]
    texts = [part.strip() for part in own if isinstance(part, str)]
    if len(texts) < len(own):
        return None
    end = "/" + "/".join(texts)
    if key.endswith(end) and _dated(_LIST_KEY, key.removesuffix(end)):
        return None
    return f"must be the key of its price list followed by {end}, the entry's own item, variant (or -) and uom"


def _dated(form: re.Pattern[str], key: str) -> bool:
    found = form.fullmatch(key)
    return found is not None and _day(found[1]) is not None


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def entry_faults(kind: Any, entry: Any) -> Iterator[Fault]:
    """Which rules between its fields an entry breaks; discounts are looked at wherever they stand."""
    path: Path = ("entry",)
    yield from _anywhere(entry, path)
    match kind:
        case "customer":
            yield from _customer(entry, path)
        case "payment_solution":
            for where, instalment in rows(entry, "instalments", path):
                yield from at_most_one(instalment, ("percent", "amount"), where)
        case "discount_policy":
            yield from _policy(entry, path)


def _customer(entry: Any, path: Path) -> Iterator[Fault]:
    for where, payment in rows(entry, "payments", path):
        yield from at_most_one(payment, ("percent", "amount"), where)
    for where, expense in rows(entry, "expenses", path):
        yield from one_of(expense, ("amount", "percent"), where)


def _policy(entry: Any, path: Path) -> Iterator[Fault]:
    combination = entry.get("combination") if isinstance(entry, dict) else None
    if not isinstance(combination, list):
        return
    for i, name in enumerate(combination):
        if name in combination[:i]:
            yield Fault((*path, "combination", i), "stands twice")
        elif isinstance(name, str) and not given(entry, [name]):
            yield Fault((*path, name), "is missing; the combination names it")


def _anywhere(node: Any, path: Path) -> Iterator[Fault]:
    if isinstance(node, dict):
        yield from _period(node, path)
        for name, child in node.items():
            if name in {"discounts", "final_discounts"}:
                yield from _discounts(child, (*path, name))
            else:
                yield from _anywhere(child, (*path, name))
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from _anywhere(child, (*path, i))


def _period(node: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for first, last in (("valid_from", "valid_to"), ("from", "to")):
        begin, end = _day(node.get(first)), _day(node.get(last))
        if begin and end and end < begin:
            yield Fault((*path, last), f"is before {first}")


def _discounts(value: Any, path: Path) -> Iterator[Fault]:
    if isinstance(value, str) and not _NOTATION.fullmatch(value.strip()):
        yield Fault(path, 'is not a discount notation, such as "50+10", "10-5" or "5#"')
    if isinstance(value, list):
        for i, discount in enumerate(value):
            if isinstance(discount, dict):
                yield from one_of(discount, ("percent", "amount"), (*path, i))
