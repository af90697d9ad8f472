"""A value that several rules could give: the first that has one wins, and all of them are told to the trace."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from adapter.domain.reasons import Reason
from adapter.domain.trace import Candidate, Trace

T = TypeVar("T")

NOTHING = Candidate("none", "nothing")
"""What wins where no rule has a value."""


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


def cascade(*rules: tuple[Candidate, Any]) -> Resolved[Any]:
    """The value of the first rule that is not None; rules before it have none, rules after it came too late."""
    won, found, lost = NOTHING, None, []
    for rule, value in rules:
        if found is not None:
            lost.append(rule.lost("gives none" if value is None else f"{won.rule} comes first"))
        elif value is not None:
            won, found = rule, value
        else:
            lost.append(rule if rule.because else rule.lost("gives none"))
    return Resolved(found, won, tuple(lost))
