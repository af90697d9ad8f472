"""From runs to figures: ratios within a round, their median and spread, beside goal and what is beyond it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

Results = Mapping[str, Sequence[Any]]
Sizes = Mapping[str, float]
Measure = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, a value a round. `at_most` says that less is better; one without a goal is told for comparison."""

    name: str
    values: tuple[float, ...]
    goal: float | None = None
    beyond: float | None = None
    at_most: bool = False
    remark: str = ""

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def reached(self) -> str:
        """`beyond`, `reached` or `missed`; nothing where there is no goal; else why the figure cannot be judged."""
        if self.remark:
            return self.remark
        if self.goal is None or self.beyond is None:
            return ""
        sign = -1 if self.at_most else 1
        if sign * self.median >= sign * self.beyond:
            return "beyond"
        return "reached" if sign * self.median >= sign * self.goal else "missed"

    def as_json(self) -> dict[str, Any]:
        return {
            "figure": self.name,
            "median": self.median,
            "least": min(self.values),
            "most": max(self.values),
            "values": self.values,
            "goal": self.goal,
            "beyond": self.beyond,
            "at_most": self.at_most,
            "reached": self.reached,
        }


@dataclass(frozen=True, slots=True)
class Ratio:
    """What is measured of one run, divided by the same (or something else) of another run of that round."""

    name: str
    above: str
    below: str
    of: Measure
    goal: float | None = None
    beyond: float | None = None
    at_most: bool = False
    to: Measure | None = None

    def figure(self, results: Results, sizes: Sizes) -> Figure:
        pairs = list(zip(results.get(self.above, ()), results.get(self.below, ()), strict=False))
        values = tuple(self.of(one) / (self.to or self.of)(other) for one, other in pairs)
        behind = next((run.program for pair in pairs for run in pair if getattr(run, "behind", False)), None)
        remark = f"{behind} fell behind" if behind else ""
        return Figure(self.name.format(**sizes), values, self.goal, self.beyond, self.at_most, remark)


@dataclass(frozen=True, slots=True)
class Plain:
    """What is measured of one run, as it is."""

    name: str
    run: str
    of: Measure
    goal: float
    beyond: float
    at_most: bool = True

    def figure(self, results: Results, sizes: Sizes) -> Figure:
        values = tuple(self.of(one) for one in results.get(self.run, ()))
        return Figure(self.name.format(**sizes), values, self.goal, self.beyond, self.at_most)


def _rate(run: Any) -> float:
    return float(run.rate)


def _cpu(run: Any) -> float:
    return float(run.cpu_us["program"])


def _line(run: Any) -> float:
    return float(run.us_a_line)


def _p50(run: Any) -> float:
    return float(run.p50)


def _p99(run: Any) -> float:
    return float(run.p99)


def _lag(run: Any) -> float:
    return float(run.lag_p99)


def _transaction(run: Any) -> float:
    return float(run.transaction)


def _one_row(run: Any) -> float:
    return float(run.one_row)


def _first(run: Any) -> float:
    return float(run.first_seconds)


def _memory(run: Any) -> float:
    return float(run.peak_megabytes)


_OUTBOX: Final = "outbox us"

