"""The table of steps: every action in every state, and what is not in it refused by name (contract 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from life_given import Life, asking, confirmed, knowing, on_credit, registries

from adapter.domain.life.steps import ACTIONS, STEPS, allowed_in, step_for

VALUES = {
    "confirmation": ("entered", "confirmed", "cancelled", "rejected"),
    "fulfilment": ("none", "partial", "complete", "closed"),
    "hold": ("none", "blocked", "awaiting_approval", "released"),
    "acknowledgement": ("none", "acknowledged"),
}
STATES = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]


def _held() -> Life:
    return Life(known=knowing(registries(customer=on_credit("50"))))


def _held_and_confirmed() -> Life:
    life = _held()
    life.act("confirm")
    return life


def _released() -> Life:
    life = _held_and_confirmed()
    life.act("release")
    return life


def _acknowledged() -> Life:
    life = confirmed()
    life.act("acknowledge")
    return life


def _delivered(quantity: int) -> Callable[[], Life]:
    def live() -> Life:
        life = confirmed()
        life.report("D1", (1, quantity))
        return life

    return live


def _ended_by(action: str) -> Callable[[], Life]:
    def live() -> Life:
        life = confirmed()
        life.act(action)
        return life

    return live


LIVES: dict[str, tuple[Callable[[], Life], str, set[str]]] = {
    "entered": (Life, "entered", {"confirm", "close", "cancel"}),
    "confirmed": (confirmed, "confirmed", {"acknowledge", "close", "cancel"}),
    "acknowledged": (_acknowledged, "confirmed", {"close", "cancel"}),
    "held": (_held, "blocked", {"confirm", "release", "close", "cancel"}),
    "held and confirmed": (_held_and_confirmed, "blocked", {"release", "close", "cancel"}),
    "released": (_released, "confirmed", {"acknowledge", "close", "cancel"}),
    "partly delivered": (_delivered(4), "partially_fulfilled", {"acknowledge", "close"}),
    "delivered": (_delivered(10), "fulfilled", {"acknowledge"}),
    "closed": (_ended_by("close"), "closed", {"acknowledge"}),
    "cancelled": (_ended_by("cancel"), "cancelled", set()),
}
PAIRS = [(life, action) for life in LIVES for action in (*ACTIONS, "frobnicate")]


@pytest.mark.parametrize(("lived", "action"), PAIRS)
def test_an_action_is_applied_in_the_stages_that_allow_it_and_refused_by_name_in_all_others(
    lived: str, action: str
) -> None:
    live, stage, allowed = LIVES[lived]
    life = live()
    assert life.order.stage == stage

    decision = life.act(action)

    if action in allowed:
        assert decision.outcome == "applied"
        assert len(decision.changed) == 1
    else:
        (reason,) = decision.reasons
        assert (decision.outcome, reason.code, reason.path) == ("refused", "action_not_allowed", "/action")
        assert (reason.data["stage"], set(reason.data["allowed"])) == (stage, allowed)


@pytest.mark.parametrize("lived", ["delivered", "closed", "cancelled"])
def test_an_order_that_has_ended_is_not_changed(lived: str) -> None:
    live, stage, allowed = LIVES[lived]
    life = live()

    (reason,) = life.change(asking(quantity="11")).reasons

    assert (reason.code, reason.path) == ("action_not_allowed", "/order")
    assert (reason.data["stage"], set(reason.data["allowed"])) == (stage, allowed)


@pytest.mark.parametrize("lived", sorted(LIVES.keys() - {"delivered", "closed", "cancelled"}))
def test_an_order_that_goes_on_may_be_changed_held_or_not(lived: str) -> None:
    assert LIVES[lived][0]().change(asking(quantity="11")).outcome == "applied"


def test_no_state_allows_an_action_twice() -> None:
    for state in STATES:
        matching = [step.action for step in STEPS if step_for(step.action, state) is step]
        assert matching == allowed_in(state)
        assert len(set(matching)) == len(matching)


@pytest.mark.parametrize("end", [{"confirmation": "cancelled"}, {"confirmation": "rejected"}])
def test_nothing_leads_on_from_a_cancelled_or_rejected_order(end: dict[str, str]) -> None:
    assert {tuple(allowed_in(state | end)) for state in STATES} == {()}


@pytest.mark.parametrize("end", ["complete", "closed"])
def test_an_order_that_is_done_can_only_still_be_acknowledged(end: str) -> None:
    assert {action for state in STATES for action in allowed_in(state | {"fulfilment": end})} == {"acknowledge"}


def test_every_step_leads_to_another_value_of_its_dimension() -> None:
    assert [step.action for step in STEPS if step.to in step.when.get(step.dimension, ())] == []
