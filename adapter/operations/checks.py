"""A check, and asking several at once without waiting for those that do not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapter.in_words import in_words

PATIENCE = 2.0
"""Seconds after which a question counts as not answered."""

Question = Coroutine[Any, Any, Sequence["Check"]]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold; `why` says why it does not, and is None while it does."""

    name: str
    why: str | None = None

    @property
    def green(self) -> bool:
        return self.why is None


def all_green(checks: Iterable[Check]) -> bool:
    return all(check.green for check in checks)


async def ask(questions: Mapping[tuple[str, ...], Question]) -> list[Check]:
    """The checks that the questions answer, by their names; all of a question that fails or takes too long are red."""
    tasks = [asyncio.create_task(question) for question in questions.values()]
    _, late = await asyncio.wait(tasks, timeout=PATIENCE)
    for task in late:  # Not waited for: on a dead connection even giving up takes its time.
        task.cancel()
        task.add_done_callback(_forget)
    return [check for names, task in zip(questions, tasks, strict=True) for check in _checks(names, task)]


def _forget(task: asyncio.Task[Sequence[Check]]) -> None:
    if not task.cancelled():
        task.exception()


def _checks(names: Sequence[str], task: asyncio.Task[Sequence[Check]]) -> Sequence[Check]:
    if not task.done():
        return [Check(name, f"No answer within {PATIENCE:g} seconds.") for name in names]
    # A dead peer ends a question with CancelledError although nobody cancelled it.
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    if error is None:
        return task.result()
    return [Check(name, f"Not reachable: {in_words(error)}.") for name in names]
