"""Two documents whose numbers would read the same: found by trying days and numbers (N19, §7.4.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from adapter.domain.numbering.adjoining import EXPECTED_DIGITS, place_of
from adapter.domain.numbering.formula import Formula
from adapter.domain.numbering.policies import Numbering, Policy, Range, formula_for, period_start

_DAYS: Final = 3 * 366
_NEIGHBOURS: Final = 22  # 1 to 22 has every first digit, repeated digits and reversed pairs


@dataclass(frozen=True, slots=True)
class Collision:
    """Two days and their numbers, the earlier day first, that read the same; `key` is the later one's formula."""

    key: str
    text: str
    days: tuple[date, date]
    numbers: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What surrounds the numbers of one range in one period, first seen on `day`; `key` is where its formula is."""

    key: str
    formula: Formula
    period: date
    day: date
    lowest: int
    highest: int

    def number_in(self, digits: str) -> int | None:
        """The number that this range writes as these digits, if there is one."""
        if not (digits.isascii() and digits.isdigit()):
            return None
        number = int(digits)
        written = self.lowest <= number <= self.highest and self.formula.digits(number) == digits
        return number if written else None

    def samples(self) -> list[int]:
        near = range(self.lowest, self.lowest + _NEIGHBOURS)
        powers = (10**digits for digits in range(len(str(self.highest)) + 1))
        return sorted({n for n in (*near, *powers, self.highest) if self.lowest <= n <= self.highest})


_Surroundings = tuple[str, str]
_Frames = dict[_Surroundings, list[_Frame]]
_Lengths = set[tuple[int, int]]


def collisions(numbering: Numbering) -> list[Collision]:
    """At most one collision for each formula; none for ranges without one. The configuration is sound otherwise.

    The first three years of each policy are tried; codes of types, customers and companies are taken as equal.
    """
    if numbering.disabled:
        return []
    frames = _frames(numbering)
    lengths = {(len(before), len(after)) for before, after in frames}
    found: dict[str, Collision] = {}
    for around, each in frames.items():
        for frame in each:
            collision = None if frame.key in found else _collision(frame, around, frames, lengths)
            if collision is not None:
                found.setdefault(collision.key, collision)
    return list(found.values())


def _frames(numbering: Numbering) -> _Frames:
    frames: _Frames = defaultdict(list)
    for i, policy in enumerate(numbering.policies):
        for j, within in enumerate(policy.ranges):
            formula = formula_for(numbering, policy, within)
            if formula is not None and not (policy.disabled or within.disabled):
                for around, frame in _of_range(policy, within, formula, place_of(policy, within, i, j)):
                    frames[around].append(frame)
    return dict(frames)


def _of_range(policy: Policy, within: Range, formula: Formula, key: str) -> Iterator[tuple[_Surroundings, _Frame]]:
    lowest = within.start if within.external else within.lowest
    highest = _highest(within, formula, lowest)
    seen = set()
    for day in _days(policy):
        period, around = period_start(policy, day), formula.around(day, "T", "C", "K")
        if (period, around) not in seen:
            seen.add((period, around))
            yield around, _Frame(key, formula, period, day, lowest, highest)


def _highest(within: Range, formula: Formula, lowest: int) -> int:
    expected = max(formula.width, EXPECTED_DIGITS, len(str(lowest)))
    return within.end if within.end is not None else 10**expected - 1


def _days(policy: Policy) -> Iterator[date]:
    last = min(policy.valid_to or date.max, date.max)
    for passed in range(min(_DAYS, (last - policy.valid_from).days + 1)):
        yield policy.valid_from + timedelta(days=passed)


def _collision(frame: _Frame, around: _Surroundings, frames: _Frames, lengths: _Lengths) -> Collision | None:
    for number in frame.samples():
        text = around[0] + frame.formula.digits(number) + around[1]
        for other, same in _readings(text, lengths, frames):
            if (other.period, same) != (frame.period, number):
                return _told(text, (frame, number), (other, same))
    return None


def _readings(text: str, lengths: _Lengths, frames: _Frames) -> Iterator[tuple[_Frame, int]]:
    for before, after in lengths:
        end = len(text) - after
        for frame in frames.get((text[:before], text[end:]), ()) if before < end else ():
            number = frame.number_in(text[before:end])
            if number is not None:
                yield frame, number


def _told(text: str, *both: tuple[_Frame, int]) -> Collision:
    (first, one), (second, other) = sorted(both, key=lambda pair: (pair[0].day, pair[0].key))
    return Collision(second.key, text, (first.day, second.day), (one, other))
