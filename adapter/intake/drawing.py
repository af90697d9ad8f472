"""Drawing the numbers of a transaction, last of all: a number that is drawn is a number that is used (§7.4)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from adapter.domain.business import Business
from adapter.domain.decision import NewOrder
from adapter.domain.numbering import (
    LONGEST,
    Drawn,
    NoNumber,
    Numbering,
    Policy,
    SeriesState,
    draw,
    formula_for,
    near_end,
    period_start,
    policy_for,
)
from adapter.domain.order import Order
from adapter.domain.reasons import Reason
from adapter.persistence.numbers import SeriesKey, Text, UsedNumber


class NumbersMissing(Exception):
    """Some messages of the batch get no number: they are refused or parked, and the others decided again without them.

    `reasons` are by the message's place in the batch. `dated` is the day that the clock gave to an order which came too
    late for its series (§7.4.2): on a later day it would have a number.
    """

    def __init__(self, reasons: Mapping[int, list[Reason]], dated: datetime.date | None) -> None:
        self.reasons = reasons
        self.dated = dated
        super().__init__(f"{len(reasons)} messages get no number")


@dataclass(slots=True)
class Drawing:
    """The numbers of one transaction: the series it draws from, what it drew, which messages got none."""

    business: Business
    new_orders: Sequence[tuple[int, NewOrder]]
    states: dict[SeriesKey, SeriesState] = field(default_factory=dict)
    used: list[UsedNumber] = field(default_factory=list)
    missing: dict[int, list[Reason]] = field(default_factory=dict)
    dated: datetime.date | None = None

    def wanted(self) -> dict[SeriesKey, Policy]:
        """The series that these orders draw from."""
        wanted = {}
        for _, new in self.new_orders:
            numbering = self._numbering(new)
            policy = policy_for(numbering, new.order.date)
            if policy is not None:
                wanted[numbering.code, period_start(policy, new.order.date)] = policy
        return wanted

    def draw(self, states: dict[SeriesKey, SeriesState]) -> None:
        """Give every order its number.

        Raises:
            NumbersMissing: some get none.
        """
        self.states = states
        for index, new in self.new_orders:
            reason = self._give(new)
            if reason is not None:
                self._miss(index, new, reason)
        if self.missing:
            raise NumbersMissing(self.missing, self.dated)

    @property
    def texts(self) -> list[Text]:
        """How the numbers read that were drawn by a formula."""
        return [(used.numbering, used.formatted) for used in self.used if used.formatted is not None]

    def part(self, on_record: Set[Text]) -> None:
        """Keep apart what reads alike, where `on_record` are those of `texts` that orders have already (§7.4.4).

        Raises:
            NumbersMissing: some orders would have a number that reads as that of another.
        """
        taken = set(on_record)
        for (index, new), used in zip(self.new_orders, self.used, strict=True):
            if used.formatted is None:
                continue
            if (used.numbering, used.formatted) in taken:
                self._miss(index, new, _reads_as_another(new, used))
            taken.add((used.numbering, used.formatted))
        if self.missing:
            raise NumbersMissing(self.missing, self.dated)

    def _miss(self, index: int, new: NewOrder, reason: Reason) -> None:
        self.missing.setdefault(index, []).append(reason)
        if new.dated_by_clock and reason.code == "no_number_for_date":
            self.dated = new.order.date

    def _numbering(self, new: NewOrder) -> Numbering:
        return self.business.numberings[self.business.order_types[new.order.type].numbering]

    def _give(self, new: NewOrder) -> Reason | None:
        numbering, day = self._numbering(new), new.order.date
        policy = policy_for(numbering, day)
        if policy is None:
            return _no_policy(numbering, new)
        state = self.states[numbering.code, period_start(policy, day)]
        drawn = draw(policy, state, day, new.supplied_number)
        if isinstance(drawn, NoNumber):
            return Reason(drawn.code, new.path, drawn.message, {"numbering": numbering.code, "date": day.isoformat()})
        return self._use(new, numbering, policy, state, drawn)

    def _use(
        self, new: NewOrder, numbering: Numbering, policy: Policy, state: SeriesState, drawn: Drawn
    ) -> Reason | None:
        order = new.order
        formatted = self._formatted(order, numbering, policy, drawn)
        if formatted is not None and len(formatted) > LONGEST:
            return _too_long(numbering, formatted)
        state.ranges[drawn.range_index].use(drawn.number, order.date)
        order.numbering, order.sequence_number = numbering.code, drawn.number
        order.number = str(drawn.number) if formatted is None else formatted
        self.used.append(UsedNumber(numbering.code, state.period_start, drawn.number, formatted, order.date, new.id))
        return None

    def _formatted(self, order: Order, numbering: Numbering, policy: Policy, drawn: Drawn) -> str | None:
        formula = formula_for(numbering, policy, policy.ranges[drawn.range_index])
        company = self.business.parameters.company
        return (
            None if formula is None else formula.render(drawn.number, order.date, order.type, order.customer, company)
        )

    def near_ends(self) -> list[tuple[str, int]]:
        """Numberings that have few numbers left, with how many."""
        left = ((key[0], near_end(policy, self.states[key])) for key, policy in self.wanted().items())
        return [(code, count) for code, count in left if count is not None]


def _no_policy(numbering: Numbering, new: NewOrder) -> Reason:
    return Reason(
        "no_policy_for_date",
        new.path,
        f"Numbering {numbering.code} has no policy for an order dated {new.order.date}. "
        "Add one to numbering.toml, or extend valid_to, then replay the message.",
        {"numbering": numbering.code, "date": new.order.date.isoformat()},
    )


def _too_long(numbering: Numbering, formatted: str) -> Reason:
    return Reason(
        "range_exhausted",
        "",
        f"Number {formatted} is longer than {LONGEST} characters. Shorten the formula of numbering {numbering.code}.",
        {"numbering": numbering.code},
    )


def _reads_as_another(new: NewOrder, used: UsedNumber) -> Reason:
    """A supplied number can be another one; of a drawn one only the configuration can make another text."""
    told = f"Number {used.number} of numbering {used.numbering} would read {used.formatted}, as another order's does."
    data = {"numbering": used.numbering, "number": used.formatted}
    if new.supplied_number is not None:
        return Reason("number_taken", new.path, f"{told} Send another order_number.", data)
    cure = "Part the fields of its formula in numbering.toml, then replay the message."
    return Reason("range_exhausted", new.path, f"{told} {cure}", data)
