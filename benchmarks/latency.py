"""How long a warehouse waits for the event of an offer that was just sent, while orders trickle in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from benchmarks import checks
from benchmarks.programs import Program, Running, running
from benchmarks.stage import Stage, offer

WARM_UP = 50
"""So many offers at the beginning are not counted."""

_PATIENCE = 30.0
_LONG = 100.0
_TOO_LONG = 1000.0
_POLL = 0.01


@dataclass(frozen=True, slots=True)
class Waited:
    """Milliseconds from publishing to the event in the warehouse's hands.

    `behind`: the program did not keep up, so its waits only say how long was measured.
    """

    program: str
    rate: float
    samples: int
    p50: float
    p99: float
    behind: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def latency(program: Program, stage: Stage, folder: Path, bodies: Sequence[bytes], rate: float) -> Waited:
    """Publish so many offers a second, whether or not the earlier ones are done; the first fifty warm it up."""
    async with running(program, stage, folder) as run:
        await until_consuming(stage, run)
        arrived: dict[str, float] = {}
        listening = await _listen(stage, arrived)
        sent = await _send(stage, bodies, rate)
        await _until_all(sent, arrived, run)
        await listening.close()
    await checks.check_rows(stage, program, len(bodies), lines=5)
    waits = [(arrived[id_] - at) * 1000 for id_, at in list(sent.items())[WARM_UP:]]
    percentiles = quantiles(waits, n=100, method="inclusive")
    return Waited(program.name, rate, len(waits), percentiles[49], percentiles[98], _behind(waits))


def _behind(waits: Sequence[float]) -> bool:
    """Whether those at the end waited for a second, or far longer than those at the beginning."""
    part = len(waits) // 5 or 1
    last = median(waits[-part:])
    return last > _TOO_LONG or last > max(_LONG, 2 * median(waits[:part]))


async def until_consuming(stage: Stage, run: Running) -> None:
    while not await stage.consumers():
        run.check()
        await asyncio.sleep(_POLL)


async def _listen(stage: Stage, arrived: dict[str, float]) -> AbstractChannel:
    async def note(message: AbstractIncomingMessage) -> None:
        arrived[message.correlation_id or ""] = time.perf_counter()

    channel = await stage.connection.channel()
    queue = await channel.get_queue(stage.warehouse)
    await queue.consume(note, no_ack=True)
    return channel


async def _send(stage: Stage, bodies: Sequence[bytes], rate: float) -> dict[str, float]:
    """When each was due, by the id of the offer: a sender that is late does not make the program look quick."""
    begun = time.perf_counter()
    sent: dict[str, float] = {}
    publishing = []
    for number, body in enumerate(bodies):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent[f"offer-{number + 1}"] = due
        publishing.append(asyncio.create_task(_publish(stage, body)))
    await asyncio.gather(*publishing)
    return sent


async def _publish(stage: Stage, body: bytes) -> None:
    await stage.channel.default_exchange.publish(offer(body), stage.offers)


async def _until_all(sent: dict[str, float], arrived: dict[str, float], run: Running) -> None:
    deadline = time.perf_counter() + _PATIENCE
    while len(arrived) < len(sent) and time.perf_counter() < deadline:
        run.check()
        await asyncio.sleep(_POLL)
    if missing := len(sent) - len(arrived):
        raise TimeoutError(f"{run.program.name}: {missing} of {len(sent)} events did not come")
