"""`parked`: messages that were refused or wait for a cure, looked at and worked on (contract 5, 8)."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import (
    AsJson,
    app_of,
    at_terminal,
    database,
    fail,
    print_json,
    print_json_lines,
    print_rows,
    run,
    settings,
    tell,
)
from adapter.cli.parked_options import (
    All,
    By,
    CodeOption,
    Refused,
    Since,
    SomeIds,
    Source,
    Until,
    Why,
    filter_of,
    named_or_all,
)
from adapter.cli.parked_replay import replay

if TYPE_CHECKING:
    from adapter.persistence.parked_queries import ParkedFilter, WholeMessage

_COLUMNS = ("id", "source", "message_id", "type", "state", "codes", "first_seen", "last_seen", "attempts")
_CAUSES = ("codes", "awaits", "messages", "first_seen", "last_seen", "example", "message")

app = app_of("The parking lot: messages that were refused or wait for a cure.")
app.command()(replay)


@app.command("list")
def list_messages(
    code: CodeOption = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    refused: Refused = False,
    by_cause: Annotated[bool, typer.Option("--by-cause", help="How many wait for the same, most first.")] = False,
    as_json: AsJson = False,
) -> None:
    """What waits in the parking lot, the oldest first."""
    which = filter_of(code, source, since, until, refused)
    if by_cause:
        print_rows(_CAUSES, run(_causes(which)), as_json)
    else:
        print_rows(_COLUMNS, run(_listed(which)), as_json)


async def _listed(which: ParkedFilter) -> list[dict[str, Any]]:
    from adapter.persistence import parked_queries

    async with database(settings()) as opened, opened.connection() as connection:
        return [_row(message) for message in await parked_queries.listed(connection, which)]


async def _causes(which: ParkedFilter) -> list[dict[str, Any]]:
    from dataclasses import asdict

    import orjson

    from adapter.persistence import parked_queries

    async with database(settings()) as opened, opened.connection() as connection:
        causes = [asdict(cause) for cause in await parked_queries.causes(connection, which)]
    for cause in causes:
        cause |= {name: _instant(cause[name], "seconds") for name in ("first_seen", "last_seen")}
        cause["message"] = orjson.loads(cause.pop("reasons"))[0]["message"]
    return causes


def _row(message: Any) -> dict[str, Any]:
    row = {name: getattr(message, name) for name in _COLUMNS}
    return row | {name: _instant(row[name]) for name in ("first_seen", "last_seen")}


def _instant(moment: datetime.datetime, precision: str = "milliseconds") -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec=precision).replace("+00:00", "Z")


@app.command()
def show(id: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False) -> None:
    """One message: why it was set aside, what cures it, and itself as it came."""
    from adapter.persistence.parked_queries import ParkedFilter

    messages = run(_whole(ParkedFilter(state=None, ids=[id])))
    if not messages:
        fail(f"There is no message {id} in the parking lot.")
    document = _document(messages[0])
    if as_json or not at_terminal():
        print_json(document)
        return
    reasons = document.pop("reasons")
    print_rows(("field", "value"), [{"field": name, "value": value} for name, value in document.items()], False)
    print_rows(("code", "path", "message"), reasons, False)


@app.command()
def export(
    code: CodeOption = None, source: Source = None, since: Since = None, until: Until = None, refused: Refused = False
) -> None:
    """Whole messages as JSON Lines."""
    print_json_lines(_document(message) for message in run(_whole(filter_of(code, source, since, until, refused))))


async def _whole(which: ParkedFilter) -> list[WholeMessage]:
    from adapter.persistence import parked_queries

    async with database(settings()) as opened, opened.transaction(read_only=True) as connection:
        return [message async for message in parked_queries.whole(connection, which)]


def _document(message: WholeMessage) -> dict[str, Any]:
    import orjson

    return _row(message.listed) | {
        "queue": message.queue,
        "reasons": orjson.loads(message.reasons),
        "awaits": message.awaits,
        "by": message.actor,
        "note": message.note,
        "properties": orjson.loads(message.properties),
        **_body(message.body),
    }


def _body(body: bytes) -> dict[str, str]:
    from base64 import b64encode

    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": b64encode(body).decode()}


@app.command()
def discard(
    by: By,
    ids: SomeIds = None,
    all_: All = False,
    code: CodeOption = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    refused: Refused = False,
    reason: Why = "",
) -> None:
    """Set messages aside for good; they stay on record."""
    which = named_or_all(ids, all_, filter_of(code, source, since, until, refused))
    done = run(_discarded(which, by, reason))
    tell(f"{len(done)} discarded.")
    if left := [id for id in ids or () if id not in done]:
        from adapter.cli.parked_closed import not_waiting

        fail("\n".join(run(not_waiting(settings(), left))))


async def _discarded(which: ParkedFilter, by: str, reason: str) -> set[int]:
    from adapter.persistence import parked_queries

    async with database(settings()) as opened, opened.transaction() as connection:
        found = [message.id for message in await parked_queries.listed(connection, which)]
        return await parked_queries.discard(connection, found, by, reason)


@app.command()
def edit(
    id: Annotated[int, typer.Argument(metavar="ID")],
    file: Annotated[Path, typer.Argument(help="The body as it is to be.", exists=True, dir_okay=False)],
    by: By,
    reason: Why = "",
) -> None:
    """Put another body beside a message, under an id of its own, to be replayed in its place; both stay on record."""
    from adapter.cli.replays import edit_parked

    new = run(edit_parked(settings(), id, file.read_bytes(), by, reason))
    print_json({"id": new}) if not at_terminal() else tell(f"The edited message is {new}; `parked replay {new}`.")
