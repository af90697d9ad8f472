"""What is used of a series: cheap to draw from many times in one transaction (§7.2b, N8–N11)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from adapter.domain.numbering.policies import Policy, Range


@dataclass(slots=True)
class Gap:
    """Free numbers `first` to `last`, with the latest date of the used ones before and the earliest after them."""

    first: int
    last: int
    latest_before: date | None
    earliest_after: date | None

    def suits(self, day: date) -> bool:
        """Whether a document of that day keeps number order and date order the same (N10, N11)."""
        before, after = self.latest_before, self.earliest_after
        return (before is None or before <= day) and (after is None or day <= after)

    def push_before(self, day: date) -> bool:
        """A lower number is used on `day`; says whether that changed the gap."""
        if self.latest_before is not None and self.latest_before >= day:
            return False
        self.latest_before = day
        return True

    def pull_after(self, day: date) -> bool:
        """A higher number is used on `day`; says whether that changed the gap."""
        if self.earliest_after is not None and self.earliest_after <= day:
            return False
        self.earliest_after = day
        return True

    def without(self, number: int, day: date) -> list[Gap]:
        """What is left of the gap, nothing to two parts, when its `number` is used on `day`."""
        low = Gap(self.first, number - 1, self.latest_before, self.earliest_after)
        high = Gap(number + 1, self.last, self.latest_before, self.earliest_after)
        low.pull_after(day)
        high.push_before(day)
        return [part for part in (low, high) if part.first <= part.last]


@dataclass(slots=True)
class RangeState:
    """What is used within one range, from its `start`, in one period.

    `latest` is the latest date of any used number, `gaps` are the free numbers between `start` and `highest`,
    ascending. Only recovery, external ranges and `is_used` read the gaps: another range may be loaded without them.
    """

    start: int
    highest: int | None = None
    latest: date | None = None
    gaps: list[Gap] = field(default_factory=list)

    @classmethod
    def of(cls, used: Mapping[int, date], within: Range) -> RangeState:
        """The state from every used number of the series and its date; numbers outside the range do not count.

        Also how a deleted document gives its number back: the highest one is then drawn again, with or without
        recovery (§7.4.9).
        """
        state = cls(within.start)
        for number in sorted(number for number in used if within.holds(number)):
            state.use(number, used[number])
        return state

    def next_number(self, lowest: int) -> int:
        """The number after the highest, from `lowest` on (N8)."""
        return lowest if self.highest is None else max(self.highest + 1, lowest)

    def is_used(self, number: int) -> bool:
        if self.highest is None or not self.start <= number <= self.highest:
            return False
        at = self._gap_at_or_before(number)
        return at < 0 or number > self.gaps[at].last

    def use(self, number: int, day: date) -> None:
        """Note that a document of `day` has `number`; ValueError where it is used already or before the range."""
        if number < self.start or self.is_used(number):
            raise ValueError(f"Number {number} is not free")
        if self.highest is None or number > self.highest:
            self._extend(number, day)
        else:
            self._fill(number, day)
        if self.latest is None or day > self.latest:
            self.latest = day

    def _extend(self, number: int, day: date) -> None:
        self._pull_below(len(self.gaps), day)
        first = self.next_number(self.start)
        if first < number:
            self.gaps.append(Gap(first, number - 1, self.latest, day))
        self.highest = number

    def _fill(self, number: int, day: date) -> None:
        at = self._gap_at_or_before(number)
        self._pull_below(at, day)
        for gap in self.gaps[at + 1 :]:
            if not gap.push_before(day):
                break
        self.gaps[at : at + 1] = self.gaps[at].without(number, day)

    def _pull_below(self, at: int, day: date) -> None:
        # Dates never fall from one gap to the next, so the first that does not change ends the walk.
        while at > 0 and self.gaps[at - 1].pull_after(day):
            at -= 1

    def _gap_at_or_before(self, number: int) -> int:
        return bisect_right(self.gaps, number, key=lambda gap: gap.first) - 1


@dataclass(slots=True)
class SeriesState:
    """One counter: a numbering from `period_start` on, with one state for each range of its policy, in their order."""

    numbering: str
    period_start: date
    ranges: list[RangeState]

    @classmethod
    def of(cls, numbering: str, period_start: date, policy: Policy, used: Mapping[int, date]) -> SeriesState:
        """The state from every used number of the period and its date."""
        return cls(numbering, period_start, [RangeState.of(used, within) for within in policy.ranges])
