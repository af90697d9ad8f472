"""What fields hold: codes, text, exact decimals, days (contract, Conventions)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

T = TypeVar("T")

NOBODYS: Final = "?" * 50
"""A code that nobody has: it stands for one that cannot be read."""

LONG_AGO: Final = "2000-01-01"
"""A day that stands for one that cannot be read."""

ONE_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
SEVERAL_LINES: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
EMAIL: Final = r"^[^@\s,;<>]+@[^@\s,;<>]+$"
COUNTRY: Final = "^[A-Z]{2}$"
MONTH_DAY: Final = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"

PATTERNS: Final[Mapping[str, str]] = {
    ONE_LINE: "must be one line, without line breaks, tabs and control characters",
    SEVERAL_LINES: "must not hold control characters other than line breaks and tabs",
    COUNTRY: "must be a country of ISO 3166-1 alpha-2: two capital letters, such as DE",
    EMAIL: "must be one e-mail address, such as orders@example.com",
    MONTH_DAY: "must be a day of the year as MM-DD, such as 09-10",
}
"""What a text must be that has to match a pattern, for people."""

Code = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=50, pattern=ONE_LINE)
]
"""Trimmed, case-sensitive, 1–50 characters."""

Name = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=255, pattern=ONE_LINE)
]
"""Who or what somebody is called: trimmed, 1–255 characters."""

Text = Annotated[str, StringConstraints(strict=True, max_length=1_000, pattern=ONE_LINE)]
"""One line of text, kept as given."""

Multiline = Annotated[str, StringConstraints(strict=True, max_length=65_535, pattern=SEVERAL_LINES)]
"""Text in which line breaks and tabs may stand, kept as given."""

Country = Annotated[str, StringConstraints(strict=True, pattern=COUNTRY)]
MonthDay = Annotated[str, StringConstraints(strict=True, pattern=MONTH_DAY)]

OVER_ZERO: Final = r"^(?=.*[1-9])[0-9]{1,18}(\.[0-9]{1,8})?$"
_PLAIN: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,8})?")
_MOST: Final = Decimal(10) ** 18
_HUNDRED: Final = Decimal(100)


def plain(value: Decimal) -> str:
    """A decimal in plain notation, without trailing zeros, so that equal values are equal text."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number(value: object) -> Decimal:
    """The exact decimal that JSON text or a JSON number tells.

    Raises:
        PydanticCustomError: it is not one, or has more than 18 digits before or 8 after the point.
    """
    if type(value) is str:
        if _PLAIN.fullmatch(value):
            return Decimal(value)
    elif type(value) is int:
        if -_MOST < value < _MOST:
            return Decimal(value)
    elif type(value) is Decimal and _PLAIN.fullmatch(f"{value:f}"):
        return value
    raise PydanticCustomError("number", _why_no_number(value))


def _why_no_number(value: object) -> Any:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return 'must be in plain notation, such as "1250.00", with at most 18 digits before and 8 after the point'
    return 'must be a number, or text with one, such as "1250.00"'


def positive(value: object) -> Decimal:
    found = number(value)
    if found > 0:
        return found
    raise PydanticCustomError("number", "must be greater than 0")


def not_negative(value: object) -> Decimal:
    found = number(value)
    if found >= 0:
        return found
    raise PydanticCustomError("number", "must not be negative")


def at_most_hundred(value: object) -> Decimal:
    found = number(value)
    if found <= _HUNDRED:
        return found
    raise PydanticCustomError("number", "must be at most 100, a percent")


def decimal_schema(pattern: str, **bounds: int) -> dict[str, Any]:
    """The JSON Schema of a decimal: text, or a JSON number within the bounds."""
    return {"anyOf": [{"type": "string", "pattern": pattern}, {"type": "number", **bounds}]}


_ANY = WithJsonSchema(decimal_schema(r"^-?[0-9]{1,18}(\.[0-9]{1,8})?$"), mode="validation")
_UNSIGNED = WithJsonSchema(decimal_schema(r"^[0-9]{1,18}(\.[0-9]{1,8})?$", minimum=0), mode="validation")
_OVER_ZERO = WithJsonSchema(decimal_schema(OVER_ZERO, exclusiveMinimum=0), mode="validation")
_HUNDRED_AT_MOST = WithJsonSchema(
    decimal_schema(r"^(-[0-9]{1,18}(\.[0-9]{1,8})?|0*([0-9]{1,2}(\.[0-9]{1,8})?|100(\.0{1,8})?))$", maximum=100),
    mode="validation",
)
_AS_TEXT = PlainSerializer(plain, return_type=str, when_used="json")

Number = Annotated[Decimal, PlainValidator(number), _ANY, _AS_TEXT]
"""An exact decimal, of any sign."""

Positive = Annotated[Decimal, PlainValidator(positive), _OVER_ZERO, _AS_TEXT]
"""An exact decimal greater than 0: quantities, rates of exchange, factors, line numbers."""

NotNegative = Annotated[Decimal, PlainValidator(not_negative), _UNSIGNED, _AS_TEXT]
"""An exact decimal of 0 or more: prices, costs, limits."""

DiscountPercent = Annotated[Decimal, PlainValidator(at_most_hundred), _HUNDRED_AT_MOST, _AS_TEXT]
"""A percent that may be 0 and negative, and is at most 100."""


def _day(value: object) -> datetime.date:
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" and value[7] == "-":
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "must be a day as YYYY-MM-DD, such as 2026-03-01")


def _document_day(value: object) -> datetime.date:
    found = _day(value)
    if 1900 <= found.year < 3000:
        return found
    raise PydanticCustomError("day", "must be a day between 1900-01-01 and 2999-12-31")


_DAY_SCHEMA = WithJsonSchema({"type": "string", "format": "date"}, mode="validation")
_DAY_AS_TEXT = PlainSerializer(datetime.date.isoformat, return_type=str, when_used="json")

Day = Annotated[datetime.date, PlainValidator(_day), _DAY_SCHEMA, _DAY_AS_TEXT]
"""`YYYY-MM-DD`."""

DocumentDay = Annotated[datetime.date, PlainValidator(_document_day), _DAY_SCHEMA, _DAY_AS_TEXT]
"""A day that other days are counted from, so far from the calendar's ends."""

Integer = Annotated[int, Field(strict=True, ge=0, le=999_999_999_999_999_999)]
"""A JSON integer of 0 or more: a version, a revision, a number of a range."""

Small = Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
"""A JSON integer to order or count by: a priority, days."""

Flag = Annotated[bool, Field(strict=True)]

Rows = Annotated[tuple[T, ...], Field(strict=False)]
"""A JSON list."""

Extra = Annotated[dict[str, Any], Field(strict=True)]
"""Whatever the sender likes; it travels untouched, its numbers as int or Decimal."""


def or_else(default: object, accepts: Any) -> BeforeValidator:
    """For a field with a default: null counts as absent."""
    return BeforeValidator(lambda value: default if value is None else value, json_schema_input_type=accepts | None)
