"""Acknowledging deliveries in blocks: only ever the contiguous prefix of those that are done.

Deliveries do not always reach their callback in the order of their tags, so "everything up to the newest" would
acknowledge messages that nobody has handled.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field


@dataclass(slots=True)
class Prefix:
    """The delivery tags of one channel; tags count 1, 2, 3 … from the channel's opening."""

    acknowledged: int = 0
    done: list[int] = field(default_factory=list)

    def finish(self, tag: int) -> None:
        """The delivery with this tag has its outcome."""
        heapq.heappush(self.done, tag)

    def take_rest(self) -> list[int]:
        """Tags that are done although some before them are not; for when nothing more will be."""
        rest, self.done = sorted(tag for tag in self.done if tag > self.acknowledged), []
        return rest

    def take(self) -> int | None:
        """The highest tag up to which everything is done, once for each such tag; None when there is nothing new."""
        reached = self.acknowledged
        while self.done and self.done[0] <= reached + 1:
            reached = max(reached, heapq.heappop(self.done))
        if reached == self.acknowledged:
            return None
        self.acknowledged = reached
        return reached
