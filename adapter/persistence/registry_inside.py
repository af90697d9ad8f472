"""Entries that are looked up by what they hold somewhere inside: an item by its barcode, a customer by a company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapter.domain.known import Ref, supplier_item

_Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inside:
    """A kind of look-up: of which entries, the SQL that says whether entry `r` holds `{key}`, what an entry holds."""

    kind: str
    holds: str
    refs: Callable[[_Entry], Iterable[Ref]]


def _barcodes(item: _Entry) -> Iterator[Ref]:
    yield from (("item@", barcode) for barcode in item.get("barcodes") or ())


def _supplier_items(item: _Entry) -> Iterator[Ref]:
    for row in item.get("suppliers") or ():
        if row.get("supplier_item") is not None:
            yield supplier_item(row["supplier"], row["supplier_item"])


def _companies(customer: _Entry) -> Iterator[Ref]:
    yield from (("customer_company@", company) for company in customer.get("companies") or ())


def _destinations(customer: _Entry) -> Iterator[Ref]:
    for recipient in customer.get("recipients") or ():
        yield from (("customer_destination@", place["code"]) for place in recipient.get("destinations") or ())


INSIDE: Final[Mapping[str, Inside]] = {
    "item@": Inside("item", "r.entry -> 'barcodes' @> to_jsonb({key})", _barcodes),
    "item_supplier@": Inside("item", "r.entry -> 'suppliers' @> ({key})::jsonb", _supplier_items),
    "customer_company@": Inside("customer", "r.entry -> 'companies' @> to_jsonb({key})", _companies),
    "customer_destination@": Inside(
        "customer",
        "jsonb_path_query_array(r.entry, '$.recipients[*].destinations[*].code') @> to_jsonb({key})",
        _destinations,
    ),
}
"""By the first part of the reference. Migration 0001 has an index for each."""


def held_by(kind: str, entry: _Entry | None) -> list[Ref]:
    """Every reference under which an entry is found by what it holds; a retired one by nothing."""
    if entry is None:
        return []
    return [ref for inside in INSIDE.values() if inside.kind == kind for ref in inside.refs(entry)]


def look_ups_of(kinds: Iterable[str]) -> set[str]:
    """The look-ups that a change of entries of these kinds can change: where an entry was before is not told."""
    changed = set(kinds)
    return {name for name, inside in INSIDE.items() if inside.kind in changed}


def query(name: str) -> str:
    """All entries that hold a key, for the keys in $1."""
    inside = INSIDE[name]
    holds = inside.holds.format(key="w.key")
    return (
        "SELECT w.key AS held, r.kind, r.key, r.revision, r.entry::text AS entry FROM unnest($1::text[]) AS w (key)"  # noqa: S608 -- our own conditions
        f" JOIN registry r ON r.kind = '{inside.kind}' AND {holds} ORDER BY r.key"
    )


def awaited(name: str, key: str) -> Iterator[str]:
    """SQL conditions, one for each look-up: entry `r` is one that the reference in these two columns waits for."""
    for look_up, inside in INSIDE.items():
        holds = inside.holds.format(key=_cast(look_up, name, key))
        yield f"{name} = '{look_up}' AND r.kind = '{inside.kind}' AND {holds}"


def _cast(look_up: str, name: str, key: str) -> str:
    """Only a supplier item's key is JSON; of any other reference the cast must not even be tried."""
    return f"CASE WHEN {name} = '{look_up}' THEN {key} ELSE '[]' END" if look_up == "item_supplier@" else key
