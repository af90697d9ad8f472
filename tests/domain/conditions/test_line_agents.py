from __future__ import annotations

import pytest
from conditions_given import PARAMETERS, parameters

from adapter.domain.conditions.agents import line_agents
from adapter.domain.order import Agent

HEADER = (Agent(agent="AG1"),)
OWN = (Agent(agent="AG2"),)


def test_a_line_takes_the_headers_agents_unless_it_has_its_own() -> None:
    assert line_agents(None, HEADER, "item", PARAMETERS).value == HEADER
    assert line_agents(OWN, HEADER, "item", PARAMETERS).value == OWN
    assert line_agents((), HEADER, "item", PARAMETERS).value == ()


def test_a_giveaway_earns_commission_only_where_the_parameter_allows_it() -> None:
    assert line_agents(None, HEADER, "giveaway", PARAMETERS).value == ()
    assert line_agents(None, HEADER, "giveaway", parameters(commissions_on_giveaways=True)).value == HEADER


@pytest.mark.parametrize(("kind", "bare"), [("note", False), ("item", True)])
def test_notes_and_items_without_commercial_conditions_earn_none(kind: str, bare: bool) -> None:
    found = line_agents(None, HEADER, kind, PARAMETERS, bare)
    assert found.value == ()
    assert found.lost[0].because in {"a note earns no commission", "the item has no commercial conditions"}
