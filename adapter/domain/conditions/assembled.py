"""Discounts put together from their sources, with what each of them comes of."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from adapter.domain.conditions.cascade import NOTHING
from adapter.domain.conditions.list_prices import joined, term
from adapter.domain.discounts import Parsed
from adapter.domain.order import Discount
from adapter.domain.reasons import Reason
from adapter.domain.trace import Candidate, Rule, Trace


@dataclass(slots=True)
class Assembled:
    """Discounts in the order of their application, who gave them, who could have and why not, and the faults."""

    discounts: list[Discount] = field(default_factory=list)
    won: list[Candidate] = field(default_factory=list)
    lost: list[Candidate] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    _givers: dict[int, Candidate] = field(default_factory=dict)

    def add(self, rule: Rule, parsed: Parsed) -> None:
        """Take what one source gives; a source that gives nothing is not told."""
        self.reasons += parsed.reasons
        if parsed.discounts:
            candidate = Candidate(*rule)
            self.discounts += parsed.discounts
            self.won.append(candidate)
            for discount in parsed.discounts:
                self._givers[id(discount)] = candidate

    def lose(self, rule: Rule, because: str) -> None:
        self.lost.append(Candidate(*rule, because=because))

    def tell(self, trace: Trace, line: Decimal | None, name: str = "discounts") -> None:
        """Explain the discounts; several sources win together, each is a step with its entry and revision."""
        won = self.won[0] if self.won else NOTHING
        steps = [(self._giver(discount), term(discount)) for discount in self.discounts]
        trace.tell(line, name, joined(shown for _, shown in steps) or None, won, self.lost, steps)

    def _giver(self, discount: Discount) -> str:
        giver = self._givers[id(discount)]
        if giver.key is None:
            return discount.origin
        return f"{discount.origin} {giver.key}, revision {giver.revision}"
