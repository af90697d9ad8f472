"""What is shipped for monitoring: alert rules, their tests, their pages, the dashboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "docs" / "operating"
_OF_PROMETHEUS = {"job", "instance", "le", "__name__"}


def alert_rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alert_tests() -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    return tests


def alert_pages() -> dict[str, str]:
    """The text of each section that is about an alert, by its heading."""
    parts = re.split(r"^## (\w+)$", (FOLDER / "alerts.md").read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    return found


def dashboard_queries() -> list[str]:
    """What panels and variables ask for, with values in the place of variables."""
    asked = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", ())]
    asked += [
        re.sub(r"label_values\((.*), \w+\)", r"\1", variable["query"]["query"])
        for variable in dashboard()["templating"]["list"]
        if variable["type"] == "query"
    ]
    return [query.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*") for query in asked]


@dataclass(frozen=True, slots=True)
class Selector:
    """A metric that a query names, with the labels that it wants: `None` for those it only groups by."""

    metric: str
    labels: tuple[tuple[str, str | None], ...]


def selectors(query: str) -> Iterator[Selector]:
    """Every metric in a query, each with the labels of its own matchers and with those that are grouped by."""
    grouped = {name.strip() for names in re.findall(r"\bby \(([^)]*)\)", query) for name in names.split(",")}
    for metric, matchers in re.findall(r"\b((?:order_adapter|process)_\w+)(?:\{([^}]*)\})?", query):
        wanted = dict(re.findall(r'(\w+)="([^"]*)"', matchers or "")) | dict.fromkeys(
            re.findall(r"(\w+)=~", matchers or "")
        )
        labels = {name: wanted.get(name) for name in {*wanted, *grouped} - _OF_PROMETHEUS}
        yield Selector(metric, tuple(sorted(labels.items(), key=lambda item: item[0])))
