"""`python -m benchmarks.profile`: where the time of the shipped program goes, by stage.

One drain is measured and a second one is sampled: the shares of the second divide the CPU time of the first.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import uvloop

from benchmarks import machine
from benchmarks.drain import drain, taken
from benchmarks.morning import Morning
from benchmarks.programs import US, Program, running
from benchmarks.site import Site, here, private
from benchmarks.stage import stage
from benchmarks.stages import STAGES, heaviest, stages_of

_RESULTS = Path(__file__).parent / "results"
_A_SECOND: Final = "200"


@dataclass(frozen=True, slots=True)
class Profile:
    """Microseconds of CPU an order by stage, and in all by program."""

    kind: str
    cpu_us: dict[str, float]
    stages: dict[str, float]
    functions: dict[str, list[tuple[str, int]]]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    if options.here:
        uvloop.run(_profile(None, options))
        return
    with private() as site:
        uvloop.run(_profile(site, options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000, help="offers in a drain (%(default)s)")
    parser.add_argument("--here", action="store_true", help="on the services that run here already")
    parser.add_argument("--functions", action="store_true", help="name the heaviest functions of each stage, too")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="where it is written (%(default)s)")
    return parser


async def _profile(site: Site | None, options: argparse.Namespace) -> None:
    site = site or await here()
    try:
        await site.prepare()
        profiles = [await _of(site, name, Morning(name == "promised"), options.orders) for name in _KINDS]
    finally:
        await site.remove()
    _show(profiles, functions=options.functions)
    _write(profiles, options.results)


_KINDS: Final = ("promised", "resolved")


async def _of(site: Site, kind: str, morning: Morning, orders: int) -> Profile:
    bodies = list(morning.messages(orders))
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        folder = Path(temporary)
        async with stage(site) as one:
            cpu_us = (await drain(US, one, folder, bodies)).cpu_us
        stacks = await _sampled(site, folder, bodies)
    samples = stages_of(stacks)
    stages = {name: cpu_us["program"] * samples[name] / samples.total() for name in STAGES}
    return Profile(kind, cpu_us, stages, {name: list(heaviest(stacks, name)) for name in STAGES})


async def _sampled(site: Site, folder: Path, bodies: Sequence[bytes]) -> list[str]:
    """The stacks of a drain: the sampler starts the program, since not every system lets it look at another's child."""
    file = folder / "stacks"
    sampler = ("-m", "benchmarks.sampled", _A_SECOND, str(file))
    async with stage(site) as one:
        await one.publish(bodies)
        async with running(Program("us, sampled", (*sampler, *US.arguments)), one, folder) as run:
            await taken(run, one, len(bodies), 5, 600.0)
            (sampled,) = machine.children(run.processes[0].pid)
            os.kill(sampled, signal.SIGTERM)
            await asyncio.to_thread(run.processes[0].wait, 60)
    return file.read_text().splitlines()


def _show(profiles: Sequence[Profile], *, functions: bool) -> None:
    for profile in profiles:
        cpu = ", ".join(f"{part} {used:.0f}" for part, used in profile.cpu_us.items())
        print(f"{profile.kind}: microseconds of CPU an order: {cpu}")
        for name, used in sorted(profile.stages.items(), key=lambda stage: -stage[1]):
            print(f"  {used:6.0f}  {used / profile.cpu_us['program']:4.0%}  {name:9} {STAGES[name]}")
            for function, samples in profile.functions[name] if functions else ():
                print(f"{'':18}{samples:5} {function}")


def _write(profiles: Sequence[Profile], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    documents = [{"kind": one.kind, "cpu_us": one.cpu_us, "stages": one.stages} for one in profiles]
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (folder / "profile.json").write_bytes(orjson.dumps({"profiles": documents}, option=options))


if __name__ == "__main__":
    main()
