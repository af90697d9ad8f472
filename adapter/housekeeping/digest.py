"""What waits for somebody, in the words of a mail: counts by cause, the oldest, how to look. Never whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from adapter.persistence.waiting import Told, Waiting

_MOST_CAUSES = 15


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits now, and how much of it the last mail did not tell of."""

    messages: Sequence[Waiting]
    holds: Sequence[Waiting]
    before: Told

    @property
    def is_new(self) -> bool:
        return bool(_new(self.messages, self.before.messages) or _new(self.holds, self.before.holds))

    @property
    def now(self) -> Told:
        return Told([one.id for one in self.messages], [one.id for one in self.holds])

    def subject(self, namespace: str) -> str:
        parts = [_counted(len(self.messages), "message")] if self.messages else []
        parts += [f"{_counted(len(self.holds), 'order')} held"] if self.holds else []
        return f"[{namespace}] waiting: {', '.join(parts)}"

    def text(self) -> str:
        return "\n".join([*self._messages(), *self._holds()])

    def _messages(self) -> Iterator[str]:
        if not self.messages:
            return
        new = _new(self.messages, self.before.messages)
        yield f"{_counted(len(self.messages), 'message')} in the parking lot, {new} new, {_oldest(self.messages)}."
        yield from _causes(self.messages)
        yield ""
        yield "    order-adapter parked list"
        yield f"    order-adapter parked list --code {_most(self.messages)}"
        yield ""

    def _holds(self) -> Iterator[str]:
        if not self.holds:
            return
        new = _new(self.holds, self.before.holds)
        yield f"{_counted(len(self.holds), 'order')} held, {new} new, {_oldest(self.holds)}."
        yield from _causes(self.holds)
        yield ""
        yield "    order-adapter orders list --stage blocked"
        yield ""


def _new(found: Sequence[Waiting], before: Collection[int]) -> int:
    return sum(1 for one in found if one.id not in before)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _oldest(found: Sequence[Waiting]) -> str:
    return f"the oldest since {min(one.since for one in found):%Y-%m-%d %H:%M} UTC"


def _causes(found: Sequence[Waiting]) -> Iterator[str]:
    yield ""
    counts = Counter(cause for one in found for cause in one.causes)
    for cause, count in sorted(counts.most_common(_MOST_CAUSES), key=lambda each: (-each[1], each[0])):
        yield f"    {cause:<28}{count:>7}"


def _most(found: Sequence[Waiting]) -> str:
    return Counter(cause for one in found for cause in one.causes).most_common(1)[0][0]
