"""How a number reads: a small template of fields, compiled once, never evaluated as code (N15)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

LONGEST: Final = 50
"""Characters of the longest number that an order may show."""

_Part = Callable[[date, str, str, str], str]

_INTEGERS: Final[dict[str, Callable[[date], int]]] = {
    "year": lambda day: day.year,
    "quarter": lambda day: (day.month + 2) // 3,
    "month": lambda day: day.month,
    "week": lambda day: day.isocalendar().week,
    "day": lambda day: day.day,
}
_WORDS: Final[dict[str, _Part]] = {
    "yy": lambda day, order_type, customer, company: f"{day.year % 100:02}",
    "order_type": lambda day, order_type, customer, company: order_type,
    "customer": lambda day, order_type, customer, company: customer,
    "company": lambda day, order_type, customer, company: company,
}
_NAMES: Final = ("number", *_INTEGERS, *_WORDS)
_SHORTEST: Final = {"year": 4, "yy": 2}

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_PADDING: Final = re.compile(r"0([1-9][0-9]?)")


class Field(NamedTuple):
    """A field of a formula; `width` is that to which it is padded with zeros, 1 where it is not."""

    name: str
    width: int


_Tokens = Sequence[str | Field]


class _Malformed(Exception):
    """A formula that does not parse; stays inside `Formula.parse`."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled template such as `{year}-{number:05}`; equal where the text is equal."""

    text: str
    width: int
    """Digits to which the number is padded with zeros; 1 is no padding."""
    adjoining: tuple[tuple[Field, ...], ...] = field(repr=False, compare=False)
    """Fields that nothing parts but digits, in their order: where one ends and the next begins cannot be read."""
    _before: tuple[_Part, ...] = field(repr=False, compare=False)
    _after: tuple[_Part, ...] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Formula | str:
        """The formula, or what is wrong with the text and how to cure it."""
        try:
            tokens = list(_tokens(text))
            before, number, after = _around_number(tokens)
            _check_length(tokens)
        except _Malformed as fault:
            return str(fault)
        return cls(text, number.width, tuple(_adjoining(tokens)), _compiled(before), _compiled(after))

    def render(self, number: int, day: date, order_type: str, customer: str, company: str) -> str:
        """The number as the order shows it. Longer than `LONGEST` only where the codes of its fields are long."""
        before, after = self.around(day, order_type, customer, company)
        return before + self.digits(number) + after

    def around(self, day: date, order_type: str, customer: str, company: str) -> tuple[str, str]:
        """What stands before and after the number."""
        before = "".join([part(day, order_type, customer, company) for part in self._before])
        return before, "".join([part(day, order_type, customer, company) for part in self._after])

    def digits(self, number: int) -> str:
        return str(number).zfill(self.width)


def _tokens(text: str) -> Iterator[str | Field]:
    if text != text.strip() or not text.isprintable():
        raise _Malformed("Spaces at the ends, line breaks and control characters cannot be in a number; remove them")
    for found in _TOKEN.findall(text):
        if found in {"{", "}"}:
            raise _Malformed(f"A single {found} stands alone; close the field, or write {found * 2} for the character")
        if found in {"{{", "}}"}:
            yield found[0]
        else:
            yield _field(found) if found[0] == "{" else found


def _field(found: str) -> Field:
    name, colon, padding = found[1:-1].partition(":")
    if name not in _NAMES:
        raise _Malformed(f"{found} is not a field; the fields are {', '.join(_NAMES)}")
    return Field(name, _width(found, name, padding) if colon else 1)


def _width(found: str, name: str, padding: str) -> int:
    if name in _WORDS:
        raise _Malformed(f"{found} has a format, which {name} does not take; write {{{name}}}")
    matched = _PADDING.fullmatch(padding)
    if matched is None:
        raise _Malformed(f"{found} is not a padding with zeros; write it as in {{number:05}}")
    return int(matched[1])


def _around_number(tokens: _Tokens) -> tuple[_Tokens, Field, _Tokens]:
    found = [(i, token) for i, token in enumerate(tokens) if isinstance(token, Field) and token.name == "number"]
    if len(found) != 1:
        raise _Malformed("A formula has {number} exactly once, else orders would share a number; write it once")
    at, number = found[0]
    return tokens[:at], number, tokens[at + 1 :]


def _adjoining(tokens: _Tokens) -> Iterator[tuple[Field, ...]]:
    together: list[Field] = []
    for token in tokens:
        if isinstance(token, Field):
            together.append(token)
        elif not (token.isascii() and token.isdigit()):
            yield tuple(together)
            together = []
    yield tuple(together)


def _check_length(tokens: _Tokens) -> None:
    shortest = sum(
        max(token.width, _SHORTEST.get(token.name, 1)) if isinstance(token, Field) else len(token) for token in tokens
    )
    if shortest > LONGEST:
        raise _Malformed(f"It makes numbers of at least {shortest} characters, {LONGEST} are allowed; shorten it")


def _compiled(tokens: _Tokens) -> tuple[_Part, ...]:
    return tuple(_part(token) for token in tokens)


def _part(token: str | Field) -> _Part:
    if not isinstance(token, Field):
        return lambda day, order_type, customer, company: token
    name, width = token
    if name in _WORDS:
        return _WORDS[name]
    read = _INTEGERS[name]
    return lambda day, order_type, customer, company: str(read(day)).zfill(width)
