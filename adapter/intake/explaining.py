"""The trace of an order as people and programs read it (contract 8, `explain`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson

from adapter.domain.values import plain

_WON = ("rule", "source", "key", "revision")
_LOST = ("rule", "source", "key", "because")


def explained(stored: bytes | None) -> list[dict[str, Any]]:
    """A trace as it is kept, with names; nothing where none was kept."""
    return [_explained(*entry) for entry in orjson.loads(stored or b"[]")]


def _explained(
    line: str | None, field: str, value: str | None, won: list[Any], lost: list[list[Any]], steps: list[list[str]]
) -> dict[str, Any]:
    return {
        "line": None if line is None else plain(Decimal(line)),
        "field": field,
        "value": value,
        "won": dict(zip(_WON, won, strict=True)),
        "lost": [dict(zip(_LOST, one, strict=True)) for one in lost],
        "steps": [{"operation": operation, "value": result} for operation, result in steps],
    }
