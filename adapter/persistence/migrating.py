"""Bringing the schema of the database up to date, by Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from adapter.persistence.schema import MIGRATIONS, current_revision, newest_revision


def config_of(connection: SyncConnection | None = None) -> Config:
    """Alembic's own configuration, with the connection that it is to use."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(engine: AsyncEngine) -> tuple[str, str]:
    """Bring the schema up to date; gives the revision before and after. Parallel calls wait for each other."""
    before = await current_revision(engine)

    def upgrade(connection: SyncConnection) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('order-adapter migrate'))")
        command.upgrade(config_of(connection), "head")

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    return before, newest_revision()
