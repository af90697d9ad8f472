"""A database made for one occasion, beside whatever else the server holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapter.persistence.database import Database

_NOT_ALLOWED = "42501"


class MayNotCreate(Exception):
    """The user of the server may not create databases."""


@asynccontextmanager
async def own_database(server: Database, name: str) -> AsyncIterator[None]:
    """An empty database of this name for the length of the block; `name` is ours, of letters, digits and `_`.

    Raises:
        MayNotCreate: the user is not allowed to; nothing was done.
    """
    await _create(server, name)
    try:
        yield
    finally:
        async with server.connection() as connection:
            await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _create(server: Database, name: str) -> None:
    try:
        async with server.connection() as connection:
            await connection.execute(f'CREATE DATABASE "{name}"')
    except Exception as error:
        if getattr(error, "sqlstate", None) == _NOT_ALLOWED:
            raise MayNotCreate(str(error)) from error
        raise
