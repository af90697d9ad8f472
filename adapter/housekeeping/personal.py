"""What of a document is personal, and the document without it.

Personal are names, addresses, e-mail addresses, banks, references, notes, reasons in people's words, and what
travels in `extra`, of which nobody here knows what it is. Codes, numbers, dates, quantities, prices and amounts stay:
they are the accounts. Who acted for us (`by`) stays too, as any other record of responsibility, unless it is the
customer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapter.domain.supplier_orders.diverging import ERASED

__all__ = ["ERASED", "Erasure", "addresses_in", "quotes_of"]

TEXTS: Final = frozenset({"notes", "final_notes", "our_reference", "your_reference", "bank", "reason", "note", "extra"})
"""Fields that are personal wherever they stand."""

ADDRESS: Final = frozenset({"name", "street", "postal_code", "city", "region"})
"""Fields that are personal in an address; the country stays, for it decides about taxes."""

SENTENCES: Final = frozenset({"by", "message", "details", "description"})
"""Fields that stay unless they quote the customer."""

_SHORTEST_QUOTE: Final = 4


@dataclass(frozen=True, slots=True)
class Erasure:
    """Takes what is personal out of documents.

    `quotes` are the customer's name and addresses, as far as known; `extra` is what stands in the place of `extra`.
    """

    quotes: Collection[str] = ()
    extra: str | None = None

    def erased(self, value: Any) -> Any:
        """The value without what is personal in it; what is not is left as it was."""
        if isinstance(value, Mapping):
            return self._object(value)
        return [self.erased(part) for part in value] if isinstance(value, list) else value

    def _object(self, value: Mapping[str, Any]) -> dict[str, Any]:
        if "path" in value and len(value) > 1:
            return self._by_path(value)
        here = ADDRESS if is_address(value) else frozenset({"description"}) if value.get("kind") == "note" else ()
        return {name: self._field(name, part, here) for name, part in value.items()}

    def _field(self, name: str, part: Any, here: Collection[str]) -> Any:
        if name == "emails" and part:
            return dict.fromkeys(part, ERASED)
        if name == "address" and isinstance(part, Mapping):
            return {of: ERASED if of in ADDRESS and text is not None else text for of, text in part.items()}
        if (name in TEXTS or name in here) and part is not None:
            return self.extra if name == "extra" else ERASED
        if name in SENTENCES and isinstance(part, str):
            return ERASED if self.is_quoted(part) else part
        return self.erased(part)

    def _by_path(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Two values of a field that its path names: before and after, ordered and now."""
        names = value["path"].split("/")
        personal = not TEXTS.isdisjoint(names) or ("address" in names and names[-1] in ADDRESS)
        return {name: part if name in _NAMING else self._told(part, personal) for name, part in value.items()}

    def _told(self, part: Any, personal: bool) -> Any:
        if personal:
            return None if part is None else ERASED
        return ERASED if isinstance(part, str) and self.is_quoted(part) else self.erased(part)

    def is_quoted(self, text: str) -> bool:
        return any(quote in text for quote in self.quotes)

    def customer(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """A customer's registry entry."""
        whole: dict[str, Any] = self.erased(entry)
        return whole | {"name": ERASED}

    def order_event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """An event of an order: what changed, and the order."""
        return dict(event) | {"data": self.erased(event["data"])}

    def explanation(self, entries: Sequence[Sequence[Any]], addresses: Collection[str]) -> list[list[Any]]:
        """Why values are what they are: one array a value, beginning with line, field, value."""
        return [self._explained(entry, addresses) for entry in entries]

    def _explained(self, entry: Sequence[Any], addresses: Collection[str]) -> list[Any]:
        line, field, value, won, lost, steps = entry
        shown = ERASED if field in TEXTS and value is not None else self._shown(value, addresses)
        return [line, field, shown, won, lost, [[step, self._shown(of, addresses)] for step, of in steps]]

    def _shown(self, value: str | None, addresses: Collection[str]) -> str | None:
        return ERASED if value is not None and (value in addresses or self.is_quoted(value)) else value


_NAMING: Final = frozenset({"path", "code"})


def is_address(value: Mapping[str, Any]) -> bool:
    return "street" in value or "postal_code" in value or "city" in value


def addresses_in(value: Any) -> Iterator[str]:
    """The texts of every address in a document."""
    if isinstance(value, Mapping):
        if is_address(value):
            yield from (value[name] for name in ADDRESS & value.keys() if value[name])
        for part in value.values():
            yield from addresses_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from addresses_in(part)


def quotes_of(entry: Mapping[str, Any] | None) -> frozenset[str]:
    """What of a customer's entry is found again in texts: the name, e-mail addresses, names and streets."""
    if entry is None:
        return frozenset()
    mails = (entry.get("emails") or {}).values()
    places = (
        (destination.get("address") or {}).get(name)
        for recipient in entry.get("recipients") or ()
        for destination in recipient.get("destinations") or ()
        for name in ("name", "street")
    )
    found = (entry.get("name"), *mails, *places)
    return frozenset(text for text in found if text and text != ERASED and len(text) >= _SHORTEST_QUOTE)
