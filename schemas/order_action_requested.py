"""`order.action-requested.v1`: someone asks for a step on an order (contract §3)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from schemas.addressed import Addressed
from schemas.message import Shape
from schemas.values import Code, Integer, Multiline, Name, Positive, Rows


class LineNamed(Shape):
    """A line, named as other messages name it."""

    line: Positive


def _line_number(value: Any) -> Any:
    return value["line"] if isinstance(value, dict) and value.keys() == {"line"} else value


LineNumber = Annotated[Positive, BeforeValidator(_line_number, json_schema_input_type=Positive | LineNamed)]


class OrderActionRequested(Addressed):
    """`action` is a built-in one or one of the order's workflow.

    `hold` says which hold to release; `lines` which lines to close, as numbers or as {"line": number}.
    """

    by: Name
    action: Code
    hold: Literal["credit", "workflow", "price", "agreement"] | None = None
    lines: Annotated[Rows[LineNumber], Field(min_length=1)] | None = None
    reason: Multiline | None = None
    note: Multiline | None = None
    expected_version: Integer | None = None
