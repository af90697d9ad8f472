"""Lines of a price list recognised at sight, so that a million of them are imported in seconds.

What is recognised here is exactly what the general way would make of it; whatever is not recognised goes the general
way. So only what most lines say is looked for: codes, prices, scales, discounts in short notation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, get_args

import orjson

from adapter.domain.discounts import parse_discounts
from adapter.persistence.registry_import import EntryRow
from schemas.registry_customer import Bracket
from schemas.registry_rules import key_faults

_DIGITS: Final = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{0,7}[1-9])?")
_MOST: Final = 10**18
_CODE: Final = 50
_KEY: Final = 255
_NOTATION: Final = 200
_MOST_LISTS: Final = 100_000


class _Unsure(Exception):
    """Something that is looked at in the general way."""


_Check = Callable[[Any], Any]
"""Gives a value in the form in which it is stored, itself where it has that form; or raises `_Unsure`."""


@lru_cache(10_000)
def is_faultless(notation: str) -> bool:
    """Whether the domain finds nothing wrong with discounts in short notation; lists repeat the same few."""
    return not parse_discounts(notation, "").reasons


def _code(value: Any) -> str:
    if type(value) is str and 0 < len(value) <= _CODE and value.isprintable() and value == value.strip():
        return value
    raise _Unsure


def _number(value: Any) -> str:
    """A number of 0 or more in plain notation; one that is written in another way is left to the general way."""
    if type(value) is str:
        return value if _DIGITS.fullmatch(value) else _shorter(value)
    if type(value) is int and 0 <= value < _MOST:
        return str(value)
    raise _Unsure


def _shorter(value: str) -> str:
    shorter = value.rstrip("0").rstrip(".") if "." in value and not value.endswith(".") else ""
    if _DIGITS.fullmatch(shorter) and len(value) - value.index(".") <= len(".12345678"):
        return shorter
    raise _Unsure


def _positive(value: Any) -> str:
    found = _number(value)
    if found == "0":
        raise _Unsure
    return found


def _discounts(value: Any) -> str:
    if type(value) is str and len(value) <= _NOTATION and value.isprintable() and is_faultless(value):
        return value
    raise _Unsure


def _bracket(value: Any) -> str:
    if type(value) is str and value in get_args(Bracket):
        return value
    raise _Unsure


def _rows_of(fields: Mapping[str, _Check]) -> _Check:
    """A list of objects that have all of these fields and no others."""

    def check(value: Any) -> list[dict[str, Any]]:
        if type(value) is not list:
            raise _Unsure
        changed = False
        for row in value:
            if type(row) is not dict or len(row) != len(fields):
                raise _Unsure
            changed |= _change(row, fields)
        return [*value] if changed else value

    return check


def _change(node: dict[str, Any], fields: Mapping[str, _Check]) -> bool:
    """Bring fields into the form in which they are stored, and tell whether any was not."""
    changed = False
    for name, value in node.items():
        found = fields[name](value)
        if found is not value:
            node[name] = found
            changed = True
    return changed


_ENTRY: Final[Mapping[str, _Check]] = {
    "item": _code,
    "uom": _code,
    "price": _number,
    "variant": _code,
    "reference_quantity": _positive,
    "bracket": _bracket,
    "discounts": _discounts,
    "quantity_prices": _rows_of({"from": _number, "price": _number}),
    "quantity_discounts": _rows_of({"from": _number, "discounts": _discounts}),
    "value_discounts": _rows_of({"from": _number, "discounts": _discounts}),
    "destinations": _rows_of({"destination": _code, "price": _number}),
}
_FIELDS: Final = {"kind", "key", "revision", "entry"}
_OTHER_QUOTES: Final = 2 * (len(_FIELDS) + len(("price", "its key")))
_REQUIRED: Final = {"item", "uom", "price"}


@dataclass(slots=True)
class PlainPrices:
    """Recognises plain price lines of at most so many bytes; remembers the price lists whose keys are in order.

    `lists` says of each what the scopes of its lines begin with.
    """

    most_bytes: int
    lists: dict[str, str] = field(default_factory=dict)

    def row_of(self, line: bytes) -> EntryRow | None:
        """The entry on this line, or None where the line has to be looked at in the general way."""
        if b"\\" in line or len(line) > self.most_bytes:
            return None
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError:
            return None
        if type(data) is not dict or data.keys() != _FIELDS or data["kind"] != "price":
            return None
        entry = data["entry"]
        if type(entry) is not dict or not entry.keys() >= _REQUIRED:
            return None
        text = orjson.dumps(entry)
        # Whoever says anything twice has written more quotes than were read.
        if text.count(b'"') + _OTHER_QUOTES != line.count(b'"'):
            return None
        try:
            changed = _change(entry, _ENTRY)
        except (_Unsure, KeyError):
            return None
        return self._row(data["key"], data["revision"], entry, orjson.dumps(entry) if changed else text)

    def _row(self, key: Any, revision: Any, entry: dict[str, Any], text: bytes) -> EntryRow | None:
        if type(key) is not str or len(key) > _KEY or type(revision) is not int or not 0 <= revision < _MOST:
            return None
        item = entry["item"]
        end = f"/{item}/{entry.get('variant', '-')}/{entry['uom']}"
        if not key.endswith(end):
            return None
        scope = self._scope_of(key.removesuffix(end))
        if scope is None:
            return None
        return EntryRow("price", key, revision, text.decode(), f"{scope}/{item}")

    def _scope_of(self, key: str) -> str | None:
        """What the scopes of a list's lines begin with; None where its key is not certainly in order."""
        scope = self.lists.get(key)
        if scope is not None:
            return scope
        if key != key.strip() or not key.isprintable() or any(key_faults("price_list", key, {})):
            return None
        if len(self.lists) >= _MOST_LISTS:
            self.lists.clear()
        self.lists[key] = key.rsplit("/", 1)[0]
        return self.lists[key]
