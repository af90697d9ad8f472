"""Conditions and addresses, as messages and registry entries share them (contract §3, *discounts*, *payment*)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Discriminator, StringConstraints, Tag

from schemas.message import Shape
from schemas.values import NOBODYS, ONE_LINE, Code, Country, DiscountPercent, Name, Number, Rows, Small, or_else

TEXT: Final = "<text>"
LIST: Final = "<list>"
OBJECT: Final = "<object>"


def _kind(value: object) -> str | None:
    if isinstance(value, str):
        return TEXT
    if isinstance(value, list | tuple):
        return LIST
    return OBJECT if isinstance(value, dict | Shape) else None


def _text_or_list(value: object) -> str | None:
    return None if isinstance(value, dict) else _kind(value)


def text_or_object(value: object) -> str | None:
    return None if isinstance(value, list) else _kind(value)


Per = Literal["line", "unit"]
Application = Literal["cascade", "on_amount"]


class DiscountGiven(Shape):
    """A discount in the long form. Without `application` and `priority` those of its type count, else `cascade`."""

    percent: DiscountPercent | None = None
    amount: Number | None = None
    per: Annotated[Per, or_else("line", Per)] = "line"
    type: Code | None = None
    application: Application | None = None
    priority: Small | None = None


DiscountText = Annotated[str, StringConstraints(strict=True, max_length=200, pattern=ONE_LINE)]

Discounts = Annotated[
    Annotated[DiscountText, Tag(TEXT)] | Annotated[Rows[DiscountGiven], Tag(LIST)],
    Discriminator(
        _text_or_list,
        custom_error_type="discounts",
        custom_error_message='must be text such as "50+10", or a list of discounts',
    ),
]
"""The short notation, or a list. Whether the notation parses, and percent or amount is given, the domain tells."""


class Payment(Shape):
    stand_in: ClassVar[Mapping[str, Any]] = {"type": NOBODYS, "solution": NOBODYS}

    type: Code
    solution: Code
    percent: Number | None = None
    amount: Number | None = None
    bank: Name | None = None


class Expense(Shape):
    """A charge, or where it is negative an allowance; an amount or a percent."""

    stand_in: ClassVar[Mapping[str, Any]] = {"type": NOBODYS, "amount": 0}

    type: Code
    amount: Number | None = None
    percent: Number | None = None


class Agent(Shape):
    """`commission_percent` null says that none is linked, which is not 0; left out it is resolved.

    `model_fields_set` tells null from absent.
    """

    stand_in: ClassVar[Mapping[str, Any]] = {"agent": NOBODYS}

    agent: Code
    commission_percent: Number | None = None


class Address(Shape):
    name: Name
    street: Name
    postal_code: Name
    city: Name
    region: Name | None = None
    country: Country


Destination = Annotated[
    Annotated[Code, Tag(TEXT)] | Annotated[Address, Tag(OBJECT)],
    Discriminator(
        text_or_object,
        custom_error_type="destination",
        custom_error_message="must be the code of a destination, or an address",
    ),
]
"""A code of the customer's registry entry, or an address of its own."""
