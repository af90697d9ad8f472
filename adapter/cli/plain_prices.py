"""Lines of a price list recognised at sight, so that a million of them are imported in seconds.

Most `price` entries are an item, a unit and a price and nothing else. What is recognised here is exactly what the
general way would make of it; whatever is not recognised goes the general way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from adapter.persistence.registry_entries import scope_of
from adapter.persistence.registry_import import EntryRow
from schemas.registry_rules import key_faults

_FIELDS: Final = {"kind", "key", "revision", "entry"}
_ENTRY_FIELDS: Final = {"item", "uom", "price", "variant"}
_REQUIRED: Final = {"item", "uom", "price"}
_DIGITS: Final = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{0,7}[1-9])?")
_MOST_REVISION: Final = 10**18
_MOST_PRICE: Final = 10**18
_CODE: Final = 50
_KEY: Final = 255
_MOST_LISTS: Final = 100_000


@dataclass(slots=True)
class PlainPrices:
    """Recognises plain price lines; remembers the price lists whose keys are in order."""

    lists: set[str] = field(default_factory=set)

    def row_of(self, line: bytes) -> EntryRow | None:
        """The entry on this line, or None where the line has to be looked at in the general way."""
        if b"\\" in line:
            return None
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError:
            return None
        if type(data) is not dict or data.keys() != _FIELDS or data["kind"] != "price":
            return None
        entry = data["entry"]
        if type(entry) is not dict or _quotes(entry) != line.count(b'"'):
            return None
        return self._row(data["key"], data["revision"], entry)

    def _row(self, key: Any, revision: Any, entry: dict[str, Any]) -> EntryRow | None:
        if type(key) is not str or len(key) > _KEY or type(revision) is not int or not 0 <= revision < _MOST_REVISION:
            return None
        price = _price(entry.get("price"))
        if price is None or not _are_codes(entry):
            return None
        item, uom, variant = entry["item"], entry["uom"], entry.get("variant", "-")
        end = f"/{item}/{variant}/{uom}"
        if not key.endswith(end) or not self._is_list(key.removesuffix(end)):
            return None
        entry["price"] = price
        return EntryRow("price", key, revision, orjson.dumps(entry).decode(), scope_of("price", key, entry))

    def _is_list(self, key: str) -> bool:
        if key in self.lists:
            return True
        if key != key.strip() or not key.isprintable() or any(key_faults("price_list", key, {})):
            return False
        if len(self.lists) >= _MOST_LISTS:
            self.lists.clear()
        self.lists.add(key)
        return True


def _quotes(entry: dict[str, Any]) -> int:
    """How many quotes such a line has where no field stands twice."""
    texts = sum(type(value) is str for value in entry.values())
    return 12 + 2 * len(entry) + 2 * texts


def _are_codes(entry: dict[str, Any]) -> bool:
    if not _REQUIRED <= entry.keys() <= _ENTRY_FIELDS:
        return False
    return all(name == "price" or _is_code(value) for name, value in entry.items())


def _is_code(value: Any) -> bool:
    return type(value) is str and 0 < len(value) <= _CODE and value.isprintable() and value == value.strip()


def _price(value: Any) -> str | None:
    """The price in plain notation; one that is written in another way is left to the general way."""
    if type(value) is str:
        return value if _DIGITS.fullmatch(value) else _shorter(value)
    return str(value) if type(value) is int and 0 <= value < _MOST_PRICE else None


def _shorter(value: str) -> str | None:
    shorter = value.rstrip("0").rstrip(".") if "." in value and not value.endswith(".") else ""
    return shorter if _DIGITS.fullmatch(shorter) and len(value) - value.index(".") <= 9 else None
