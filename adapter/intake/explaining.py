"""The trace of an order as people and programs read it (contract 8, `explain`)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson

from adapter.domain.trace import Trace
from adapter.domain.values import plain


def explained(stored: bytes | None) -> list[dict[str, Any]]:
    """A trace as it is kept, with names; nothing where none was kept."""
    entries = orjson.loads(stored or b"[]")
    return [_explained(None if line is None else Decimal(line), *told) for line, *told in entries]


def explained_trace(trace: Trace) -> list[dict[str, Any]]:
    """What `explained` tells of a trace once it is kept."""
    return [_explained(e.line, e.field, e.value, e.won, e.lost, e.steps) for e in trace.entries]


def _explained(
    line: Decimal | None,
    field: str,
    value: str | None,
    won: Sequence[Any],
    lost: Sequence[Sequence[Any]],
    steps: Sequence[Sequence[str]],
) -> dict[str, Any]:
    """Candidates as the domain has them or as they are kept: why one lost always comes last."""
    return {
        "line": None if line is None else plain(line),
        "field": field,
        "value": value,
        "won": {"rule": won[0], "source": won[1], "key": won[2], "revision": won[3]},
        "lost": [{"rule": one[0], "source": one[1], "key": one[2], "because": one[-1]} for one in lost],
        "steps": [{"operation": operation, "value": result} for operation, result in steps],
    }
