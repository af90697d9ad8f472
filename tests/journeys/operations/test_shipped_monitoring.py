"""Alerts and dashboard name only what a running adapter really tells."""

from __future__ import annotations

from collections import defaultdict

from given import an_accepted_offer
from house import House, HouseOf
from monitoring import MonitoringOf
from prometheus_client.parser import text_string_to_metric_families
from shipped import alert_rules, dashboard_queries, selectors

QUERIES = [rule["expr"] for rule in alert_rules()] + dashboard_queries()
Labels = dict[str, set[str]]


async def told_by(house: House, monitor: MonitoringOf) -> dict[str, Labels]:
    """Every metric of a running adapter, with the values of its labels."""
    await (await house.crm()).publish(an_accepted_offer())
    gaps = b"[[3, 5, null, null]]"
    await house.database.execute(
        "INSERT INTO number_series (numbering, period_start, range_start, highest, gaps)"
        " VALUES ('ORD', '2020-01-01', 1, 10, $1)",
        gaps,
    )
    monitoring = await monitor(house.adapter)
    await monitoring.endpoint.sampler.look()
    told: dict[str, Labels] = {}
    for family in text_string_to_metric_families((await monitoring.get("/metrics")).body):
        for sample in family.samples:
            labels = told.setdefault(sample.name, defaultdict(set))
            for name, value in sample.labels.items():
                labels[name].add(value)
    return told


async def test_every_metric_and_label_of_alerts_and_dashboard_is_told_by_the_adapter(
    another_house: HouseOf, monitor: MonitoringOf
) -> None:
    told = await told_by(await another_house(), monitor)
    named = {selector for query in QUERIES for selector in selectors(query)}

    assert len(named) > 30
    assert sorted({selector.metric for selector in named} - told.keys()) == []
    unknown = [
        (selector.metric, name, value)
        for selector in named
        for name, value in selector.labels
        if name not in told[selector.metric] or (value is not None and value not in told[selector.metric][name])
    ]
    assert unknown == []
