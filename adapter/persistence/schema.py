"""Which revision of the schema this program needs, which one the database is at, and whether we may work in it.

Alembic is not loaded for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_TABLE = text("SELECT to_regclass('alembic_version')")
_REVISION = text("SELECT version_num FROM alembic_version")
_WRITTEN: Final = ["inbox", "orders", "events", "numbers", "parked", "registry"]
_LACKING = text("""
    WITH lacking AS (
        SELECT t.name, t.place, string_agg(r.name, ', ' ORDER BY r.place) AS rights
        FROM unnest(CAST(:tables AS text[])) WITH ORDINALITY AS t(name, place),
            unnest(CAST(:rights AS text[])) WITH ORDINALITY AS r(name, place)
        WHERE NOT has_table_privilege(t.name, r.name) GROUP BY t.name, t.place)
    SELECT rights || ' on ' || string_agg(name, ', ' ORDER BY place) FROM lacking GROUP BY rights
""")
RIGHTS: Final = ["SELECT", "INSERT", "UPDATE", "DELETE"]
"""What our user needs on every table (docs/operating/install.md)."""


def newest_revision() -> str:
    """The revision that the newest migration leads to: its file's name begins with it."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def current_revision(engine: AsyncEngine) -> str:
    """The revision the database is at; empty where it holds no schema of ours."""
    async with engine.connect() as connection:
        if await connection.scalar(_TABLE) is None:
            return ""
        return str(await connection.scalar(_REVISION) or "")


async def lacking_rights(engine: AsyncEngine) -> list[str]:
    """What our user may not do with the tables on every message's way, as `INSERT, UPDATE on inbox, orders`."""
    async with engine.connect() as connection:
        return list(await connection.scalars(_LACKING, {"rights": RIGHTS, "tables": _WRITTEN}))


def cure_of(found: str) -> str:
    """What helps where the database is at another revision than this program."""
    if found > newest_revision():
        return "It is newer than this program: run the version that belongs to it."
    return "Run `order-adapter migrate`."
