"""The schema of the database: bringing it up to date, and refusing one that is not."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.ext.asyncio import AsyncEngine


def _config(connection: SyncConnection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


async def current_revision(engine: AsyncEngine) -> str:
    """The revision the database is at; empty where it holds no schema of ours."""

    def read(connection: SyncConnection) -> str:
        return MigrationContext.configure(connection).get_current_revision() or ""

    async with engine.connect() as connection:
        return await connection.run_sync(read)


async def migrate(engine: AsyncEngine) -> tuple[str, str]:
    """Bring the schema up to date; gives the revision before and after. Parallel calls wait for each other."""
    before = await current_revision(engine)

    def upgrade(connection: SyncConnection) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('order-adapter migrate'))")
        command.upgrade(_config(connection), "head")

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    return before, newest_revision()
