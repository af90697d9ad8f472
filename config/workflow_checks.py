"""Checks inside a workflow: states and steps that are named have to be there."""

from __future__ import annotations

from collections.abc import Iterator

from config.checks import duplicates
from config.faults import Fault
from config.nearest import did_you_mean
from config.workflows import Transition, Workflow

_FILE = "workflows.toml"


def workflow_faults(key: str, workflow: Workflow) -> Iterator[Fault]:
    """Everything in which one workflow contradicts itself."""
    states = [state.code for state in workflow.states]
    yield from duplicates(_FILE, [(f"{key}.state[{i}]", state) for i, state in enumerate(states)])
    yield from _named(f"{key}.initial", workflow.initial, states, "state")
    for i, transition in enumerate(workflow.transitions):
        yield from _ends(f"{key}.transition[{i}]", transition, states)
    yield from _deadlines(key, workflow)


def _ends(key: str, transition: Transition, states: list[str]) -> Iterator[Fault]:
    for i, code in enumerate(transition.from_):
        yield from _named(f"{key}.from[{i}]", code, states, "state")
    yield from _named(f"{key}.to", transition.to, states, "state")


def _deadlines(key: str, workflow: Workflow) -> Iterator[Fault]:
    for i, state in enumerate(workflow.states):
        leading_out = [step.action for step in workflow.transitions if step.action and state.code in step.from_]
        for j, deadline in enumerate(state.deadlines):
            place = f"{key}.state[{i}].deadline[{j}].transition"
            yield from _named(place, deadline.transition, leading_out, "transition out of this state")


def _named(key: str, code: str, known: list[str], what: str) -> Iterator[Fault]:
    if code not in known:
        yield Fault(_FILE, key, f"names {code!r}, which is no {what}", did_you_mean(code, known))
