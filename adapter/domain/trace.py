"""Why a value is what it is: the rule that won, the rules that lost and why, the arithmetic (contract 8, `explain`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


class Candidate(NamedTuple):
    """A rule that was tried: its name, where its value would come from, and the registry entry and revision behind it.

    `because` is empty for the one that won and says why any other lost. Orders have dozens of them: a tuple is the
    cheapest form that cannot change.
    """

    rule: str
    source: str
    key: str | None = None
    revision: int | None = None
    because: str = ""

    def lost(self, because: str) -> Candidate:
        """The same rule, beaten."""
        rule, source, key, revision, _ = self
        return Candidate(rule, source, key, revision, because)


Rule = tuple[str, str, str | None, int | None]
"""What a candidate says of a rule, its source and entry, while it is open whether it wins."""


class Explained(NamedTuple):
    """One resolved value of an order header (`line` is None) or of one of its lines."""

    line: Decimal | None
    field: str
    value: str | None
    won: Candidate
    lost: Sequence[Candidate] = ()
    steps: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Trace:
    """Collects the explanations of one order while it is decided.

    `forgotten` are lines of which nothing that was told before holds any more.
    """

    entries: list[Explained] = field(default_factory=list)
    forgotten: set[Decimal] = field(default_factory=set)

    def tell(
        self,
        line: Decimal | None,
        name: str,
        value: str | None,
        won: Candidate,
        lost: Sequence[Candidate] = (),
        steps: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.entries.append(Explained(line, name, value, won, lost, steps))
