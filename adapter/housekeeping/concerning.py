"""Whether a message is about a customer, and that message without what is personal of him."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapter.housekeeping import exact
from adapter.housekeeping.personal import Erasure

Origin = tuple[str, str, str]
"""(kind, source, number) of a document that an order was made of."""

_ENVELOPE: Final = frozenset(
    {"specversion", "id", "source", "type", "time", "datacontenttype", "traceparent", "tracestate", "data"}
)
_HINTS: Final = (b'"order"', b'"origin"', b'"supplier_order"', b"\\u")


@dataclass(frozen=True, slots=True)
class Concern:
    """A customer by his code, his orders' numbers and what they were made of, and how he is called in texts."""

    customer: str
    numbers: Collection[str]
    origins: Collection[Origin]
    erasure: Erasure

    def may_be_in(self, body: bytes) -> bool:
        """Quickly, and never wrongly False."""
        words = (self.customer, *self.erasure.quotes)
        return any(hint in body for hint in _HINTS) or any(word.encode() in body for word in words)

    def is_in(self, source: str, body: bytes) -> bool:
        """Whether a message is about him; one that cannot be read is where it holds his code or how he is called."""
        if not self.may_be_in(body):
            return False
        data = data_of(body)
        if data is None:
            return any(word.encode() in body for word in (self.customer, *self.erasure.quotes))
        return self._is_named(data) or self._is_addressed(source, data) or self._is_quoted(data)

    def _is_named(self, data: Mapping[str, Any]) -> bool:
        if (data.get("kind"), data.get("key")) == ("customer", self.customer):
            return True
        return any(part.get("customer") == self.customer for part in _objects(data))

    def _is_addressed(self, source: str, data: Mapping[str, Any]) -> bool:
        origin, placed = data.get("origin"), data.get("supplier_order")
        if isinstance(placed, dict):
            return ("supplier_order", source, placed.get("number")) in self.origins
        if isinstance(origin, dict):
            return self._made_of(origin.get("kind"), origin.get("source"), origin.get("number"))
        return data.get("order") in self.numbers

    def _made_of(self, kind: Any, source: Any, number: Any) -> bool:
        return any((kind, number) == (known, own) and source in (None, of) for known, of, own in self.origins)

    def _is_quoted(self, data: Mapping[str, Any]) -> bool:
        return any(self.erasure.is_quoted(text) for text in _texts(data))

    def erased(self, body: bytes) -> bytes | None:
        """A message without what is personal of him, of several offers only in his own. None: it cannot be read."""
        whole = _read(body)
        if whole is None:
            return None
        if "specversion" in whole:
            whole = {name: part for name, part in whole.items() if name in _ENVELOPE}
            whole["data"] = self._data(whole["data"]) if isinstance(whole.get("data"), dict) else None
            return exact.write(whole)
        return exact.write(self._data(whole))

    def _data(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("kind") == "customer" and isinstance(data.get("entry"), dict):
            return data | {"entry": self.erasure.customer(data["entry"])}
        if isinstance(data.get("offers"), list):
            return data | {"offers": [self._offer(offer) for offer in data["offers"]]}
        erased: dict[str, Any] = self.erasure.erased(data)
        return erased

    def _offer(self, offer: Any) -> Any:
        his = isinstance(offer, dict) and (self._is_named(offer) or self._is_quoted(offer))
        return self.erasure.erased(offer) if his else offer


def data_of(body: bytes) -> dict[str, Any] | None:
    """The data of a message, with or without an envelope; None where that cannot be read."""
    whole = _read(body)
    if whole is None or "specversion" not in whole:
        return whole
    data = whole.get("data")
    return data if isinstance(data, dict) else None


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        whole = exact.read(body)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return whole if isinstance(whole, dict) else None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for part in value.values():
            yield from _objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
