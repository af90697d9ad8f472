"""`python -m benchmarks.draw`: the newest results as tables and charts, into docs/performance.md and docs/scaling.md.

Charts are Mermaid, which the usual readers of Markdown draw: nothing is fetched and nothing needs to be installed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

import orjson

from benchmarks.figures import FIGURES, Ratio, short
from benchmarks.stages import STAGES

_DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
_RESULTS: Final = Path(__file__).parent / "results"
_SCALING: Final = (
    "1 copy",
    "2 copies",
    "4 copies",
    "1 copy, 4 series",
    "2 copies, 4 series",
    "4 copies, 4 series",
    "2 installations",
)
_OF_SCALING: Final = {one.name for one in FIGURES if isinstance(one, Ratio) and one.above in _SCALING}
"""None of these names has a size in it."""

_WAITED: Final = ("latency us", "latency usual", "calm us", "calm usual")
_COMPARED: Final = {
    "promised usual": "usual, promised",
    "resolved usual": "usual, resolved",
    "promised us": "ours, promised",
    "resolved us": "ours, resolved",
    "floor rows": "rows alone",
    "floor broker": "broker alone",
}

Json = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.draw", description=__doc__)
    parser.add_argument("--results", type=Path, default=_RESULTS, help="where they were written (%(default)s)")
    parser.add_argument("--docs", type=Path, default=_DOCS, help="the folder of the two pages (%(default)s)")
    options = parser.parse_args(arguments)
    blocks = {name: "\n".join(lines) for name, lines in _blocks(options.results)}
    for name in ("performance.md", "scaling.md"):
        page = options.docs / name
        page.write_text(drawn(page.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def drawn(text: str, blocks: Mapping[str, str]) -> str:
    """The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced by the block of that name."""
    for name, block in blocks.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, found, rest = text.partition(begin)
        if found and block:
            text = f"{before}{begin}\n{block}\n\n{end}{rest.partition(end)[2]}"
    return text


def _blocks(folder: Path) -> Iterator[tuple[str, Iterable[str]]]:
    sessions = [orjson.loads(file.read_bytes()) for file in sorted(folder.glob("20*.json"))]
    figures: dict[str, Json] = {}
    runs: dict[str, Sequence[Json]] = {}
    for session in sessions:
        figures |= {figure["figure"]: figure for figure in session["figures"]}
        runs |= session["runs"]
    if sessions:
        yield "machine", [*_machine(sessions[-1]), "", *_commands(sessions, figures)]
    goals = [figure for figure in figures.values() if figure["goal"] is not None]
    yield "figures", _figures(goals)
    others = [figure for figure in figures.values() if figure["goal"] is None]
    yield "compared", _figures([figure for figure in others if figure["figure"] not in _OF_SCALING])
    yield "scaling-compared", _figures([figure for figure in others if figure["figure"] in _OF_SCALING])
    yield "drains", _drains({name: runs[name] for name in _COMPARED if name in runs})
    yield "waits", _waits({name: runs[name] for name in (*_WAITED, "outbox us") if name in runs})
    yield "chart", _chart({told: _median(runs[name], "rate") for name, told in _COMPARED.items() if name in runs})
    yield "scaling", _drains({name: runs[name] for name in _SCALING if name in runs})
    if (profile := folder / "profile.json").exists():
        profiles = orjson.loads(profile.read_bytes())["profiles"]
        yield "stages", _stages(profiles)
        yield "stages-chart", _stages_chart(profiles)


def _machine(session: Json) -> Iterator[str]:
    of = session["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in of["libraries"].items())
    yield f"{of['cpus']} × {of['cpu']}, {of['system']}, Python {of['python']}; {libraries}."


def _commands(sessions: Sequence[Json], figures: Mapping[str, Json]) -> Iterator[str]:
    """The commands of the sessions whose figures are the newest of their name."""
    used = [session for session in sessions if any(figures[one["figure"]] is one for one in session["figures"])]
    yield "Taken by"
    yield ""
    yield "```sh"
    yield from dict.fromkeys(session["command"] for session in used)
    yield "```"


def _figures(figures: Sequence[Json]) -> Iterator[str]:
    if not figures:
        return
    yield "| figure | median | least to most | goal | beyond | |"
    yield "|---|--:|--:|--:|--:|---|"
    for one in figures:
        spread = f"{short(one['least'])} – {short(one['most'])}"
        yield f"| {one['figure']} | **{short(one['median'])}** | {spread} | {_goals(one)} | {one['reached']} |"


def _goals(figure: Json) -> str:
    if figure["goal"] is None:
        return " | "
    return f"{'≤' if figure['at_most'] else '≥'} {short(figure['goal'])} | {short(figure['beyond'])}"


def _median(runs: Sequence[Json], name: str) -> float:
    return float(median(run[name] for run in runs))


def _cpu(runs: Sequence[Json], part: str) -> float:
    return float(median(run["cpu_us"].get(part, 0.0) for run in runs))


def _drains(runs: Mapping[str, Sequence[Json]]) -> Iterator[str]:
    if not runs:
        return
    yield "| run | orders/s | program, µs | PostgreSQL, µs | broker, µs | others, cores |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, of in runs.items():
        parts = " | ".join(f"{_cpu(of, part):.0f}" for part in ("program", "postgres", "broker"))
        yield f"| {name} | {_median(of, 'rate'):.0f} | {parts} | {_median(of, 'foreign_cores'):.2f} |"


def _waits(runs: Mapping[str, Sequence[Json]]) -> Iterator[str]:
    if not runs:
        return
    yield "| run | offers/s | p50, ms | p99, ms | |"
    yield "|---|--:|--:|--:|---|"
    for name, of in runs.items():
        lag = "lag_" if "lag_p50" in of[0] else ""
        p50, p99 = (f"{_median(of, f'{lag}{which}'):.1f}" for which in ("p50", "p99"))
        yield f"| {name} | {_median(of, 'rate'):.0f} | {p50} | {p99} | {_commit(of) if lag else 'offer to event'} |"


def _commit(runs: Sequence[Json]) -> str:
    transaction, one_row = _median(runs, "transaction"), _median(runs, "one_row")
    return f"commit to confirmed; a transaction {transaction:.1f} ms, one row by itself {one_row:.1f} ms"


def _chart(rates: Mapping[str, float]) -> Iterator[str]:
    if rates:
        yield from _bars("orders a second", list(rates), [round(rate) for rate in rates.values()])


def _stages(profiles: Sequence[Json]) -> Iterator[str]:
    yield "| stage | what | " + " | ".join(f"{profile['kind']}, µs | " for profile in profiles) + "|"
    yield "|---|---|" + "--:|--:|" * len(profiles)
    for name in sorted(STAGES, key=lambda stage: -float(profiles[-1]["stages"][stage])):
        parts = " | ".join(_share(profile, name) for profile in profiles)
        yield f"| {name} | {STAGES[name]} | {parts} |"
    yield "| **all** | | " + " | ".join(f"{profile['cpu_us']['program']:.0f} | " for profile in profiles) + "|"


def _share(profile: Json, stage: str) -> str:
    used = profile["stages"][stage]
    return f"{used:.0f} | {used / profile['cpu_us']['program']:.0%}"


def _stages_chart(profiles: Sequence[Json]) -> Iterator[str]:
    stages = profiles[-1]["stages"]
    names = sorted(stages, key=lambda stage: -float(stages[stage]))
    yield from _bars("µs of CPU an order, every condition resolved", names, [round(stages[name]) for name in names])


def _bars(title: str, names: Sequence[str], values: Sequence[float]) -> Iterator[str]:
    yield "```mermaid"
    yield "xychart-beta"
    yield f'    title "{title}"'
    told = ", ".join(f'"{name}"' for name in names)
    yield f"    x-axis [{told}]"
    yield f"    bar [{', '.join(map(str, values))}]"
    yield "```"


if __name__ == "__main__":
    main()
