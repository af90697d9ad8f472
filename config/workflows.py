"""What workflows.toml may say (contract 6, §11): states, transitions between them, and what they do."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from config.models import Code, Listed, Number, Table, Text, fault

_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "set": ("field", "value"),
    "publish": ("routing_key",),
    "mail": ("to", "template"),
    "webhook": ("url", "secret_file"),
}
_SPECIAL: Final = ("field", "value", "routing_key", "to", "template", "url", "secret_file")


class Action(Table):
    """Something that a transition, or entering or leaving a state, does; `unless` is a condition that spares it."""

    action: Literal[
        "confirm", "release", "acknowledge", "close", "cancel", "reject", "set", "publish", "mail", "webhook"
    ] = Field(description="what to do, as confirm")
    unless: Text | None = None
    field: Code | None = None
    value: Any = None
    routing_key: Text | None = None
    to: Listed[Text] | None = None
    template: Code | None = None
    url: Text | None = None
    secret_file: Text | None = None

    @model_validator(mode="after")
    def _takes_what_it_needs(self) -> Action:
        needs = _NEEDS.get(self.action, ())
        missing = [name for name in needs if name not in self.model_fields_set]
        needless = [name for name in _SPECIAL if name in self.model_fields_set and name not in needs]
        if missing or needless:
            told = ", ".join(
                [*(f"{name} is missing" for name in missing), *(f"{name} has no use" for name in needless)]
            )
            takes = f"It takes {' and '.join(needs)}" if needs else "It takes nothing but unless"
            raise fault(f"is a {self.action} action in which {told}", takes)
        return self


class Deadline(Table):
    """After how long in a state which transition is taken: `3 working days`, `4 hours`."""

    after: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,4} (working days?|days?|hours?|minutes?)$")] = (
        Field(description="how long, as after = '3 working days' or '4 hours'")
    )
    transition: Code = Field(description="the action of the transition to take")


class State(Table):
    """Where an order may be; `hold` keeps it from fulfilment while it is there."""

    code: Code = Field(description="the name of the state")
    description: Text | None = None
    hold: bool = False
    on_enter: Listed[Action] = ()
    on_leave: Listed[Action] = ()
    deadlines: Annotated[Listed[Deadline], Field(alias="deadline")] = ()


class Transition(Table):
    """A step between states: who may take it, when, and what it does."""

    action: Code | None = None
    from_: Annotated[Listed[Code], Field(alias="from", min_length=1, description="the states it leads out of")]
    to: Code = Field(description="the state it leads to")
    automatic: bool = False
    priority: Number = 0
    when: Text | None = None
    message: Text | None = None
    roles: Listed[Code] = ()
    approvals: Annotated[int, Field(ge=1, le=100)] = 1
    four_eyes: bool = False
    requires: Listed[Literal["reason", "note"]] = ()
    do: Listed[Action] = ()

    @model_validator(mode="after")
    def _can_be_taken(self) -> Transition:
        if self.action is None and not self.automatic:
            raise fault("can never be taken: it has neither an action nor automatic = true", "Add one of them")
        return self


class Workflow(Table):
    """How orders of some kind are worked through; conditions are CEL and are kept as text."""

    code: Code = Field(description="the name by which order types choose it")
    description: Text | None = None
    priority: Number = 0
    when: Text | None = None
    initial: Code = Field(description="the state in which an order begins")
    states: Annotated[Listed[State], Field(alias="state", min_length=1)]
    transitions: Annotated[Listed[Transition], Field(alias="transition")] = ()
