"""From runs to figures, and from figures to a page."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson
import pytest

from benchmarks import draw
from benchmarks.drain import Drained
from benchmarks.draw import drawn
from benchmarks.figures import FIGURES, Figure, figures
from benchmarks.latency import Waited
from benchmarks.parts import PARTS, Parts, Sizes
from benchmarks.site import Site
from benchmarks.stages import STAGES, stages_of

SIZES = asdict(Sizes())


def a_run(rate: float) -> Drained:
    return Drained("us", 100, 5, rate, 1.0, {"program": 1e6 / rate}, 0.0, 100.0)


def test_a_figure_is_the_median_of_the_ratios_within_a_round() -> None:
    results = {"promised us": [a_run(50), a_run(90), a_run(80)], "promised usual": [a_run(1), a_run(3), a_run(2)]}

    first = figures(results, SIZES)[0]

    assert (first.values, first.median, first.reached) == ((50, 30, 40), 40, "beyond")


def test_a_figure_of_a_program_that_did_not_keep_up_is_no_success() -> None:
    slow, quick = Waited("usual way", 50, 100, 900.0, 999.0, behind=True), Waited("us", 50, 100, 9.0, 12.0)

    found = figures({"latency us": [quick], "latency usual": [slow]}, SIZES)

    assert {figure.reached for figure in found} == {"usual way fell behind"}


@pytest.mark.parametrize(
    ("value", "at_most", "reached"),
    [(0.9, False, "missed"), (1.0, False, "reached"), (2.0, False, "beyond"), (2.1, True, "missed"), (0.9, True, "")],
)
def test_a_figure_says_whether_its_goal_is_reached(value: float, at_most: bool, reached: str) -> None:
    goals = (2.0, 1.0) if at_most else (1.0, 2.0)
    goal, beyond = goals if reached else (None, None)
    figure = Figure("f", (value,), goal, beyond, at_most)

    assert figure.reached == reached


def test_every_figure_is_of_runs_that_there_are(tmp_path: Path) -> None:
    parts = Parts(Site("", "", {}, "b"), Sizes(), tmp_path)
    runs = {name for part in PARTS for name in parts.runs(part)}

    named = {
        name for figure in FIGURES for name in (getattr(figure, field, None) for field in ("above", "below", "run"))
    }
    assert named - {None} <= runs


def test_only_what_stands_between_the_marks_is_drawn_anew() -> None:
    page = "before\n<!-- chart -->\nold\n<!-- /chart -->\nafter\n"

    once = drawn(page, {"chart": "new", "absent": "x"})

    assert once == "before\n<!-- chart -->\n\nnew\n\n<!-- /chart -->\nafter\n"
    assert drawn(once, {"chart": "new"}) == once


def test_the_newest_results_are_drawn_into_both_pages(tmp_path: Path) -> None:
    for name, marks in (("performance.md", ("figures", "stages")), ("scaling.md", ("scaling",))):
        (tmp_path / name).write_text("".join(f"<!-- {mark} -->\n<!-- /{mark} -->\n" for mark in marks))
    results = {"promised us": [a_run(50)], "promised usual": [a_run(2)], "1 copy": [a_run(50)]}
    machine = {"cpus": 2, "cpu": "x", "system": "y", "python": "3", "libraries": {}}
    session = {
        "command": "python -m benchmarks",
        "machine": machine,
        "figures": [figure.as_json() for figure in figures(results, SIZES)],
        "runs": {name: [run.as_json() for run in runs] for name, runs in results.items()},
    }
    (tmp_path / "2026.json").write_bytes(orjson.dumps(session))
    profile = {"kind": "promised", "cpu_us": {"program": 100.0}, "stages": dict.fromkeys(STAGES, 10.0)}
    (tmp_path / "profile.json").write_bytes(orjson.dumps({"profiles": [profile]}))

    draw.main(["--results", str(tmp_path), "--docs", str(tmp_path)])

    performance = (tmp_path / "performance.md").read_text()
    assert "| drain, prices promised ÷ usual way | **25** | 25 – 25 | ≥ 25 | 33 | reached |" in performance
    assert "| decide |" in performance
    assert "| 1 copy | 50 |" in (tmp_path / "scaling.md").read_text()


def test_a_moment_belongs_to_the_innermost_stage_that_is_known() -> None:
    stacks = [
        "run (adapter/intake/gathering.py:9);decide (adapter/domain/decision.py:3);quantize (decimal.py:1) 5",
        "run (adapter/intake/gathering.py:9);add (adapter/persistence/events.py:3);execute (asyncpg/connection.py:8) 2",
        "run (adapter/app.py:1);_find_and_load (<frozen importlib._bootstrap>:1);exec_module (asyncpg/types.py:2) 40",
        "run (uvloop/loop.py:1) 1",
    ]

    assert stages_of(stacks) == {"decide": 5, "SQL": 2, "batch": 1}
