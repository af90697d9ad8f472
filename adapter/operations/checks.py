"""A check, and asking several at once without waiting for those that do not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    """The checks that the questions answer, by their names; all of a question that fails are red."""
    # Gathered as values: a dead peer ends a question with CancelledError although nobody cancelled it.
    answers = await asyncio.gather(
        *(asyncio.wait_for(question, PATIENCE) for question in questions.values()), return_exceptions=True
    )
    return [check for names, answer in zip(questions, answers, strict=True) for check in _checks(names, answer)]


def _checks(names: Sequence[str], answer: Sequence[Check] | BaseException) -> Sequence[Check]:
    if not isinstance(answer, BaseException):
        return answer
    if isinstance(answer, TimeoutError):
        return [Check(name, f"No answer within {PATIENCE:g} seconds.") for name in names]
    return [Check(name, f"Not reachable ({type(answer).__name__}).") for name in names]
