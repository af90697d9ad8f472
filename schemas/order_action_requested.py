"""`order.action-requested.v1`: someone asks for a step on an order (contract §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from schemas.addressed import Addressed
from schemas.values import NOBODYS, OVER_ZERO, Code, Integer, Multiline, Name, Positive, Rows, decimal_schema


def _line_number(value: Any) -> Any:
    return value["line"] if isinstance(value, dict) and value.keys() == {"line"} else value


_OVER_ZERO: Final = decimal_schema(OVER_ZERO, exclusiveMinimum=0)
_NAMED: Final = {
    "type": "object",
    "properties": {"line": _OVER_ZERO},
    "required": ["line"],
    "additionalProperties": False,
}

LineNumber = Annotated[
    Positive, BeforeValidator(_line_number), WithJsonSchema({"anyOf": [_OVER_ZERO, _NAMED]}, mode="validation")
]


class OrderActionRequested(Addressed):
    """`action` is a built-in one or one of the order's workflow.

    `hold` says which hold to release; `lines` which lines to close, as numbers or as {"line": number}.
    """

    stand_in: ClassVar[Mapping[str, Any]] = {**Addressed.stand_in, "by": NOBODYS, "action": NOBODYS}

    by: Name
    action: Code
    hold: Literal["credit", "workflow", "price", "agreement"] | None = None
    lines: Annotated[Rows[LineNumber], Field(min_length=1)] | None = None
    reason: Multiline | None = None
    note: Multiline | None = None
    expected_version: Integer | None = None
