"""How a message names the order that it is about (contract §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from schemas import rules
from schemas.message import Fault, Message, Shape
from schemas.values import NOBODYS, Code, Name


class OriginNamed(Shape):
    """The document that the order was made of."""

    stand_in: ClassVar[Mapping[str, Any]] = {"kind": "offer", "number": NOBODYS}

    kind: Literal["offer", "supplier_order", "customer_order"]
    number: Code
    type: Code | None = None
    source: Name | None = None
    customer: Code | None = None


class Addressed(Message):
    """A message about one order: by its number, or by its origin."""

    stand_in: ClassVar[Mapping[str, Any]] = {"order": NOBODYS, "origin": OriginNamed.stand_in}

    order: Name | None = None
    origin: OriginNamed | None = None

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        yield from rules.one_of(data, ("order", "origin"), ())
