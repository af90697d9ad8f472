"""The hold dimension that follows from the holds in force (contract 4)."""

from __future__ import annotations

from collections.abc import Iterable

from adapter.domain.order import Hold


def hold_of(holds: Iterable[Hold], otherwise: str) -> str:
    """`blocked`; `awaiting_approval` where only a workflow holds; `otherwise` where nothing does any more."""
    kinds = {hold.kind for hold in holds}
    if not kinds:
        return otherwise
    return "awaiting_approval" if kinds == {"workflow"} else "blocked"
