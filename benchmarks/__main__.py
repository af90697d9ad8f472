"""`python -m benchmarks`: ours, the usual way and the floor, side by side.

A PostgreSQL and a broker are started for it; `--here` takes those that run on this machine, under names of its own.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import orjson
import uvloop

from benchmarks import machine
from benchmarks.figures import figures
from benchmarks.parts import LARGE, PARTS, SCALING, SMALL, Parts, Sizes
from benchmarks.rounds import Rounds
from benchmarks.showing import show
from benchmarks.site import Site, here, private

RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    if options.here:
        uvloop.run(_measure(None, options))
        return
    with private() as site:
        uvloop.run(_measure(site, options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run (%(default)s)")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--only", nargs="+", choices=PARTS, default=SMALL, metavar="PART", help=", ".join(PARTS))
    group.add_argument("--large", dest="only", action="store_const", const=LARGE, help="the parts " + ", ".join(LARGE))
    group.add_argument("--scaling", dest="only", action="store_const", const=SCALING, help="one, two and four copies")
    for one in fields(Sizes):
        name = f"--{one.name.replace('_', '-')}"
        parser.add_argument(name, type=type(one.default), default=one.default, help="(%(default)s)")
    parser.add_argument("--here", action="store_true", help="on the services that run here already")
    parser.add_argument("--logs", type=Path, help="keep the programs' logs in this folder")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written (%(default)s)")
    return parser


async def _measure(site: Site | None, options: argparse.Namespace) -> None:
    site = site or await here()
    sizes = Sizes(**{one.name: getattr(options, one.name) for one in fields(Sizes)})
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        rounds = Rounds(Parts(site, sizes, options.logs or Path(temporary)), options.only)
        try:
            await site.prepare()
            for number in range(1, options.rounds + 1):
                await rounds.run(number)
        finally:
            await site.remove()
            if rounds.results:
                file = _write(rounds, options)
    show(rounds.results, asdict(sizes))
    print(f"written to {file}")


def _write(rounds: Rounds, options: argparse.Namespace) -> Path:
    """What was measured, also where a later run failed: an hour's figures are not to be lost."""
    now = datetime.datetime.now(datetime.UTC)
    document = {
        "at": now,
        "command": " ".join(("python -m benchmarks", *sys.argv[1:])),
        "machine": machine.described(),
        "services": "those of this machine" if options.here else "private",
        "sizes": asdict(rounds.parts.sizes),
        "figures": [figure.as_json() for figure in figures(rounds.results, asdict(rounds.parts.sizes))],
        "runs": {name: [run.as_json() for run in runs] for name, runs in rounds.results.items()},
    }
    options.results.mkdir(exist_ok=True)
    file: Path = options.results / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return file


if __name__ == "__main__":
    main()
