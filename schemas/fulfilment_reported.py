"""`fulfilment.reported.v1`: the warehouse delivered, or took back, quantities of an order (contract §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from schemas import rules
from schemas.addressed import Addressed
from schemas.message import Fault, Shape
from schemas.values import LONG_AGO, NOBODYS, Code, DocumentDay, Flag, Number, Positive, Rows, or_else


class Document(Shape):
    """The delivery note or invoice that tells of it."""

    stand_in: ClassVar[Mapping[str, Any]] = {"kind": "delivery_note", "number": NOBODYS, "date": LONG_AGO}

    kind: Literal["delivery_note", "invoice"]
    number: Code
    date: DocumentDay


class FulfilledLine(Shape):
    """`quantity` in the line's unit; a negative one takes back."""

    stand_in: ClassVar[Mapping[str, Any]] = {"line": 1, "quantity": 1}

    line: Positive
    quantity: Number


class FulfilmentReported(Addressed):
    """`closes` says that nothing more will come for these lines. Quantities of a line that stands twice add up."""

    stand_in: ClassVar[Mapping[str, Any]] = {
        **Addressed.stand_in,
        "document": Document.stand_in,
        "lines": [FulfilledLine.stand_in],
    }

    document: Document
    lines: Annotated[Rows[FulfilledLine], Field(min_length=1)]
    closes: Annotated[Flag, or_else(False, bool)] = False

    @classmethod
    def faults(cls, data: Mapping[str, Any]) -> Iterator[Fault]:
        yield from super().faults(data)
        for path, line in rules.rows(data, "lines"):
            if not data.get("closes") and rules.amount(line.get("quantity")) == 0:
                yield Fault((*path, "quantity"), "must not be 0, unless closes is true")
