"""The shipped program with something done to it: it dies or freezes at a named place, or has a bug put in.

All of this happens in the process that runs it, from outside: the program itself knows nothing of tests.
"""

from __future__ import annotations

import ctypes
import functools
import inspect
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, Literal

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the program: before or after a function, `module:name` or `module:Class.name`, at its nth call."""

    at: str
    when: Literal["before", "after"] = "before"
    call: int = 1


@dataclass(frozen=True, slots=True)
class Halt:
    """What happens to the process at a point: SIGKILL ends it there, SIGSTOP freezes it until SIGCONT."""

    point: Point
    signal: int = signal.SIGKILL

    def reached(self) -> None:
        told = {"event": "halted", "at": self.point.at, "when": self.point.when}
        os.write(2, json.dumps(told).encode() + b"\n")
        os.kill(os.getpid(), self.signal)


Sabotage = Halt | str
"""A halt, or the name of a function of `mutants` that puts a bug in."""


def run(words: Sequence[str], environ: Mapping[str, str], log: Connection, sabotage: Sequence[Sabotage]) -> None:
    """Run `order-adapter` with these words; what it writes on standard error goes to `log`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.dup2(log.fileno(), 2)
    log.close()
    os.environ.update(environ)
    for one in sabotage:
        _commit(one)
    from adapter.cli import main

    sys.argv = ["order-adapter", *words]
    main()


def _commit(sabotage: Sabotage) -> None:
    if isinstance(sabotage, Halt):
        call_at(sabotage.point, sabotage.reached)
    else:
        getattr(import_module(f"{__package__}.mutants"), sabotage)()


def found(place: str) -> tuple[Any, str, Callable[..., Any]]:
    """The owner, the name and the function of a place; AttributeError where there is none of that name any more."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, import_module(module))
    function = getattr(owner, name)
    assert callable(function), place
    return owner, name, function


def replace(place: str, replacement: Callable[..., Any]) -> None:
    """Put another function into its place."""
    owner, name, _ = found(place)
    setattr(owner, name, replacement)


def call_at(point: Point, reached: Callable[[], None]) -> None:
    """Have `reached` called there, once."""
    _, _, original = found(point.at)
    calls = itertools.count(1)

    def at(when: str, call: int) -> None:
        if when == point.when and call == point.call:
            reached()

    @functools.wraps(original)
    async def awaited(*given: Any, **named: Any) -> Any:
        call = next(calls)
        at("before", call)
        result = await original(*given, **named)
        at("after", call)
        return result

    @functools.wraps(original)
    def called(*given: Any, **named: Any) -> Any:
        call = next(calls)
        at("before", call)
        result = original(*given, **named)
        at("after", call)
        return result

    replace(point.at, awaited if inspect.iscoroutinefunction(original) else called)
