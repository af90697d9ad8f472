"""What a supplier order that comes again says otherwise than its customer orders were made with (§3.4 S10)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, Final

from adapter.domain.decision import Decision, Difference, Divergence, SupplierOrderRecord
from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.supplier_order import PATH, PlacedSupplierOrder, SupplierOrder
from adapter.domain.values import plain

ERASED: Final = "(erased)"
"""In the place of personal data that is no longer kept: it agrees with whatever is said now."""


def content_of(order: SupplierOrder) -> dict[str, Any]:
    """What the supplier order says, as JSON that compares: numbers as text by their value, without what is absent."""
    content: dict[str, Any] = _written(order)
    return content


def _written(value: Any) -> Any:
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_written(part) for part in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal | int):
        return plain(Decimal(value))
    return value.isoformat() if isinstance(value, datetime.date) else value


def announced(
    message: PlacedSupplierOrder,
    record: SupplierOrderRecord,
    found: Sequence[Difference],
    not_followed: Sequence[Reason] = (),
) -> Decision:
    """A duplicate with the orders made then; where it says something else now, nothing follows but that it is told.

    `not_followed` says why, where open orders would follow.
    """
    return Decision(
        "duplicate",
        reasons=[*(_diverged(message.order, difference) for difference in found), *not_followed],
        earlier=record.orders,
        diverged=Divergence(record.key, found) if found else None,
        by=message.by,
    )


def differences(ordered: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Field by field, lines by their number; paths point into the data of the message that came now.

    A line that is gone is told at the lines, with all that it said.
    """
    header = _of_fields(PATH, without_lines(ordered), without_lines(now))
    return [*header, *_of_lines(by_number(ordered), by_number(now))]


def without_lines(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "lines"}


def by_number(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {line["line"]: line for line in content["lines"]}


def _of_lines(ordered: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    for index, (number, line) in enumerate(now.items()):
        path = f"{PATH}/lines/{index}"
        if number in ordered:
            yield from _of_fields(path, ordered[number], line)
        else:
            yield Difference(path, None, line)
    yield from (Difference(f"{PATH}/lines", line, None) for number, line in ordered.items() if number not in now)


def _of_fields(path: str, ordered: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*ordered, *now]):
        was, is_, where = ordered.get(name), now.get(name), f"{path}/{_token(name)}"
        if isinstance(was, dict) and isinstance(is_, dict):
            yield from _of_fields(where, was, is_)
        elif was not in (is_, ERASED):
            yield Difference(where, was, is_)


def _token(name: str) -> str:
    """A name as part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def fields_that_differ(ordered: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of the fields, of one header or one line, that say something else now."""
    return [name for name in dict.fromkeys([*ordered, *now]) if ordered.get(name) != now.get(name)]


def is_erased(content: Any) -> bool:
    """Whether something personal has been taken out of it, so that nobody knows all that it said."""
    if isinstance(content, Mapping):
        return any(is_erased(part) for part in content.values())
    if isinstance(content, list):
        return any(is_erased(part) for part in content)
    return bool(content == ERASED)


def _diverged(order: SupplierOrder, difference: Difference) -> Reason:
    return Reason(
        "diverged",
        difference.path,
        f"Supplier order {order.number} said otherwise when its customer orders were made; they stay as they are. "
        "Change them by order.change-requested, or cancel them.",
        {"ordered": difference.ordered, "now": difference.now},
    )
