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

_WIDTH = 104
_INDENT = 2


def _console() -> Console:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without our signs shows question marks
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
        self._console.print(Padding(what, (0, 0, 0, indent)))

    def open(self) -> None:
        self.say()
        self.say(Text("Customer order adapter", "bold"))
        self.say("A morning at Bottega, which furnishes offices: accepted offers come in from its CRM,")
        self.say("numbered orders and their events go out to its warehouse.")
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
        self.say(pictures.words((f"{what:<12}", "dim"), told))

    def begin(self, scene: Scene, clock: str) -> None:
        """What arrives now, and what to notice about it."""
        self.say()
        self.say(pictures.words((clock, "cyan"), "  ", (scene.title, "bold")))
        self.say(Text(scene.notice, "dim"), 9)

    def tell(self, played: Played, explained: Sequence[Sequence[Any]]) -> None:
        """What came of it."""
        scene = played.scene
        self._row(pictures.outcome(played.answer["outcome"]), self._answer(played))
        if played.cured:
            self._row(pictures.outcome(played.cured["outcome"]), "the parked message, handled again")
        for order in played.orders:
            self._order(order, scene)
        for row in explained:
            self._row(Text("why", "magenta"), pictures.why(row))
        for receiver, told in _told_to(played.events):
            self._row(Text(receiver, "blue"), Text(told))
        for fault in played.faults():
            self._row(Text("WRONG", "bold red"), Text(fault))

    def _answer(self, played: Played) -> RenderableType:
        if played.answer["reasons"]:
            return pictures.reasons_table(played.answer["reasons"])
        if played.cured:
            return "the registry knows it now"
        if played.answer["outcome"] == "duplicate":
            return f"{', '.join(played.named)}   nothing stored, nothing published"
        return Text(", ".join(one["number"] for one in played.made["orders"] if one.get("duplicate")) and _EARLIER)

    def _order(self, order: Json, scene: Scene) -> None:
        self._row(Text("order"), pictures.order_head(order))
        if scene.lines:
            self._row(Text(), pictures.lines_table(order))
        if scene.totals:
            self._row(Text(), pictures.sum_up(order))

    def _row(self, label: Text, what: RenderableType) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=10, no_wrap=True)
        grid.add_column()
        grid.add_row(label, what)
        self.say(grid, 9)

    def close(self, orders: Sequence[Json], names: Mapping[str, str], numbers: Sequence[str]) -> None:
        """The whole morning in one table."""
        self.say()
        self.say(Text("The orders of the morning", "bold"))
        self.say()
        self.say(pictures.orders_table(orders, dict(names), drawn=self.at_terminal), 0)
        self.say()
        for told in numbers:
            self.fact("Numbers", told)

    def verdict(self, faults: Sequence[str], told: str) -> None:
        if not faults:
            self.say(pictures.words(("All as it must be  ", "bold green"), (told, "dim")))
        for fault in faults:
            self.say(Text(f"Not as it must be: {fault}", "bold red"))

    def commands(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Commands to type, each with what it does."""
        self.say()
        self.say(Text(title, "bold"))
        for command, does in rows:
            self.say(pictures.words((command, "green"), (f"   {does}" if does else "", "dim")), 4)
        self.say()


_EARLIER = "and the earlier order of this offer is named in the answer"


def _told_to(events: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """Who hears of which events, by order."""
    for subject, some in groupby(events, key=lambda event: event.get("subject") or ""):
        told = [(event["type"].removesuffix(".v1"), event["data"].get("position")) for event in some]
        if told[0][1] is None:
            yield "operator", ", ".join(name for name, _ in told)
        else:
            yield "warehouse", f"{subject}   " + "   ".join(f"{position} {name}" for name, position in told)
