"""Discounts as they are written, the order they work in, and what they take (domain.md §5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from adapter.domain.order import Discount
from adapter.domain.reasons import Reason
from adapter.domain.registry import DiscountGiven, DiscountType
from adapter.domain.values import HUNDRED, ONE, ZERO, plain

_TERM: Final = r"[0-9]{1,18}(?:\.[0-9]{1,8})?#?"
_NOTATION: Final = re.compile(rf"-?{_TERM}(?:[+-]{_TERM})*")
_SIGNED_TERM: Final = re.compile(rf"([+-]?)({_TERM})")
_NO_TYPES: Final[Mapping[str, DiscountType]] = {}
_NO_PRIORITIES: Final[Mapping[str, int | None]] = {}


@dataclass(slots=True)
class Parsed:
    """Discounts read from what was given, in the order they were written, and every fault found in it."""

    discounts: list[Discount] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


class Applied(NamedTuple):
    """What discounts take, unrounded: together, and each one in their order. A surcharge takes a negative amount."""

    total: Decimal
    effects: list[Decimal]


def parse_discounts(
    given: str | Sequence[DiscountGiven] | None,
    path: str,
    *,
    origin: str = "message",
    types: Mapping[str, DiscountType] = _NO_TYPES,
    notation_type: str | None = None,
) -> Parsed:
    """Read discounts in the long form or the short notation `"50+10"`, `"10-5"`, `"-600#+300#"` (§5.3).

    `types` gives application and priority where the long form leaves them out; `notation_type` is the discount type
    (of the order type) that terms of the notation get. Faults: `ambiguous_discount`, `invalid` for over 100 percent.
    """
    if given is None:
        return Parsed()
    if isinstance(given, str):
        return _from_notation(given, path, origin, notation_type, types)
    return _from_long_form(given, path, origin, types)


def _from_notation(text: str, path: str, origin: str, type_: str | None, types: Mapping[str, DiscountType]) -> Parsed:
    terms = _terms(text, type_)
    if not terms:
        return Parsed(reasons=[_unreadable(text, path)])
    reasons = [_over_hundred(term.percent, path) for term in terms if term.percent and term.percent > HUNDRED]
    return Parsed([_discount(term, origin, types) for term in terms], reasons)


@lru_cache(maxsize=1024)
def _terms(text: str, type_: str | None) -> tuple[DiscountGiven, ...]:
    """The terms of a notation, none where it cannot be read. The same few stand on nearly every line."""
    if not _NOTATION.fullmatch(text.strip()):
        return ()
    return tuple(_term(sign, value, type_) for sign, value in _SIGNED_TERM.findall(text))


def _term(sign: str, value: str, type_: str | None) -> DiscountGiven:
    number = Decimal(value.rstrip("#")) * (-1 if sign == "-" else 1)
    if value.endswith("#"):
        return DiscountGiven(amount=number, type=type_)
    return DiscountGiven(percent=number, type=type_)


def _from_long_form(
    given: Sequence[DiscountGiven], path: str, origin: str, types: Mapping[str, DiscountType]
) -> Parsed:
    reasons = []
    for i, one in enumerate(given):
        if (one.percent is None) == (one.amount is None):
            reasons.append(_unclear(one, f"{path}/{i}"))
        elif one.percent and one.percent > HUNDRED:
            reasons.append(_over_hundred(one.percent, f"{path}/{i}/percent"))
    return Parsed([_discount(one, origin, types) for one in given], reasons)


def _discount(given: DiscountGiven, origin: str, types: Mapping[str, DiscountType]) -> Discount:
    known = types.get(given.type) if given.type else None
    return Discount(
        percent=given.percent,
        amount=given.amount,
        per=given.per,
        type=given.type,
        application=given.application or (known and known.application) or "cascade",
        priority=known.priority if given.priority is None and known else given.priority,
        origin=origin,
    )


def _unreadable(text: str, path: str) -> Reason:
    cure = 'Write terms joined by + or - (a surcharge), # after an amount, as in "50+10+5", "10-5" or "-600#+300#".'
    return Reason("ambiguous_discount", path, f"The discount notation {text[:50]!r} cannot be read. {cure}")


def _unclear(given: DiscountGiven, path: str) -> Reason:
    has = "neither percent nor amount" if given.percent is None else "both percent and amount"
    return Reason("ambiguous_discount", path, f"The discount has {has}. Give exactly one of them.")


def _over_hundred(percent: Decimal, path: str) -> Reason:
    return Reason(
        "invalid", path, f"A discount of {plain(percent)} percent takes more than there is. Give at most 100."
    )


def order_of_application(
    discounts: Sequence[Discount], type_priorities: Mapping[str, int | None] = _NO_PRIORITIES
) -> list[Discount]:
    """Ascending priority: the discount's own, else its type's. Those without one come last; ties stay as recorded.

    Recorded means by source: header, payment, price-list row, list, policy, manual (§5.2).
    """

    def place(discount: Discount) -> tuple[bool, int]:
        of_type = type_priorities.get(discount.type) if discount.type else None
        priority = of_type if discount.priority is None else discount.priority
        return priority is None, priority or 0

    return sorted(discounts, key=place) if len(discounts) > 1 else list(discounts)


def apply(discounts: Iterable[Discount], gross: Decimal, quantity: Decimal, on_amount_allowed: bool) -> Applied:
    """Let discounts, in the order of their application, work on the exact gross amount of `quantity` units (§5.2).

    A cascade percent is of what earlier discounts left, an `on_amount` one of the gross; not allowed, it cascades.
    """
    taken, effects = ZERO, []
    for discount in discounts:
        on_amount = on_amount_allowed and discount.application == "on_amount"
        effect = effect_of(discount, gross if on_amount else gross - taken, quantity)
        taken += effect
        effects.append(effect)
    return Applied(taken, effects)


def effect_of(discount: Discount, base: Decimal, quantity: Decimal) -> Decimal:
    """What one discount takes of its base, unrounded."""
    if discount.percent is not None:
        return base * discount.percent / HUNDRED
    units = quantity if discount.per == "unit" else ONE
    return (discount.amount or ZERO) * units
