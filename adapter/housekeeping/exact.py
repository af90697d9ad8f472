"""JSON that is read and written again with every digit of its numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from adapter.messaging.envelope import write

__all__ = ["read", "write"]

_INT_DIGITS = 18


def read(text: bytes) -> Any:
    """Whole numbers as int, others, and those that are too long for 64 bits, as Decimal."""
    return json.loads(text, parse_float=Decimal, parse_int=_whole)


def _whole(literal: str) -> int | Decimal:
    return int(literal) if len(literal) <= _INT_DIGITS else Decimal(literal)
