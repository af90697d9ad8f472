"""Which revision of the schema this program needs, and which one the database is at. Alembic is not loaded for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_TABLE = text("SELECT to_regclass('alembic_version')")
_REVISION = text("SELECT version_num FROM alembic_version")


def newest_revision() -> str:
    """The revision that the newest migration leads to: its file's name begins with it."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def current_revision(engine: AsyncEngine) -> str:
    """The revision the database is at; empty where it holds no schema of ours."""
    async with engine.connect() as connection:
        if await connection.scalar(_TABLE) is None:
            return ""
        return str(await connection.scalar(_REVISION) or "")
