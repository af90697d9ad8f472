"""A value that several rules could give: the first that has one wins, and all of them are told to the trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from adapter.domain.reasons import Reason
from adapter.domain.trace import Candidate, Rule, Trace

T = TypeVar("T")

NOTHING: Final = Candidate("none", "nothing")
"""What wins where no rule has a value."""

GIVEN: Final = Candidate("given", "message")
NOT_GIVEN: Final = GIVEN.lost("gives none")

BY_MESSAGE: Final[Rule] = ("given", "message", None, None)

_NONE_BARRED: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class Resolved(Generic[T]):
    """A value with the rule that gave it, the rules that lost, the arithmetic, and the faults found on the way."""

    value: T
    won: Candidate
    lost: tuple[Candidate, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()

    def tell(self, trace: Trace, line: Decimal | None, name: str, text: str | None = None) -> T:
        """Tell the trace how `name` came about (`text`: the value as people read it) and hand the value on."""
        shown = text if text is not None or self.value is None else str(self.value)
        trace.tell(line, name, shown, self.won, self.lost, self.steps)
        return self.value


def cascade(*rules: tuple[Rule, Any], barred: Mapping[str, str] = _NONE_BARRED) -> Resolved[Any]:
    """The value of the first rule that is not None; rules before it have none, rules after it came too late.

    `barred` says of rules by name why they are not asked.
    """
    won, found, lost = NOTHING, None, []
    for rule, value in rules:
        if found is not None:
            lost.append(Candidate(*rule, because="gives none" if value is None else f"{won.rule} comes first"))
        elif value is not None:
            won, found = Candidate(*rule), value
        else:
            lost.append(Candidate(*rule, because=barred.get(rule[0], "gives none")))
    return Resolved(found, won, tuple(lost))
