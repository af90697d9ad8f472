"""`parked`: messages that were refused or wait for a cure, looked at and worked on (contract 5, 8)."""

from __future__ import annotations

import datetime
import getpass
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

if TYPE_CHECKING:
    from adapter.persistence.parked_queries import ParkedFilter, WholeMessage

_MOMENTS = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
_COLUMNS = ("id", "source", "message_id", "type", "state", "codes", "first_seen", "last_seen", "attempts")
_RESULTS = ("id", "source", "message_id", "outcome", "orders", "codes")

app = app_of("The parking lot: messages that were refused or wait for a cure.")

CodeOption = Annotated[str | None, typer.Option(help="With this reason, as unknown_item.")]
Source = Annotated[str | None, typer.Option(help="From this source.")]
Since = Annotated[datetime.datetime | None, typer.Option(formats=_MOMENTS, help="Last seen since then (UTC).")]
Refused = Annotated[bool, typer.Option("--refused", help="The refused ones instead.")]
Ids = Annotated[list[int], typer.Argument(metavar="ID…", help="As `parked list` shows them.")]
SomeIds = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="As `parked list` shows them.")]


def _account() -> str:
    """The account that the command runs under, where it can be told."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


By = Annotated[str, typer.Option(default_factory=_account, help="Who decides this.", show_default="your account")]
Why = Annotated[str, typer.Option(help="And why.")]


def _filter(
    code: str | None, source: str | None, since: datetime.datetime | None, refused: bool, **more: Any
) -> ParkedFilter:
    from adapter.persistence.parked_queries import ParkedFilter

    at = since.replace(tzinfo=datetime.UTC) if since and since.tzinfo is None else since
    return ParkedFilter(state="refused" if refused else "parked", code=code, source=source, since=at, **more)


@app.command("list")
def list_messages(
    code: CodeOption = None,
    source: Source = None,
    since: Since = None,
    refused: Refused = False,
    as_json: AsJson = False,
) -> None:
    """What waits in the parking lot, the oldest first."""
    rows = run(_listed(_filter(code, source, since, refused)))
    print_rows(_COLUMNS, rows, as_json)


async def _listed(which: ParkedFilter) -> list[dict[str, Any]]:
    from adapter.persistence import parked_queries

    async with database(settings()) as opened, opened.connection() as connection:
        return [_row(message) for message in await parked_queries.listed(connection, which)]


def _row(message: Any) -> dict[str, Any]:
    row = {name: getattr(message, name) for name in _COLUMNS}
    return row | {name: _instant(row[name]) for name in ("first_seen", "last_seen")}


def _instant(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
def export(code: CodeOption = None, source: Source = None, since: Since = None, refused: Refused = False) -> None:
    """Whole messages as JSON Lines."""
    print_json_lines(_document(message) for message in run(_whole(_filter(code, source, since, refused))))


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
def replay(
    ids: SomeIds = None,
    all_: Annotated[bool, typer.Option("--all", help="All that are parked, or of the filters.")] = False,
    code: CodeOption = None,
    source: Source = None,
    since: Since = None,
    refused: Refused = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would become of them.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.001, help="At most so many a second.")] = None,
    as_json: AsJson = False,
) -> None:
    """Handle messages again as they came; exit code 1 where one of them is refused or parked once more."""
    from dataclasses import replace

    from adapter.cli.replays import replay_parked

    if bool(ids) == all_:
        raise typer.BadParameter("Name messages by their ids, or say --all.")
    which = replace(_filter(code, source, since, refused), state=None, ids=ids) if ids else None
    results = run(replay_parked(settings(), which or _filter(code, source, since, refused), dry_run, rate))
    found = {result["id"] for result in results}
    results += [_not_waiting(id) for id in ids or () if id not in found]
    print_rows(_RESULTS, sorted(results, key=lambda result: int(result["id"])), as_json)
    if any(result["outcome"] in {None, "refused", "parked"} for result in results):
        raise typer.Exit(1)


def _not_waiting(id: int) -> dict[str, Any]:
    tell(f"Message {id} does not wait in the parking lot.")
    return dict.fromkeys(_RESULTS) | {"id": id, "orders": [], "codes": []}


@app.command()
def discard(ids: Ids, by: By, reason: Why = "") -> None:
    """Set messages aside for good; they stay on record."""
    done = run(_discarded(ids, by, reason))
    tell(f"{len(done)} discarded.")
    if left := [str(id) for id in ids if id not in done]:
        fail(f"Not waiting in the parking lot: {', '.join(left)}.")


async def _discarded(ids: list[int], by: str, reason: str) -> set[int]:
    from adapter.persistence import parked_queries

    async with database(settings()) as opened, opened.transaction() as connection:
        return await parked_queries.discard(connection, ids, by, reason)


@app.command()
def edit(
    id: Annotated[int, typer.Argument(metavar="ID")],
    file: Annotated[Path, typer.Argument(help="The body as it is to be.", exists=True, dir_okay=False)],
    by: By,
    reason: Why = "",
) -> None:
    """Put another body beside a message, to be replayed in its place; both stay on record."""
    from adapter.cli.replays import edit_parked

    new = run(edit_parked(settings(), id, file.read_bytes(), by, reason))
    print_json({"id": new}) if not at_terminal() else tell(f"The edited message is {new}; `parked replay {new}`.")
