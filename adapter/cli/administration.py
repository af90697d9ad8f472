"""`serve`, `migrate`, `settings` and `topology`: what an administrator asks before and between starts (contract 8)."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import AsJson, print_json, print_rows, run
from adapter.cli.frame import settings as load

if TYPE_CHECKING:
    from adapter.messaging.topology import QueueSpec, Topology


def serve() -> None:
    """Take messages, make orders, publish events, until SIGTERM or SIGINT; more copies share the work."""
    gc.disable()  # nothing of what is loaded now is garbage; `calm_collector` switches it on for the work
    from adapter.cli.serving import serve_until_stopped

    serve_until_stopped()


def settings(as_json: AsJson = False) -> None:
    """Every setting with value, default, meaning and source; secrets masked."""
    rows = [one._asdict() for one in load(database_required=False).described()]
    print_rows(("name", "value", "default", "source", "meaning"), rows, as_json)


def migrate(as_json: AsJson = False) -> None:
    """Bring the database's schema up to date; safe to run again, and beside running adapters."""
    before, after = run(_migrate())
    if as_json:
        print_json({"before": before or None, "after": after})
    elif before == after:
        typer.echo(f"schema up to date at {after}")
    else:
        typer.echo(f"schema brought from {before or 'nothing'} to {after}")


async def _migrate() -> tuple[str, str]:
    from adapter.parts import SchemaBehind, tls_of
    from adapter.persistence.database import Database
    from adapter.persistence.migrating import migrate as bring_up_to_date
    from adapter.persistence.schema import current_revision, newest_revision

    chosen = load()
    # A migration may take as long as it needs; it never waits long for a lock, as everyone would wait behind it.
    unhurried, tls = {"statement_timeout": "0"}, tls_of(chosen)
    database = Database(chosen.database_url_asyncpg, pool_size=1, settings=unhurried, tls=tls, patience=None)
    try:
        found = await current_revision(database.engine)
        if found > newest_revision():
            raise SchemaBehind(found, newest_revision())
        return await bring_up_to_date(database.engine)
    finally:
        await database.close()


def topology(
    definitions: Annotated[
        bool, typer.Option("--definitions", help="What an administrator loads into a broker, as JSON.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Exchanges, queues and bindings, and who handles what; the broker is not asked."""
    from adapter.parts import topology_of

    chosen = load(database_required=False)
    whole = topology_of(chosen)
    if definitions:
        print_json(whole.definitions(_vhost(chosen.broker_url.get_secret_value())))
    elif as_json:
        print_json({"exchanges": _exchanges(whole), "queues": _queues(whole)})
    else:
        print_rows(("exchange", "type", "for"), _exchanges(whole), as_json=False)
        typer.echo()
        print_rows(("queue", "routing_key", "type", "handler"), _queues(whole), as_json=False)


def _vhost(url: str) -> str:
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(url).path.removeprefix("/")) or "/"


def _exchanges(whole: Topology) -> list[dict[str, Any]]:
    names = whole.names
    return [
        {"exchange": names.inbound, "type": "topic", "for": "messages that are taken"},
        {"exchange": names.events, "type": "topic", "for": "events that are sent"},
    ]


def _queues(whole: Topology) -> list[dict[str, Any]]:
    return [_queue(whole, queue) for queue in whole.queues]


def _queue(whole: Topology, queue: QueueSpec) -> dict[str, Any]:
    from handlers.queues import HANDLERS

    handler = HANDLERS.get(queue.name.removeprefix(f"{whole.names.namespace}."))
    return {
        "queue": queue.name,
        "exchange": whole.names.inbound if queue.routing_key else None,
        "routing_key": queue.routing_key,
        "type": handler.type if handler else None,
        "handler": handler.decide.__module__ if handler else None,
        "arguments": dict(queue.arguments),
    }
