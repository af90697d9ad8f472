"""Alert rules, their tests, their pages and the dashboard belong together, and Prometheus takes them."""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from shipped import FOLDER, alert_pages, alert_rules, alert_tests, dashboard, dashboard_queries

promtool = shutil.which("promtool")
wants_promtool = pytest.mark.skipif(promtool is None, reason="promtool is not installed (Debian: package prometheus)")


def run_promtool(*words: str) -> None:
    assert promtool is not None
    done = subprocess.run([promtool, *words], capture_output=True, text=True, cwd=FOLDER, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    assert list(alert_pages()) == [rule["alert"] for rule in alert_rules()]


@pytest.mark.parametrize("rule", alert_rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_how_bad_it_is_and_where_to_read_on(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["runbook_url"] == f"docs/operating/alerts.md#{str(rule['alert']).lower()}"


@pytest.mark.parametrize(("alert", "page"), alert_pages().items(), ids=alert_pages())
def test_a_page_says_what_an_alert_means_where_to_look_and_what_to_do(alert: str, page: str) -> None:
    wanted = ("**Means**", "**Look**", "**Do**")
    told = [word for word in wanted if word in page] + ["**Do**"] * ("| do |" in page)

    assert set(told) == set(wanted), alert


def test_every_alert_is_tried_where_it_fires_and_where_it_is_silent() -> None:
    tried = [(one["alertname"], bool(one["exp_alerts"])) for test in alert_tests() for one in test["alert_rule_test"]]

    assert sorted(tried) == sorted((rule["alert"], fires) for rule in alert_rules() for fires in (False, True))


def test_panels_of_the_dashboard_do_not_overlap_and_say_what_they_show() -> None:
    panels = dashboard()["panels"]
    places = [
        {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        for at in (panel["gridPos"] for panel in panels)
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(x < 24 for place in places for x, _ in place)
    assert not any(one & other for one, other in combinations(places, 2))
    assert [panel["title"] for panel in panels if panel["type"] != "row" and not panel.get("description")] == []


def test_the_dashboard_asks_the_data_source_that_is_chosen_and_no_other() -> None:
    panels = [panel for panel in dashboard()["panels"] if panel["type"] != "row"]
    sources = {panel["datasource"]["uid"] for panel in panels}
    sources |= {target["datasource"]["uid"] for panel in panels for target in panel["targets"]}

    assert sources == {"${datasource}"}
    assert [variable["name"] for variable in dashboard()["templating"]["list"]] == ["datasource", "job", "instance"]


@wants_promtool
def test_prometheus_takes_the_rules() -> None:
    run_promtool("check", "rules", "alerts.yml")


@wants_promtool
def test_alerts_fire_where_they_have_to_and_nowhere_else() -> None:
    run_promtool("test", "rules", "alerts_test.yml")


@wants_promtool
def test_prometheus_understands_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(dashboard_queries())]
    file = tmp_path / "dashboard.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))

    run_promtool("check", "rules", str(file))
