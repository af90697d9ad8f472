"""What an order and its lines share: figures, conditions at work, where they come from (contract §4)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from schemas.message import Shape
from schemas.values import Day, Integer, Rows

Money = Annotated[str, StringConstraints(strict=True, pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
"""An amount with exactly the currency's decimals."""

Figure = Annotated[str, StringConstraints(strict=True, pattern=r"^-?[0-9]+(\.[0-9]*[1-9])?$")]
"""A price, percent, quantity, rate or line number, without trailing zeros."""


class Payment(Shape):
    type: str
    solution: str
    percent: Figure | None
    amount: Money | None
    bank: str | None


class Discount(Shape):
    """A discount at work; `amount` is the money it took, `origin` says whose it is.

    `given_amount` is the amount that was given, `lines` the lines that a final discount of a merged order is taken of.
    """

    percent: Figure | None
    amount: Money | None
    given_amount: Figure | None
    per: Literal["line", "unit"]
    type: str | None
    application: Literal["cascade", "on_amount"]
    priority: int | None
    origin: str
    lines: Rows[Figure] | None


class Expense(Shape):
    """A charge, or where it is negative an allowance; `amount` is what it came to."""

    type: str
    percent: Figure | None
    amount: Money | None
    vat_code: str | None
    origin: str


class Agent(Shape):
    """`commission_percent` null: none is linked, which is not 0."""

    agent: str
    commission_percent: Figure | None


class Origin(Shape):
    """The document, and on a line its line, that this was made of."""

    kind: Literal["offer", "supplier_order"]
    source: str
    type: str | None
    number: str
    version: Integer | None
    date: Day
    line: Figure | None
