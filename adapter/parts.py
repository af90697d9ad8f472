"""Parts of the adapter as the settings want them; commands use them one by one, `adapter.app` all together."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from adapter.messaging.decoding import Limits
from adapter.messaging.topology import Names, Topology
from adapter.persistence import tls
from adapter.persistence.database import Database
from adapter.persistence.schema import cure_of, current_revision, lacking_rights, newest_revision
from config.settings import Settings

if TYPE_CHECKING:
    from adapter.operations.tracing import Tracing


_ANSWERS_LATE = 5.0
"""Seconds after the time of a statement is up in which the server must have said so."""


class SchemaBehind(Exception):
    """The database's schema is not the one of this program."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected, self.cure = found, expected, cure_of(found)
        at = f"is at revision {found}" if found else "holds no schema of ours"
        super().__init__(f"The database {at}, this program needs {expected}.")


class RightsLacking(Exception):
    """The user of the database may not do what the adapter's work needs."""

    def __init__(self, lacking: Sequence[str]) -> None:
        self.found = f"no {'; no '.join(lacking)}"
        super().__init__(f"The user of the database has {self.found}.")


def database_of(settings: Settings, *, patient: bool = False) -> Database:
    """The database; `patient` is for what reads whole tables, which takes as long as it takes."""
    return Database(
        settings.database_url_asyncpg,
        pool_size=settings.database_pool_size,
        settings={
            "statement_timeout": f"{int(settings.database_statement_seconds * 1000)}",
            "lock_timeout": f"{int(settings.database_lock_seconds * 1000)}",
        },
        tls=tls_of(settings),
        patience=None if patient else settings.database_statement_seconds + _ANSWERS_LATE,
    )


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """How to meet the database by TLS, where its address asks for more than the driver does by itself."""
    files = settings.database_ca_file, settings.database_certificate_file, settings.database_key_file
    return tls.context(settings.database_tls, *files)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        settings.max_bytes, settings.max_depth, settings.max_lines, settings.max_headers, settings.max_header_bytes
    )


def topology_of(settings: Settings) -> Topology:
    return Topology(Names(settings.namespace))


def broker_url(settings: Settings) -> str:
    """The broker's address with the heartbeat that notices a dead peer in time, and with the files of TLS."""
    url = settings.broker_url.get_secret_value()
    asked = {
        "heartbeat": settings.broker_heartbeat_seconds,
        "cafile": settings.broker_ca_file,
        "certfile": settings.broker_certificate_file,
        "keyfile": settings.broker_key_file,
    }
    added = {name: str(value) for name, value in asked.items() if value is not None and f"{name}=" not in url}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(added)}" if added else url


async def check_schema(database: Database) -> None:
    """
    Raises:
        SchemaBehind: the schema is not up to date.
    """
    found = await current_revision(database.engine)
    if found != newest_revision():
        raise SchemaBehind(found, newest_revision())


async def check_rights(database: Database) -> None:
    """
    Raises:
        RightsLacking: our user may not work with the tables.
    """
    if lacking := await lacking_rights(database.engine):
        raise RightsLacking(lacking)


def tracing_of(settings: Settings) -> Tracing | None:
    """Spans for a collector where one is set; only then the library is loaded, which takes its time."""
    if not settings.traces_endpoint:
        return None
    from adapter.operations.tracing import Tracing

    return Tracing(settings)


def calm_collector() -> None:
    """What is in memory now stays there; a collection every 700 objects would walk hundreds of orders for nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
