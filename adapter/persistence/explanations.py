"""Why the values of an order are what they are, version by version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from adapter.persistence.database import Connection


@dataclass(frozen=True, slots=True)
class ExplainedVersion:
    """What one version explains anew; of `forgotten` lines nothing that was told before holds any more."""

    version: int
    explanation: bytes
    forgotten: frozenset[Decimal] = frozenset()


async def explain(connection: Connection, order_id: UUID, versions: Sequence[ExplainedVersion]) -> None:
    """Store the explanation of the newest version, whole; those of the versions before it are kept aside."""
    if not versions:
        return
    stored = await connection.fetch("SELECT version, explanation FROM orders WHERE id = $1", order_id)
    version, told = stored[0]["version"], stored[0]["explanation"] or b"[]"
    for newer in versions:
        await connection.execute(
            "INSERT INTO order_explanations (order_id, version, explanation) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            order_id,
            version,
            told,
        )
        version, told = newer.version, _joined(told, newer)
    await connection.execute("UPDATE orders SET explanation = $2 WHERE id = $1", order_id, told)


def _joined(before: bytes, newer: ExplainedVersion) -> bytes:
    """What was told before, unless the newer version tells it anew."""
    anew = orjson.loads(newer.explanation)
    replaced = {_place(entry) for entry in anew}
    kept = (entry for entry in orjson.loads(before) if _place(entry) not in replaced)
    whole = [*(entry for entry in kept if _place(entry)[0] not in newer.forgotten), *anew]
    return orjson.dumps(sorted(whole, key=_line))


def _line(entry: list[Any]) -> Decimal:
    """The header before the lines."""
    return Decimal(entry[0] or 0)


def _place(entry: list[Any]) -> tuple[Decimal | None, str]:
    line, field = entry[:2]
    return None if line is None else Decimal(line), field
