"""From runs to figures: ratios within a round, their median and spread, beside the goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.drain import Drained
from benchmarks.latency import Waited

Results = Mapping[str, Sequence[Any]]
Measure = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, a value a round. `at_most` says that less is better."""

    name: str
    values: tuple[float, ...]
    goal: float | None
    at_most: bool = False

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.median <= self.goal if self.at_most else self.median >= self.goal

    def as_json(self) -> dict[str, Any]:
        return {
            "figure": self.name,
            "median": self.median,
            "least": min(self.values),
            "most": max(self.values),
            "values": self.values,
            "goal": self.goal,
            "at_most": self.at_most,
            "reached": self.reached,
        }


def figures(results: Results) -> list[Figure]:
    """Every figure whose runs were made."""
    return [figure for figure in _all(results) if figure.values]


def _all(results: Results) -> Iterator[Figure]:
    def ratio(name: str, above: str, below: str, of: Measure, goal: float | None, *, at_most: bool = False) -> Figure:
        pairs = zip(results.get(above, ()), results.get(below, ()), strict=False)
        return Figure(name, tuple(of(one) / of(other) for one, other in pairs), goal, at_most)

    yield ratio("promised prices, drain ÷ usual way", "promised us", "promised usual", _rate, 25)
    yield ratio("every condition resolved, drain ÷ usual way", "resolved us", "resolved usual", _rate, 20)
    yield ratio("the same ÷ the floor's rows", "resolved us", "floor rows", _rate, 0.18)
    yield ratio("the same ÷ the broker alone", "resolved us", "floor broker", _rate, None)
    yield ratio("CPU an order ÷ usual way, promised", "promised us", "promised usual", _cpu, 1 / 25, at_most=True)
    yield ratio("CPU an order ÷ usual way, resolved", "resolved us", "resolved usual", _cpu, 1 / 25, at_most=True)
    yield ratio("offer to event, p50 ÷ usual way", "latency us", "latency usual", _p50, 0.45, at_most=True)
    yield ratio("offer to event, p99 ÷ usual way", "latency us", "latency usual", _p99, 0.7, at_most=True)
    yield ratio("two copies ÷ one", "two copies", "promised us", _rate, 1.2)
    yield ratio("time a line, 500 lines ÷ 5 lines", "large orders", "promised us", _line, 0.5, at_most=True)
    firsts = [run.first_seconds for run in results.get("promised us", ())]
    yield Figure("start to first order handled, s", tuple(firsts), 3, at_most=True)


def _rate(run: Drained) -> float:
    return run.rate


def _cpu(run: Drained) -> float:
    return run.cpu_us["program"]


def _line(run: Drained) -> float:
    return run.us_a_line


def _p50(run: Waited) -> float:
    return run.p50


def _p99(run: Waited) -> float:
    return run.p99


def show(results: Results) -> None:
    """The ratios and, below, what they were made of."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    table = Table("figure", title="Ratios, median of the rounds (least to most)")
    for heading in ("median", "spread", "goal", ""):
        table.add_column(heading, justify="right")
    for figure in figures(results):
        spread = f"{_short(min(figure.values))} to {_short(max(figure.values))}"
        table.add_row(figure.name, _short(figure.median), spread, _goal(figure), _mark(figure))
    console.print(table)
    for more in (_drains(results), _traces(results), _waits(results)):
        if more.row_count:
            console.print(more)


def _drains(results: Results) -> Table:
    table = Table("run", title="Drains, median of the rounds")
    for heading in ("orders/s", "first, s", "program", "postgres", "broker", "others, cores", "peak MB"):
        table.add_column(heading, justify="right")
    for name, runs in results.items():
        if isinstance(runs[0], Drained):
            table.add_row(name, *_drain_row(runs))
    table.caption = "program, postgres, broker: microseconds of CPU an order"
    return table


def _drain_row(runs: Sequence[Drained]) -> Iterator[str]:
    yield f"{median(run.rate for run in runs):.0f}"
    yield f"{median(run.first_seconds for run in runs):.2f}"
    for part in _PARTS:
        yield f"{median(run.cpu_us.get(part, 0.0) for run in runs):.0f}"
    yield f"{median(run.foreign_cores for run in runs):.2f}"
    yield f"{median(run.peak_megabytes for run in runs):.0f}"


def _traces(results: Results) -> Table:
    table = Table("run", title="Traces, an order, median of the rounds")
    for heading in ("bytes written", "bytes kept", "microseconds"):
        table.add_column(heading, justify="right")
    for name, runs in results.items():
        costs = [run.traces for run in runs if isinstance(run, Drained) and run.traces is not None]
        if costs:
            table.add_row(
                name,
                f"{median(cost.written_bytes for cost in costs):.0f}",
                f"{median(cost.kept_bytes for cost in costs):.0f}",
                f"{median(cost.microseconds for cost in costs):.0f}",
            )
    return table


_WIDTH = 110
_PARTS = ("program", "postgres", "broker")


def _waits(results: Results) -> Table:
    table = Table("run", title="Offer to event, median of the rounds")
    for heading in ("offers/s", "p50, ms", "p99, ms"):
        table.add_column(heading, justify="right")
    for name, runs in results.items():
        if isinstance(runs[0], Waited):
            table.add_row(
                name, f"{runs[0].rate:.0f}", f"{median(map(_p50, runs)):.1f}", f"{median(map(_p99, runs)):.1f}"
            )
    return table


def _short(value: float) -> str:
    return f"{value:.3g}"


def _goal(figure: Figure) -> str:
    return "" if figure.goal is None else f"{'≤' if figure.at_most else '≥'} {_short(figure.goal)}"


def _mark(figure: Figure) -> str:
    return {None: "", True: "reached", False: "missed"}[figure.reached]
