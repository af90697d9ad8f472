"""Tells the demonstration as it happens: rich at a terminal, plain text elsewhere."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from itertools import groupby
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adapter.demo import pictures
from adapter.demo.morning import Scene
from adapter.demo.partners import Json
from adapter.demo.playing import Played

_WIDTH = 106
_INTRODUCTION = (
    "A morning at Bottega, which furnishes offices: accepted offers come in from its CRM, "
    "numbered orders and their events go out to its warehouse."
)
_INDENT = 2
_BODY = 9


def _console() -> Console:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks one of our signs shows a question mark
    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _WIDTH) if console.is_terminal else _WIDTH
    return console


class _Lines(io.TextIOBase):
    """Hands every whole line written to it on."""

    def __init__(self, narrator: Narrator) -> None:
        self._narrator = narrator

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                self._narrator.service(line)
        return len(text)


class Narrator:
    """Speaks to the person in front of it."""

    def __init__(self) -> None:
        self._console = _console()

    @property
    def at_terminal(self) -> bool:
        return self._console.is_terminal

    def say(self, what: RenderableType = "", indent: int = _INDENT) -> None:
        if what == "":
            self._console.line()
            return
        page = Padding(what, (0, 0, 0, indent), expand=False)
        if self.at_terminal:
            self._console.print(page)
            return
        with self._console.capture() as captured:
            self._console.print(page)
        print(*(line.rstrip() for line in captured.get().splitlines()), sep="\n", flush=True)

    def open(self) -> None:
        self.say()
        self.say(Text("Customer order adapter", "bold"))
        self.say(Text(_INTRODUCTION, "dim"))
        self.say()

    @contextmanager
    def setting_up(self) -> Iterator[None]:
        """While services are looked for: what they say of themselves is told in our own form."""
        with self._console.status(Text("setting up", "dim")), redirect_stderr(_Lines(self)):
            yield

    def service(self, line: str) -> None:
        what, _, which = line.removeprefix("services: ").partition(": ")
        self.fact(what, which)

    def fact(self, what: str, told: str) -> None:
        self._row(Text(what, "dim"), Text(told), _INDENT, 11)

    def begin(self, scene: Scene, clock: str) -> None:
        """What arrives now, and what to notice about it."""
        self.say()
        self.say(Text.assemble((clock, "cyan"), "  ", (scene.title, "bold")))
        self.say(Text(scene.notice, "dim"), _BODY)

    def tell(self, played: Played, explained: Sequence[Sequence[Any]]) -> None:
        """What came of it."""
        self._answer(played)
        for row in explained:
            self._row(Text("why", "magenta"), pictures.why(row))
        for receiver, told in _told_to(played.events):
            self._row(Text(receiver, "blue"), Text(told))
        for fault in played.faults():
            self._row(Text("WRONG", "bold red"), Text(fault))

    def _answer(self, played: Played) -> None:
        label = pictures.outcome(played.answer["outcome"])
        if played.answer["reasons"]:
            self._row(label, pictures.reasons(played.answer["reasons"]))
        elif played.cured:
            self._row(label, "The registry knows it now, and the parked message is handled again:")
            self._orders(pictures.outcome(played.cured["outcome"]), played)
        elif played.orders:
            self._orders(label, played)
        else:
            self._row(label, f"{', '.join(played.named)}  nothing stored, nothing published")

    def _orders(self, label: Text, played: Played) -> None:
        for order in played.orders:
            self._row(label, pictures.order_head(order, self._console.width))
            if played.scene.lines:
                self._row("", pictures.lines_table(order, self._console.width))
            if played.scene.totals:
                self._row("", pictures.sum_up(order))
            label = Text()

    def _row(self, label: RenderableType, what: RenderableType, indent: int = _BODY, width: int = 9) -> None:
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=width, no_wrap=True)
        grid.add_column()
        grid.add_row(label, what)
        self.say(grid, indent)

    def close(self, orders: Sequence[Json], names: Mapping[str, str], numbers: str) -> None:
        """The whole morning in one table."""
        self.say()
        self.say(Text("The orders of the morning", "bold"))
        self.say()
        self.say(pictures.orders_table(orders, names, self._console.width))
        self.say()
        self.say(Text(numbers, "dim"))

    def verdict(self, faults: Sequence[str], told: str) -> None:
        if not faults:
            self.say(Text.assemble(("All as it must be", "bold green"), f": {told}."))
        for fault in faults:
            self.say(Text(f"Not as it must be: {fault}", "bold red"))

    def commands(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Commands to type, each above what it does; never broken into lines, so that they can be copied."""
        self.say()
        self.say(Text(title, "bold"))
        for command, does in rows:
            self._console.print(Text(f"    {command}", "green"), soft_wrap=True)
            self.say(Text(does, "dim"), 6)
        self.say()


def _told_to(events: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """Who hears of which events, by order."""
    for subject, some in groupby(events, key=lambda event: event.get("subject") or ""):
        told = [(event["type"].removesuffix(".v1"), event["data"].get("position")) for event in some]
        if told[0][1] is None:
            yield "operator", ", ".join(name for name, _ in told)
        else:
            yield "warehouse", f"{subject} " + ", ".join(f"{name} {position}" for name, position in told)
