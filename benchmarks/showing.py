"""The tables of a session: figures, and below them what they were made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.commands import Ran
from benchmarks.drain import Drained
from benchmarks.figures import Figure, Results, Sizes, figures, short
from benchmarks.lag import Lagged
from benchmarks.latency import Waited

_WIDTH = 120
Column = tuple[str, Callable[[Any], float], str]

_DRAINED: Final[Sequence[Column]] = (
    ("orders/s", lambda run: run.rate, ".0f"),
    ("first, s", lambda run: run.first_seconds, ".2f"),
    ("program", lambda run: run.cpu_us.get("program", 0.0), ".0f"),
    ("postgres", lambda run: run.cpu_us.get("postgres", 0.0), ".0f"),
    ("broker", lambda run: run.cpu_us.get("broker", 0.0), ".0f"),
    ("others, cores", lambda run: run.foreign_cores, ".2f"),
    ("peak MB", lambda run: run.peak_megabytes, ".0f"),
)
_TRACED: Final[Sequence[Column]] = (
    ("bytes written", lambda run: run.traces.written_bytes, ".0f"),
    ("bytes kept", lambda run: run.traces.kept_bytes, ".0f"),
    ("microseconds", lambda run: run.traces.microseconds, ".0f"),
)
_WAITED: Final[Sequence[Column]] = (
    ("offers/s", lambda run: run.rate, ".0f"),
    ("p50, ms", lambda run: run.p50, ".1f"),
    ("p99, ms", lambda run: run.p99, ".1f"),
)
_LAGGED: Final[Sequence[Column]] = (
    ("offers/s", lambda run: run.rate, ".0f"),
    ("transaction, ms", lambda run: run.transaction, ".1f"),
    ("one row, ms", lambda run: run.one_row, ".1f"),
    ("p50, ms", lambda run: run.lag_p50, ".1f"),
    ("p99, ms", lambda run: run.lag_p99, ".1f"),
)
_RAN: Final[Sequence[Column]] = (
    ("entries", lambda run: run.entries, ".0f"),
    ("seconds", lambda run: run.seconds, ".1f"),
    ("entries/s", lambda run: run.rate, ".0f"),
)


def show(results: Results, sizes: Sizes) -> None:
    """The ratios and, below, what they were made of."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(_figures(figures(results, sizes)))
    traced = {name: runs for name, runs in results.items() if getattr(runs[0], "traces", None)}
    for title, kind, columns, some in (
        ("Drains; program, postgres, broker: microseconds of CPU an order", Drained, _DRAINED, results),
        ("Traces, an order", Drained, _TRACED, traced),
        ("Offer to event", Waited, _WAITED, results),
        ("Commit to confirmed event", Lagged, _LAGGED, results),
        ("Commands", Ran, _RAN, results),
    ):
        table = _runs(title, {name: runs for name, runs in some.items() if isinstance(runs[0], kind)}, columns)
        if table.row_count:
            console.print(table)


def _figures(found: Sequence[Figure]) -> Table:
    table = Table("figure", title="Median of the rounds (least to most)")
    for heading in ("median", "spread", "goal", "beyond", ""):
        table.add_column(heading, justify="right")
    for one in found:
        spread = f"{short(min(one.values))} to {short(max(one.values))}"
        table.add_row(one.name, short(one.median), spread, *_goals(one), one.reached)
    return table


def _goals(figure: Figure) -> tuple[str, str]:
    if figure.goal is None or figure.beyond is None:
        return "", ""
    return f"{'≤' if figure.at_most else '≥'} {short(figure.goal)}", short(figure.beyond)


def _runs(title: str, results: Results, columns: Sequence[Column]) -> Table:
    table = Table("run", title=f"{title}, median of the rounds")
    for heading, _, _ in columns:
        table.add_column(heading, justify="right")
    for name, runs in results.items():
        table.add_row(name, *(format(median(map(of, runs)), form) for _, of, form in columns))
    return table
