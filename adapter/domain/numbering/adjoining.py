"""Numbers that two documents could share because a code and a number run into each other (N19, §7.4.4).

Customer 1 with number 11 and customer 11 with number 1 read the same where nothing parts them. Codes may end or begin
with any digit, so beside one only what always has the same width can be told apart from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from adapter.domain.numbering.formula import Field, Formula
from adapter.domain.numbering.policies import Numbering, Policy, Range, formula_for

EXPECTED_DIGITS: Final = 4
"""Digits that the numbers of a range without end are expected to reach, whatever their padding."""

_CODES: Final = {"order_type", "customer"}
_CONSTANT: Final = {"company"}
_TWO_DIGITS: Final = {"month", "week", "day"}


@dataclass(frozen=True, slots=True)
class Adjoining:
    """A code and a field that cannot be told apart; `key` is where their formula is."""

    key: str
    formula: str
    code: str
    field: str


@dataclass(frozen=True, slots=True)
class _Use:
    """A range that writes its numbers by a formula, with the policy that it is of."""

    key: str
    formula: Formula
    policy: Policy
    within: Range


def adjoining(numbering: Numbering) -> list[Adjoining]:
    """At most one for each formula. The configuration is sound otherwise."""
    uses = list(_uses(numbering))
    found: dict[str, Adjoining] = {}
    for use in uses:
        alike = [other for other in uses if other.formula == use.formula]
        for together in use.formula.adjoining:
            pair = _unclear(together, alike)
            if pair is not None:
                found.setdefault(use.key, Adjoining(use.key, use.formula.text, *pair))
    return list(found.values())


def _uses(numbering: Numbering) -> Iterator[_Use]:
    for i, policy in enumerate(numbering.policies):
        for j, within in enumerate(policy.ranges):
            formula = formula_for(numbering, policy, within)
            if formula is not None and not (numbering.disabled or policy.disabled or within.disabled):
                yield _Use(place_of(policy, within, i, j), formula, policy, within)


def place_of(policy: Policy, within: Range, i: int, j: int) -> str:
    """The key, within its numbering, of the formula that a range writes its numbers by."""
    if within.formula:
        return f"policy[{i}].range[{j}].formula"
    return f"policy[{i}].formula" if policy.formula else "formula"


def _unclear(together: Sequence[Field], uses: Sequence[_Use]) -> tuple[str, str] | None:
    """A code and the field that cannot be told from it: one of no fixed width, or one with a code on either side."""
    codes = [place for place, one in enumerate(together) if one.name in _CODES]
    if not codes:
        return None
    for place, one in enumerate(together):
        between = codes[0] < place < codes[-1]
        if _matters(one, uses) and (between or not _is_fixed(one, uses)):
            nearest = min(codes, key=lambda code: abs(code - place))
            return together[nearest].name, one.name
    return None


def _matters(one: Field, uses: Sequence[_Use]) -> bool:
    """Whether numbers that differ in nothing else differ by this field: a date does where periods begin anew."""
    if one.name in _CODES or one.name in _CONSTANT:
        return False
    return one.name == "number" or any(use.policy.period != "none" for use in uses)


def _is_fixed(one: Field, uses: Sequence[_Use]) -> bool:
    if one.name == "number":
        return len({digits for use in uses for digits in _digits(use)}) == 1
    return one.name not in _TWO_DIGITS or one.width > 1


def _digits(use: _Use) -> Iterator[int]:
    """How many digits a range's lowest and highest number have; one without end and padding has none that is highest.

    Padded numbers without an end are taken to stay within their padding: who pads to five digits expects no sixth.
    """
    lowest = use.within.start if use.within.external else use.within.lowest
    yield len(use.formula.digits(lowest))
    if use.within.end is not None:
        yield len(use.formula.digits(use.within.end))
    else:
        yield max(use.formula.width, EXPECTED_DIGITS) if use.formula.width > 1 else 0
