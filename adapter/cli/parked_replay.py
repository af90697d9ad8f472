"""`parked replay`: one, some or a thousand, with a progress bar and a table of what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from adapter.cli.frame import AsJson, at_terminal, print_rows, run, settings, tell
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

Result = dict[str, Any]

_RESULTS = ("id", "source", "message_id", "outcome", "orders", "codes")
_SUMS = ("outcome", "codes", "messages", "ids", "orders")
_MOST_ROWS = 20
_FAILED = frozenset({None, "refused", "parked"})


def replay(
    by: By,
    ids: SomeIds = None,
    all_: All = False,
    code: CodeOption = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    refused: Refused = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would become of them.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.001, help="At most so many a second.")] = None,
    reason: Why = "",
    as_json: AsJson = False,
) -> None:
    """Handle messages again as they came; exit code 1 where one of them is refused or parked once more.

    At a terminal more than 20 are shown as sums; --json shows every one.
    """
    from adapter.cli.parked_closed import not_waiting
    from adapter.cli.replays import Replay, replay_parked

    which = named_or_all(ids, all_, filter_of(code, source, since, until, refused))
    results: list[Result] = []
    try:
        run(replay_parked(settings(), Replay(which, dry_run, rate, by, reason), results))
    except KeyboardInterrupt:
        tell(f"Interrupted: {len(results)} are done, the others wait as before.")
        _print(results, as_json)
        raise typer.Exit(1) from None
    found = {result["id"] for result in results}
    if left := [id for id in ids or () if id not in found]:
        results += [_nothing(id) for id in left]
        for sentence in run(not_waiting(settings(), left)):
            tell(sentence)
    _print(results, as_json)
    if any(result["outcome"] in _FAILED for result in results):
        raise typer.Exit(1)


def _nothing(id: int) -> Result:
    return dict.fromkeys(_RESULTS) | {"id": id, "orders": [], "codes": []}


def _print(results: list[Result], as_json: bool) -> None:
    results.sort(key=lambda result: int(result["id"]))
    if as_json or not at_terminal() or len(results) <= _MOST_ROWS:
        print_rows(_RESULTS, results, as_json)
        return
    print_rows(_SUMS, list(sums(results)))


def sums(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """How many messages had each outcome for each reason, the most frequent first."""
    alike = defaultdict(list)
    for result in results:
        alike[result["outcome"], tuple(result["codes"])].append(result)
    for (outcome, codes), of_these in sorted(alike.items(), key=lambda found: -len(found[1])):
        ids = [result["id"] for result in of_these]
        orders = [number for result in of_these for number in result["orders"]]
        yield {
            "outcome": outcome or "not done",
            "codes": list(codes),
            "messages": len(of_these),
            "ids": _span(ids),
            "orders": _span(orders),
        }


def _span(given: Sequence[Any]) -> str:
    return f"{given[0]} … {given[-1]}" if len(given) > 1 else "".join(map(str, given))
