"""Importing files of registry entries, and telling what an import would change."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import typer

from adapter.cli.frame import REFUSED, database, print_json, print_json_lines, settings, tell
from adapter.cli.progress import progress
from adapter.cli.registry_checks import Checks
from adapter.cli.registry_diff import differences
from adapter.cli.registry_importing import Chunk, LineFault, Tally, chunks, import_chunks
from adapter.cli.registry_lines import Files
from adapter.cli.registry_policies import ImportedPolicies
from adapter.parts import calm_collector, limits_of
from adapter.persistence import registry_import, registry_listing

MOST_FAULTS: Final = 10_000
"""Faults that are listed; a file with more of them is of the wrong kind altogether."""

_COMPARED: Final = 1_000


class Told:
    """Faults as they are found: for people at once on standard error, for machines together at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.count = 0
        self.faults: list[LineFault] = []

    def hear(self, faults: Iterable[LineFault]) -> None:
        for fault in faults:
            self.count += 1
            if self.count > MOST_FAULTS:
                continue
            if self.as_json:
                self.faults.append(fault)
            else:
                tell(str(fault))

    def finish(self) -> None:
        """End with the exit code that faults ask for."""
        if self.count > MOST_FAULTS:
            tell(f"{self.count - MOST_FAULTS} more faults are not listed.")
        if self.count:
            raise typer.Exit(REFUSED)


async def import_files(files: list[Path], kind: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Import JSON Lines, or CSV of one kind, and print what was done."""
    calm_collector()
    begun = time.monotonic()
    told = Told(as_json=as_json)
    tally = await _imported(Files(files, kind), told, dry_run=dry_run)
    _print_tally(tally, told, time.monotonic() - begun, dry_run=dry_run)
    told.finish()


async def _imported(files: Files, told: Told, *, dry_run: bool) -> Tally:
    chosen, policies = settings(), ImportedPolicies()
    async with database(chosen) as opened, opened.dedicated() as connection:
        await registry_import.prepare(connection)
        store = registry_import.count if dry_run else registry_import.store
        with progress("Importing", files.size) as advance:

            def done(chunk: Chunk) -> None:
                policies.take(chunk)
                told.hear(chunk.faults)
                advance(chunk.read)

            reading = chunks(files.parts(), Checks(limits_of(chosen)))
            tally = await import_chunks(reading, lambda rows: store(connection, rows), done)
        if policies.rows:
            told.hear(policies.faults(await registry_listing.discount_policies(connection)))
    return tally


def _print_tally(tally: Tally, told: Told, seconds: float, *, dry_run: bool) -> None:
    counts = {"read": tally.read, "stored": tally.stored, "stale": tally.stale, "faulty": tally.faulty}
    if told.as_json:
        faults = [fault.document for fault in told.faults]
        print_json({**counts, "seconds": round(seconds, 3), "dry_run": dry_run, "faults": faults})
        return
    words = ", ".join(f"{number} {name}" for name, number in counts.items())
    typer.echo(f"{words}{' (nothing is stored in a dry run)' if dry_run else ''}, {seconds:.1f} s")


async def diff_file(file: Path, kind: str | None, *, as_json: bool) -> None:
    """Print what an import of the file would change."""
    chosen, told = settings(), Told(as_json=False)
    async with database(chosen) as opened, opened.connection() as connection:
        async for chunk in chunks(Files([file], kind).parts(), Checks(limits_of(chosen)), _COMPARED):
            stored = await registry_listing.these(connection, list(chunk.rows))
            told.hear(chunk.faults)
            for one in differences(chunk, stored):
                print_json_lines([one.document]) if as_json else typer.echo(one)
    told.finish()
