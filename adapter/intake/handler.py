"""What the intake asks of the code for one kind of message."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from adapter.domain.beside_form import Table
from adapter.domain.business import Business
from adapter.domain.decision import Decision
from adapter.domain.known import CreditUse, Known, Needs
from schemas.message import Message


def _none(_message: Any, _known: Known) -> Iterable[CreditUse]:
    return ()


def _nothing(_message: Any, _known: Known) -> None:
    """Nothing that is not in `needs` is looked at."""


@dataclass(frozen=True, slots=True)
class Handler:
    """One kind of message: the queue it comes from, its form, what it looks at, and the pure decision.

    `needs` and `decide` get the source of the message and the message itself, validated. `accounts` names the credit
    accounts that its orders count for, once its needs are loaded. `prefetch` looks at what will be needed because
    of them (NotLoaded says what is missing), so that a batch loads it together. `beside_form` says what its rules tell
    of a message whose form is at fault too.
    """

    queue: str
    type: str
    schema: builtins.type[Message]
    needs: Callable[[str, Any, Business], Needs]
    decide: Callable[[str, Any, Known], Decision]
    accounts: Callable[[Any, Known], Iterable[CreditUse]] = _none
    prefetch: Callable[[Any, Known], None] = _nothing
    changes_registries: bool = False
    beside_form: Table = field(default_factory=dict)
