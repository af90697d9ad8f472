"""Which runs there are, by part: each on a stage of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks import commands
from benchmarks.backlogs import drain_small
from benchmarks.commands import Ran
from benchmarks.drain import Drained, drain, together
from benchmarks.floor.rows import write_rows
from benchmarks.lag import Lagged, lag
from benchmarks.latency import WARM_UP, Waited, latency
from benchmarks.morning import Morning
from benchmarks.programs import ONE_BY_ONE, THROUGH, US, USUAL, Program
from benchmarks.registries import items, price_lines
from benchmarks.relaying import relay
from benchmarks.seeds import BUYER, LINES_AN_ITEM, Seeds
from benchmarks.site import Site
from benchmarks.stage import stage

SMALL: Final = ("promised", "resolved", "floor", "latency", "outbox", "copies", "lines", "relay", "simulate")
LARGE: Final = ("orders", "prices", "waiting", "credit", "import")
SCALING: Final = ("scaling",)
PARTS: Final = SMALL + LARGE + SCALING

_USUAL_MOST: Final = 250
"""More orders a second than the usual way makes anywhere: it never runs dry."""

_SMALL_BACKLOGS: Final = 11
_FEW_PRICES: Final = 1_000
_SERIES: Final = ("OFF", "OF2", "OF3", "OF4")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much a run does. `usual_seconds`: the usual way's rate is flat, so it drains what it can in that time."""

    orders: int = 20_000
    usual_seconds: float = 20.0
    latency_seconds: float = 15.0
    latency_rate: float = 50.0
    calm_rate: float = 20.0
    outbox_rate: float = 500.0
    large_orders: int = 100
    large_lines: int = 500
    events: int = 100_000
    simulated: int = 10_000
    stored: int = 1_000_000
    prices: int = 1_000_000
    waiting: int = 100_000
    few_waiting: int = 1_000
    open_orders: int = 100_000


Result = Drained | Waited | Lagged | Ran
Runs = Mapping[str, Callable[[], Awaitable[Result]]]


