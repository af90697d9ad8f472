"""Many rows with one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapter.persistence.database import Connection


@dataclass(frozen=True)
class Rows:
    """Rows of one table, written set-based: `columns` names them with their types."""

    table: str
    columns: tuple[tuple[str, str], ...]

    def insert_sql(self, suffix: str = "") -> str:
        names = ", ".join(name for name, _ in self.columns)
        arrays = ", ".join(f"${i}::{kind}[]" for i, (_, kind) in enumerate(self.columns, 1))
        # Names come from this folder, never from outside.
        return f"INSERT INTO {self.table} ({names}) SELECT * FROM unnest({arrays}) {suffix}"  # noqa: S608

    async def insert(self, connection: Connection, rows: Sequence[Sequence[object]], suffix: str = "") -> None:
        if rows:
            await connection.execute(self.insert_sql(suffix), *(list(column) for column in zip(*rows, strict=True)))