FIGURES: Final[Sequence[Ratio | Plain]] = (
    Ratio("drain, prices promised ÷ usual way", "promised us", "promised usual", _rate, 25, 33),
    Ratio("drain, every condition resolved ÷ usual way", "resolved us", "resolved usual", _rate, 20, 30),
    Ratio("drain, prices promised ÷ the floor's rows", "promised us", "floor rows", _rate),
    Ratio("drain, every condition resolved ÷ the floor's rows", "resolved us", "floor rows", _rate, 0.18, 0.28),
    Ratio("drain, every condition resolved ÷ the broker alone", "resolved us", "floor broker", _rate),
    Ratio("CPU an order, promised ÷ usual way", "promised us", "promised usual", _cpu, 1 / 25, 1 / 40, True),
    Ratio("CPU an order, resolved ÷ usual way", "resolved us", "resolved usual", _cpu, 1 / 25, 1 / 40, True),
    Ratio(
        "offer to event at {latency_rate:.0f}/s, p50 ÷ usual way", "latency us", "latency usual", _p50, 0.45, 0.27, True
    ),
    Ratio(
        "offer to event at {latency_rate:.0f}/s, p99 ÷ usual way", "latency us", "latency usual", _p99, 0.7, 0.35, True
    ),
    Ratio("offer to event at {calm_rate:.0f}/s, p50 ÷ usual way", "calm us", "calm usual", _p50, at_most=True),
    Ratio("offer to event at {calm_rate:.0f}/s, p99 ÷ usual way", "calm us", "calm usual", _p99, at_most=True),
    Ratio(
        "commit to confirmed at {outbox_rate:.0f}/s, p99 ÷ commit", _OUTBOX, _OUTBOX, _lag, 4, 2.2, True, _transaction
    ),
    Ratio(
        "commit to confirmed at {outbox_rate:.0f}/s, p99 ÷ committing one row",
        _OUTBOX,
        _OUTBOX,
        _lag,
        None,
        None,
        True,
        _one_row,
    ),
    Ratio("relay of {events:,} waiting events ÷ one by one", "relay us", "relay one by one", _rate, 12, 24),
    Ratio("rate, {stored:,} orders stored ÷ none", "many orders stored", "no orders stored", _rate, 0.95, 0.98),
    Ratio("rate, {prices:,} price lines ÷ 1,000", "many prices", "few prices", _rate, 0.9, 0.97),
    Ratio("rate, any item sold, {prices:,} price lines ÷ 1,000", "many prices, any item", "few prices", _rate),
    Ratio("rate, {waiting:,} messages waiting ÷ {few_waiting:,}", "many waiting", "few waiting", _rate, 0.9, 0.95),
    Ratio("time a line, orders of {large_lines} lines ÷ 5", "large orders", "promised us", _line, 0.5, 0.36, True),
    Ratio("credit checked, {open_orders:,} open orders ÷ none", "many open orders", "no open orders", _rate, 0.95, 1),
    Ratio("two copies ÷ one", "two copies", "promised us", _rate, 1.2, 1.3),
    Plain("MB resident, {waiting:,} waiting, {prices:,} price lines", "many waiting", _memory, 250, 180),
    Ratio("`simulate` of {simulated:,} offers ÷ the drain", "simulate", "promised us", _rate, 1, 1.5),
    Ratio("`registry import` of {prices:,} price lines ÷ COPY", "registry import", "COPY", _rate, 0.5, 0.7),
    Ratio(
        "`registry import`, lines with scales and discounts ÷ COPY", "registry import, scales", "COPY, scales", _rate
    ),
    Plain("start to first order handled, s", "promised us", _first, 3, 1.5),
    Ratio("2 copies ÷ 1, one series", "2 copies", "1 copy", _rate),
    Ratio("4 copies ÷ 1, one series", "4 copies", "1 copy", _rate),
    Ratio("1 copy, four series ÷ one series", "1 copy, 4 series", "1 copy", _rate),
    Ratio("2 copies, four series ÷ one series", "2 copies, 4 series", "2 copies", _rate),
    Ratio("4 copies, four series ÷ one series", "4 copies, 4 series", "4 copies", _rate),
    Ratio("2 installations ÷ 2 copies", "2 installations", "2 copies", _rate),
)


def figures(results: Results, sizes: Sizes) -> list[Figure]:
    """Every figure whose runs were made, named with the sizes that they were made with."""
    found = (one.figure(results, sizes) for one in FIGURES)
    return [figure for figure in found if figure.values]


def short(value: float) -> str:
    """Three digits that count; of what is a thousand and more, all before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