@dataclass(slots=True)
class Parts:
    """The runs of every part, by the name that their results go by."""

    site: Site
    sizes: Sizes
    folder: Path
    seeds: Seeds = field(init=False)

    def __post_init__(self) -> None:
        self.seeds = Seeds(self.site, self.folder)

    def runs(self, part: str) -> Runs:
        return _RUNS[part](self)

    async def _drain(
        self, program: Program, morning: Morning, orders: int, template: str | None = None, *, copies: int = 1
    ) -> Drained:
        bodies = list(morning.messages(orders))
        async with stage(self.site, template) as one:
            return await drain(program, one, self.folder, bodies, lines=morning.lines, copies=copies)

    async def _us(self, morning: Morning, template: str | None = None, *, copies: int = 1) -> Drained:
        return await self._drain(US, morning, self.sizes.orders, template, copies=copies)

    async def _usual(self, morning: Morning) -> Drained:
        seconds = self.sizes.usual_seconds
        bodies = list(morning.messages(int(seconds * _USUAL_MOST)))
        async with stage(self.site) as one:
            return await drain(USUAL, one, self.folder, bodies, seconds=seconds)

    def promised(self) -> Runs:
        return {"promised us": lambda: self._us(_PROMISED), "promised usual": lambda: self._usual(_PROMISED)}

    def resolved(self) -> Runs:
        return {"resolved us": lambda: self._us(_RESOLVED), "resolved usual": lambda: self._usual(_RESOLVED)}

    def floor(self) -> Runs:
        return {
            "floor rows": self._rows,
            "floor broker": lambda: self._drain(THROUGH, _RESOLVED, self.sizes.orders),
        }

    async def _rows(self) -> Drained:
        return await write_rows(self.site, await self.seeds.samples(), self.sizes.orders)

    def latency(self) -> Runs:
        """Also at a rate that the usual way bears on a slow machine: where it falls behind, its delay says nothing."""
        rate, calm = self.sizes.latency_rate, self.sizes.calm_rate
        return {
            "latency us": lambda: self._latency(US, rate),
            "latency usual": lambda: self._latency(USUAL, rate),
            "calm us": lambda: self._latency(US, calm),
            "calm usual": lambda: self._latency(USUAL, calm),
        }

    async def _latency(self, program: Program, rate: float) -> Waited:
        async with stage(self.site) as one:
            return await latency(program, one, self.folder, self._trickle(rate), rate)

    def outbox(self) -> Runs:
        return {"outbox us": self._lag}

    async def _lag(self) -> Lagged:
        rate = self.sizes.outbox_rate
        async with stage(self.site) as one:
            return await lag(US, one, self.folder, self._trickle(rate), rate)

    def _trickle(self, rate: float) -> Sequence[bytes]:
        return list(_PROMISED.messages(int(self.sizes.latency_seconds * rate) + WARM_UP))

    def copies(self) -> Runs:
        return {"two copies": lambda: self._us(_PROMISED, copies=2)}

    def lines(self) -> Runs:
        sizes = self.sizes
        return {
            "large orders": lambda: self._drain(US, replace(_PROMISED, lines=sizes.large_lines), sizes.large_orders)
        }

    def relay(self) -> Runs:
        seconds = self.sizes.usual_seconds
        return {
            "relay us": lambda: self._relay(US, 600.0),
            "relay one by one": lambda: self._relay(ONE_BY_ONE, seconds),
        }

    async def _relay(self, program: Program, seconds: float) -> Drained:
        async with stage(self.site, await self.seeds.waiting_events(self.sizes.events)) as one:
            return await relay(program, one, self.folder, seconds=seconds)

    def simulate(self) -> Runs:
        return {"simulate": self._simulate}

    async def _simulate(self) -> Ran:
        async with stage(self.site) as one:
            return await commands.simulate(one, self.folder, list(_PROMISED.messages(self.sizes.simulated)))

    def orders(self) -> Runs:
        return {"no orders stored": lambda: self._us(_PROMISED), "many orders stored": self._many_orders}

    async def _many_orders(self) -> Drained:
        return await self._us(_PROMISED, await self.seeds.orders(self.sizes.stored))

    def prices(self) -> Runs:
        """The same hundred items sold from short and from long price lists; and any item of the long ones."""
        few, many = _FEW_PRICES, self.sizes.prices
        return {
            "few prices": lambda: self._priced(few, few),
            "many prices": lambda: self._priced(many, few),
            "many prices, any item": lambda: self._priced(many, many),
        }

    async def _priced(self, lines: int, sold: int) -> Drained:
        return await self._us(_selling(sold), await self.seeds.prices(lines))

    def waiting(self) -> Runs:
        """With every condition to be resolved, any of the items of a million price lines: also the most memory."""
        return {"few waiting": self._few_waiting, "many waiting": self._many_waiting}

    async def _few_waiting(self) -> Drained:
        size = self.sizes.few_waiting
        bodies = list(self._any_item().messages(size * _SMALL_BACKLOGS))
        async with stage(self.site, await self.seeds.prices(self.sizes.prices)) as one:
            return await drain_small(US, one, self.folder, bodies, size=size)

    async def _many_waiting(self) -> Drained:
        template = await self.seeds.prices(self.sizes.prices)
        return await self._drain(US, self._any_item(), self.sizes.waiting, template)

    def _any_item(self) -> Morning:
        return _selling(self.sizes.prices)

    def credit(self) -> Runs:
        return {
            "no open orders": lambda: self._checked(0),
            "many open orders": lambda: self._checked(self.sizes.open_orders),
        }

    async def _checked(self, open_orders: int) -> Drained:
        return await self._us(replace(_PROMISED, customers=[BUYER]), await self.seeds.credit(open_orders))

    def imported(self) -> Runs:
        """Lines with a price and no more; and lines of which three in four have scales or discounts."""
        return {
            "registry import": lambda: self._import(plain=True),
            "COPY": lambda: self._copy(plain=True),
            "registry import, scales": lambda: self._import(plain=False),
            "COPY, scales": lambda: self._copy(plain=False),
        }

    async def _import(self, *, plain: bool) -> Ran:
        entries, rows = self._files(plain)
        if not entries.exists():
            commands.write_entries(price_lines(items(self.sizes.prices // LINES_AN_ITEM), plain=plain), entries)
        async with stage(self.site, await self.seeds.prices(0)) as one:
            ran = await commands.import_entries(one, self.folder, entries, self.sizes.prices)
            if not rows.exists():
                await commands.save_prices(one, rows)
            return ran

    async def _copy(self, *, plain: bool) -> Ran:
        rows = self._files(plain)[1]
        if not rows.exists():
            await self._import(plain=plain)
        async with stage(self.site, await self.seeds.prices(0)) as one:
            return await commands.copy_prices(one, rows, self.sizes.prices)

    def _files(self, plain: bool) -> tuple[Path, Path]:
        """What is imported, and the rows that become of it."""
        name = "plain" if plain else "scales"
        return self.folder / f"{name}.jsonl", self.folder / f"{name}.rows"

    def scaling(self) -> Runs:
        """One to four copies; numbers drawn from one series by all, or from four by all; and two installations."""
        several = replace(_PROMISED, types=_SERIES)
        return {
            "1 copy": lambda: self._us(_PROMISED),
            "2 copies": lambda: self._us(_PROMISED, copies=2),
            "4 copies": lambda: self._us(_PROMISED, copies=4),
            "1 copy, 4 series": lambda: self._us(several),
            "2 copies, 4 series": lambda: self._us(several, copies=2),
            "4 copies, 4 series": lambda: self._us(several, copies=4),
            "2 installations": self._installations,
        }

    async def _installations(self) -> Drained:
        """A namespace and a database each, on the same servers: each has a series of its own."""
        bodies = list(_PROMISED.messages(self.sizes.orders // 2))
        async with stage(self.site) as one, stage(self.site) as other:
            return together(await asyncio.gather(*(drain(US, each, self.folder, bodies) for each in (one, other))))


_PROMISED: Final = Morning(promised=True)
_RESOLVED: Final = Morning(promised=False)


def _selling(price_lines: int) -> Morning:
    return replace(_RESOLVED, items=items(price_lines // LINES_AN_ITEM))


_RUNS: Final[Mapping[str, Callable[[Parts], Runs]]] = {
    part: getattr(Parts, {"import": "imported"}.get(part, part)) for part in PARTS
}
