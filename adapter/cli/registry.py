"""`order-adapter registry`: what the company knows, in bulk and one by one (contract 7, 8)."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.frame import (
    AsJson,
    app_of,
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
    from adapter.persistence.registry_listing import Stored

app = app_of("Customers, items, prices and what else the company knows.")

FilesGiven = Annotated[
    list[Path], typer.Argument(help="JSON Lines, or CSV with --kind.", exists=True, dir_okay=False, readable=True)
]
CsvKind = Annotated[str | None, typer.Option("--kind", help="The files are CSV with entries of this kind.")]
OfKind = Annotated[str | None, typer.Option("--kind", help="Only entries of this kind.")]


@app.command("import")
def import_(
    files: FilesGiven,
    kind: CsvKind = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count, store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Store entries that are newer than the stored ones. Faulty lines are listed, good ones are kept.

    It may be interrupted: run again, it skips what is stored.
    """
    from adapter.cli.registry_running import import_files

    run(import_files(files, _known(kind), dry_run=dry_run, as_json=as_json))


@app.command()
def show(kind: str, key: str, as_json: AsJson = False) -> None:
    """One entry; without --json as a table of its fields."""
    found = run(_one(_known(kind) or kind, key))
    if found is None:
        fail(f"There is no {kind} {key}.")
    if as_json:
        print_json(found.document)
    else:
        print_rows(("field", "value"), _fields(found), as_json=False)


@app.command("list")
def list_(
    kind: OfKind = None,
    like: Annotated[str | None, typer.Option(help="Only keys with this in them; * stands for anything.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 1000,
    as_json: AsJson = False,
) -> None:
    """Entries by kind and key."""
    found = run(_some(_known(kind), like, limit + 1))
    if len(found) > limit:
        tell(f"There are more than {limit}; --limit shows more.")
    rows = [one.document if as_json else one._asdict() for one in found[:limit]]
    print_rows(("kind", "key", "revision", "entry"), rows, as_json)


@app.command()
def export(kind: OfKind = None) -> None:
    """All entries as JSON Lines, as `registry import` takes them; retired ones too."""
    run(_export(_known(kind)))


@app.command()
def diff(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    kind: CsvKind = None,
    as_json: AsJson = False,
) -> None:
    """What an import of the file would change: new, changed and retired entries, field by field; JSON Lines."""
    from adapter.cli.registry_running import diff_file

    run(diff_file(file, _known(kind), as_json=as_json))


def _known(kind: str | None) -> str | None:
    from schemas.registry_entries import ENTRIES

    if kind is not None and kind not in ENTRIES:
        raise typer.BadParameter(f"{kind!r} is no kind of entry; kinds are {', '.join(ENTRIES)}")
    return kind


async def _one(kind: str, key: str) -> Stored | None:
    from adapter.persistence import registry_listing

    async with database(settings()) as opened, opened.connection() as connection:
        return await registry_listing.one(connection, kind, key)


async def _some(kind: str | None, like: str | None, most: int) -> list[Stored]:
    from adapter.persistence import registry_listing

    async with database(settings()) as opened, opened.connection() as connection:
        return await registry_listing.some(connection, kind, like, most)


async def _export(kind: str | None) -> None:
    from adapter.persistence import registry_listing

    async with (
        database(settings()) as opened,
        opened.connection() as connection,
        aclosing(registry_listing.stream(connection, kind)) as stream,
    ):
        async for some in stream:
            print_json_lines(one.document for one in some)


def _fields(found: Stored) -> list[dict[str, Any]]:
    import orjson

    entry = orjson.loads(found.entry) if found.entry else {"retired": True}
    rows = {"kind": found.kind, "key": found.key, "revision": found.revision, **entry}
    return [{"field": name, "value": value} for name, value in rows.items()]
