"""`python -m benchmarks`: ours, the usual way and the floor, side by side.

A PostgreSQL and a broker are started for it; `--here` takes those that run on this machine, under names of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import tempfile
from collections.abc import Sequence
from pathlib import Path

import orjson
import uvloop

from benchmarks import machine
from benchmarks.figures import figures, show
from benchmarks.rounds import PARTS, Rounds, Sizes
from benchmarks.site import Site, here, private

_RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    if options.here:
        asyncio.run(_measure(None, options))
        return
    with private() as site:
        uvloop.run(_measure(site, options))


def _parser() -> argparse.ArgumentParser:
    sizes = Sizes()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run (%(default)s)")
    parser.add_argument("--orders", type=int, default=sizes.orders, help="offers in a drain (%(default)s)")
    parser.add_argument("--usual-seconds", type=float, default=sizes.usual_seconds, help="(%(default)s)")
    parser.add_argument("--latency-seconds", type=float, default=sizes.latency_seconds, help="(%(default)s)")
    parser.add_argument("--latency-rate", type=float, default=sizes.latency_rate, help="offers a second (%(default)s)")
    parser.add_argument("--large-orders", type=int, default=sizes.large_orders, help="of 500 lines (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--here", action="store_true", help="on the services that run here already")
    parser.add_argument("--logs", type=Path, help="keep the programs' logs in this folder")
    return parser


async def _measure(site: Site | None, options: argparse.Namespace) -> None:
    site = site or await here()
    sizes = Sizes(
        orders=options.orders,
        usual_seconds=options.usual_seconds,
        latency_seconds=options.latency_seconds,
        latency_rate=options.latency_rate,
        large_orders=options.large_orders,
    )
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        rounds = Rounds(site, sizes, options.logs or Path(temporary), tuple(options.only))
        try:
            await site.prepare()
            for number in range(1, options.rounds + 1):
                await rounds.run(number)
        finally:
            await site.remove()
    show(rounds.results)
    print(f"written to {_write(rounds, options.here)}")


def _write(rounds: Rounds, here: bool) -> Path:
    now = datetime.datetime.now(datetime.UTC)
    document = {
        "at": now,
        "machine": machine.described(),
        "services": "those of this machine" if here else "private",
        "sizes": rounds.sizes,
        "figures": [figure.as_json() for figure in figures(rounds.results)],
        "runs": {name: [run.as_json() for run in runs] for name, runs in rounds.results.items()},
    }
    _RESULTS.mkdir(exist_ok=True)
    file = _RESULTS / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return file


if __name__ == "__main__":
    main()
