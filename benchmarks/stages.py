"""The stages of an order's way, and which of them a moment of the program belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

STAGES: Final = {
    "AMQP": "deliveries taken, events published and confirmed, acknowledgements",
    "parse": "the envelope and its decimals, exactly",
    "validate": "the data against the schema; faults named",
    "decide": "prices, discounts, VAT, due dates, credit, the order itself",
    "trace": "why every value is what it is",
    "number": "numbers drawn, ranges looked after",
    "event": "the order as others get it, written as JSON",
    "SQL": "statements, their arguments and rows; waiting for the answer is not counted",
    "log": "a JSON line a message, and figures for the monitoring",
    "batch": "gathering, what joins the parts, the event loop",
}
"""What is counted under each."""

# The innermost frame that one of these knows says what is going on. Longer beginnings stand before shorter ones.
_PLACES: Final = (
    ("adapter/domain/trace", "trace"),
    ("adapter/domain/numbering", "number"),
    ("adapter/domain/document", "event"),
    ("adapter/domain/evolving", "event"),
    ("adapter/domain/", "decide"),
    ("adapter/intake/drawing", "number"),
    ("adapter/intake/events", "event"),
    ("adapter/intake/storing.py:explanation", "trace"),
    ("adapter/intake/telling", "log"),
    ("adapter/intake/counting", "log"),
    ("adapter/intake/deciding", "decide"),
    ("adapter/intake/", "batch"),
    ("adapter/messaging/validation", "validate"),
    ("adapter/messaging/decoding", "parse"),
    ("adapter/messaging/envelope.py:cloud_event", "event"),
    ("adapter/messaging/envelope.py:write", "event"),
    ("adapter/messaging/envelope", "parse"),
    ("adapter/messaging/attributes", "parse"),
    ("adapter/messaging/", "AMQP"),
    ("adapter/operations/", "log"),
    ("adapter/reporting", "log"),
    ("adapter/persistence/", "SQL"),
    ("adapter/relay/", "AMQP"),
    ("handlers/", "decide"),
    ("schemas/", "validate"),
    ("asyncpg/", "SQL"),
    ("sqlalchemy/", "SQL"),
    ("structlog/", "log"),
    ("pydantic/", "validate"),
    ("faststream/", "AMQP"),
    ("aiormq/", "AMQP"),
    ("aio_pika/", "AMQP"),
    ("pamqp/", "AMQP"),
)
_NOT_WORK: Final = ("importlib", "concurrent/futures/thread.py:_worker")
"""Modules that are loaded, and threads that wait for something to do."""


def stages_of(stacks: Iterable[str]) -> Counter[str]:
    """Samples by stage, of stacks as py-spy writes them: `frame;frame;frame count`. Loading modules is left out."""
    samples: Counter[str] = Counter()
    for stack in stacks:
        frames, _, count = stack.rpartition(" ")
        if (stage := _stage(frames.split(";"))) is not None:
            samples[stage] += int(count)
    return samples


def _stage(frames: list[str]) -> str | None:
    places = [_place(frame) for frame in frames]
    if any(idle in place for place in places for idle in _NOT_WORK):
        return None
    known = (stage for place in reversed(places) for start, stage in _PLACES if place.startswith(start))
    return next(known, "batch")


def _place(frame: str) -> str:
    """`adapter/relay/relay.py:run` of `run (adapter/relay/relay.py:60)`."""
    name, _, place = frame.partition(" (")
    return f"{place.rpartition(':')[0]}:{name}"


def heaviest(stacks: Iterable[str], stage: str) -> Iterator[tuple[str, int]]:
    """The functions of a stage in which most samples were taken, themselves or what they call outside our reach."""
    counted: Counter[str] = Counter()
    for stack in stacks:
        frames, _, count = stack.rpartition(" ")
        named = frames.split(";")
        if _stage(named) == stage:
            counted[_place(named[-1])] += int(count)
    return iter(counted.most_common(5))
