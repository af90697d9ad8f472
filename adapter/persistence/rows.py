"""Many rows with one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapter.persistence.database import Connection


@dataclass(frozen=True)
class Rows:
    """Rows of one table, written set-based: `columns` names them with their types.

    Decimals travel as text, which costs half of what encoding their digits does.
    """

    table: str
    columns: tuple[tuple[str, str], ...]

    def insert_sql(self, suffix: str = "") -> str:
        names = ", ".join(name for name, _ in self.columns)
        values = ", ".join(f"{name}::{kind}" for name, kind in self.columns)
        arrays = ", ".join(f"${i}::{_sent_as(kind)}[]" for i, (_, kind) in enumerate(self.columns, 1))
        # Names come from this folder, never from outside.
        return f"INSERT INTO {self.table} ({names}) SELECT {values} FROM unnest({arrays}) AS n ({names}) {suffix}"  # noqa: S608

    async def insert(self, connection: Connection, rows: Sequence[Sequence[object]], suffix: str = "") -> None:
        if rows:
            kinds = (kind for _, kind in self.columns)
            sent = [_sent(kind, values) for kind, values in zip(kinds, zip(*rows, strict=True), strict=True)]
            await connection.execute(self.insert_sql(suffix), *sent)


def _sent_as(kind: str) -> str:
    return "text" if kind == "numeric" else kind


def _sent(kind: str, values: Sequence[object]) -> Sequence[object]:
    return [None if value is None else str(value) for value in values] if kind == "numeric" else values
