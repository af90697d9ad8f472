"""Discounts in registry entries: those that could never be applied are told at import."""

from __future__ import annotations

from typing import Any

import pytest
from clerk import Clerk
from given import Data, a_registry_change
from journeys.registry.conftest import FileOf, a_price


def a_policy(customer: str, priority: int = 1, **fields: Any) -> Data:
    return {"combination": ["customer"], "customer": customer, "priority": priority, "discounts": "10"} | fields


@pytest.mark.parametrize("discounts", ["150", "10+101", "ten", [{"percent": 101}], [{}]])
def test_discounts_that_could_never_be_applied_are_faulty(
    clerk: Clerk, code: str, file_of: FileOf, discounts: Any
) -> None:
    printed = clerk.run("registry", "import", file_of(a_price(code, discounts=discounts)), "--json")

    assert printed.json["faulty"] == 1
    assert printed.json["faults"][0]["path"].startswith("/entry/discounts")


def test_two_discount_policies_that_contradict_each_other_are_told(clerk: Clerk, code: str, file_of: FileOf) -> None:
    one = a_registry_change("discount_policy", f"{code}-1", a_policy(code))
    other = a_registry_change("discount_policy", f"{code}-2", a_policy(code))

    printed = clerk.run("registry", "import", file_of(one, other), "--json")

    assert (printed.code, printed.json["stored"]) == (1, 2)
    assert [(fault["line"], fault["code"]) for fault in printed.json["faults"]] == [(2, "ambiguous_discount")]
    assert f"{code}-1 and {code}-2" in printed.json["faults"][0]["message"]


def test_a_policy_that_contradicts_a_stored_one_is_told_in_a_dry_run_too(
    clerk: Clerk, code: str, file_of: FileOf
) -> None:
    clerk.json("registry", "import", file_of(a_registry_change("discount_policy", f"{code}-1", a_policy(code))))
    other = file_of(a_registry_change("discount_policy", f"{code}-2", a_policy(code)))

    printed = clerk.run("registry", "import", "--dry-run", other, "--json")

    assert [fault["code"] for fault in printed.json["faults"]] == ["ambiguous_discount"]


def test_policies_of_different_priority_or_period_get_along(clerk: Clerk, code: str, file_of: FileOf) -> None:
    policies = [
        a_policy(code, valid_to="2026-05-31"),
        a_policy(code, valid_from="2026-06-01"),
        a_policy(code, priority=2),
    ]
    file = file_of(*(a_registry_change("discount_policy", f"{code}-{i}", one) for i, one in enumerate(policies)))

    assert clerk.json("registry", "import", file)["faults"] == []
