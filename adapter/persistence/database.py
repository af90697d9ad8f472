"""The pool of connections and what its failures mean.

SQLAlchemy owns the pool, its health and its time limits. Statements run on the asyncpg connection beneath: on the
intake's way that is the cheaper form, and there is only one form to read.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, cast

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

Row = Any  # asyncpg's Record: read by column name


class Connection(Protocol):
    """What our statements use of an asyncpg connection."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *args: object) -> Row | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[Sequence[object]], columns: Sequence[str]
    ) -> str: ...
    async def reset_type_codec(self, typename: str, *, schema: str) -> None: ...
    def transaction(self, *, readonly: bool = False) -> AbstractAsyncContextManager[None]: ...
    def cursor(self, query: str, *args: object, prefetch: int | None = None) -> Any: ...
    async def add_listener(self, channel: str, callback: Any) -> None: ...
    def is_closed(self) -> bool: ...


# Statements of the adapter are look-ups by index. A plan made while a table was empty would scan it for ever after
# (the check of a foreign key keeps its plan for the whole connection), so sequential scans are priced out.
_SERVER_SETTINGS = {
    "application_name": "order-adapter",
    "enable_seqscan": "off",
    "jit": "off",
    "lock_timeout": "8s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}


class Database:
    """A pool of connections to one database, by TLS of our own making where `tls` is given.

    A server that has gone silent counts as lost where a statement has taken `patience` seconds; None waits for ever.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 5,
        settings: dict[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        patience: float | None = 60,
    ) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=2,
            pool_pre_ping=True,
            hide_parameters=True,
            pool_timeout=10,
            connect_args={
                "timeout": 10,
                "command_timeout": patience,
                "server_settings": _SERVER_SETTINGS | (settings or {}),
                **({"ssl": tls} if tls else {}),
            },
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        async with self.engine.connect() as held:
            pooled = await held.get_raw_connection()
            yield cast("Connection", pooled.driver_connection)

    @asynccontextmanager
    async def dedicated(self) -> AsyncIterator[Connection]:
        """A connection that is closed afterwards, for locks and listeners that live as long as it does."""
        async with self.engine.connect() as held:
            pooled = await held.get_raw_connection()
            try:
                yield cast("Connection", pooled.driver_connection)
            finally:
                await held.invalidate()

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncIterator[Connection]:
        """One transaction, committed at the end of the block, rolled back when an exception leaves it."""
        async with self.connection() as connection, connection.transaction(readonly=read_only):
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


# 40001 serialization, 40P01 deadlock, 55P03 lock not available, 23505 the other copy was first.
_CONFLICTS = {"40001", "40P01", "55P03", "23505"}
_CONTENTION = {"40001", "40P01", "55P03"}
# 08 connection, 53 resources, 57P operator intervention, 55000 not accepting connections, 3D000 database renamed,
# 25006 read only after a failover, 25P03 idle in transaction, 42501 a right was taken away
_DOWN_CLASSES = ("08", "53", "57P", "55000", "3D000", "25006", "25P03", "42501")


class StillContended(ConnectionError):
    """Other transactions stay in the way: nothing is wrong with the work, and trying later is all there is to do."""


def _root(error: BaseException) -> BaseException:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return getattr(error.orig, "__cause__", None) or error.orig
    return error


def sqlstate(error: BaseException) -> str:
    return cast("str", getattr(_root(error), "sqlstate", None) or "")


def broken_constraint(error: BaseException) -> str:
    """The name of the constraint or unique index that a statement broke; empty where it broke none."""
    return cast("str", getattr(_root(error), "constraint_name", None) or "")


def is_conflict(error: BaseException) -> bool:
    """Another transaction was first: the same work, tried again, sees what that one did."""
    return sqlstate(error) in _CONFLICTS


def is_contention(error: BaseException) -> bool:
    """Locks or serialization were in the way, as against a row that another transaction made first."""
    return sqlstate(error) in _CONTENTION


def is_down(error: BaseException) -> bool:
    """The database cannot be reached or cannot work now; the work itself is not at fault."""
    root: Any = _root(error)
    if isinstance(root, OSError | PoolTimeout | asyncio.TimeoutError | asyncpg.InterfaceError | ConnectionError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return sqlstate(root).startswith(_DOWN_CLASSES)
