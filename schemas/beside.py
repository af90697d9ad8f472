"""Faults that a readable message is told of when it is decided, told at once where it cannot be read for others.

They look at the message alone. Where nothing else is wrong deciding tells them, together with what the registries say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeGuard

from schemas.message import Fault
from schemas.rules import Node, Path, given, rows

NOTATION: Final = re.compile(r"\s*-?[0-9]{1,18}(\.[0-9]{1,8})?#?([+-][0-9]{1,18}(\.[0-9]{1,8})?#?)*\s*")
"""What the short notation of discounts looks like (contract §3, *discounts*)."""


def offer(node: Node, path: Path) -> Iterator[Fault]:
    """What is wrong with an offer whoever its customer is."""
    if not given(node, ["confirmed_on"]):
        told = "is missing; send the date on which the customer accepted the offer"
        yield Fault((*path, "confirmed_on"), told, "offer_not_confirmed")
    yield from _dates(node, path)
    for name in ("discounts", "final_discounts"):
        yield from _discounts(node, name, path)
    for where, line in rows(node, "lines", path):
        yield from _dates(line, where)
        yield from _discounts(line, "discounts", where)


def _dates(node: Node, path: Path) -> Iterator[Fault]:
    ready, delivery = node.get("goods_ready_on"), node.get("delivery_on")
    if _is_day(ready) and _is_day(delivery) and ready > delivery:
        told = f"{ready} is after the delivery on {delivery}; correct one of the dates"
        yield Fault((*path, "goods_ready_on"), told, "dates_out_of_order")


def _is_day(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None


def _discounts(node: Node, name: str, path: Path) -> Iterator[Fault]:
    found: Any = node.get(name)
    if isinstance(found, str) and not NOTATION.fullmatch(found):
        told = 'cannot be read; write terms joined by + or - (a surcharge), # after an amount, as in "50+10+5"'
        yield Fault((*path, name), told, "ambiguous_discount")
    for where, discount in rows(node, name, path):
        if len(given(discount, ("percent", "amount"))) != 1:
            yield Fault(where, "needs exactly one of percent and amount", "ambiguous_discount")
