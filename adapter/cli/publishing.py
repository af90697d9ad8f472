"""`order-adapter publish`: send messages as an upstream system would (contract 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from adapter.cli.frame import REFUSED, broker, print_json_lines, run, settings, tell

if TYPE_CHECKING:
    from adapter.messaging.upstream import Upstream

_AT_ONCE: Final = 500
_NO_KEY: Final = ""
_SUCCEEDED: Final = {"created", "applied", "duplicate"}

Files = Annotated[list[str], typer.Argument(help="CloudEvents as JSON Lines or JSON; - is standard input.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the answers and print them as JSON Lines, in order.")]
Queue = Annotated[
    str | None, typer.Option("--queue", help="Send straight to this queue, whatever the types of the messages are.")
]
Timeout = Annotated[float, typer.Option("--timeout", help="Seconds to wait for the next answer.", min=0.1)]


def publish(files: Files, wait: Wait = False, queue: Queue = None, timeout: Timeout = 30.0) -> None:
    """Send messages as an upstream system would; their types choose the queues.

    With --wait the exit code is 1 if any message is refused, parked or not answered.
    """
    sent = run(_publish(files, queue, timeout if wait else None))
    tell(f"{sent.count} sent" + (f", {sent.failed} failed" if sent.failed else ""))
    if sent.failed:
        raise typer.Exit(REFUSED)


@dataclass(slots=True)
class _Sent:
    """What became of the messages so far."""

    count: int = 0
    failed: int = 0

    def fail(self, message: str) -> None:
        self.failed += 1
        tell(message)


@dataclass(slots=True)
class _Sending:
    """Messages on their way; `seconds` to wait for the next answer, None where nobody waits."""

    system: Upstream
    queue: str | None
    seconds: float | None
    sent: _Sent = field(default_factory=_Sent)

    async def send(self, messages: list[tuple[str, bytes]]) -> None:
        """Send them all at once, and tell in their order what became of them."""
        sending = [(name, asyncio.create_task(self._send(body))) for name, body in messages]
        for name, task in sending:
            await self._tell(name, await task)

    async def _send(self, body: bytes) -> str | None:
        routing_key = self.queue or _routing_key(body)
        return await self.system.send(body, routing_key) if routing_key else _NO_KEY

    async def _tell(self, name: str, correlation_id: str | None) -> None:
        if correlation_id is _NO_KEY:
            self.sent.fail(f"{name}: not sent, since its type is none that a queue takes; --queue names one.")
        elif correlation_id is None:
            self.sent.fail(f"{name}: not taken, since no queue is bound for it. Start the adapter, or name a --queue.")
        else:
            self.sent.count += 1
            if self.seconds is not None:
                await self._print_answer(name, correlation_id, self.seconds)

    async def _print_answer(self, name: str, correlation_id: str, seconds: float) -> None:
        answer = await self.system.answer(correlation_id, seconds)
        if answer is None:
            self.sent.fail(f"{name}: no answer within {seconds:g} seconds. Is `order-adapter serve` running?")
            return
        print_json_lines([answer])
        self.sent.failed += answer["outcome"] not in _SUCCEEDED


async def _publish(files: list[str], queue: str | None, seconds: float | None) -> _Sent:
    from adapter.messaging.upstream import upstream
    from adapter.parts import topology_of

    chosen = settings(database_required=False)
    names = topology_of(chosen).names
    straight_to = queue and (queue if names.is_ours(queue) else names.queue(queue))
    async with (
        broker(chosen) as connection,
        upstream(connection, names, straight=straight_to is not None, answered=seconds is not None) as system,
    ):
        sending = _Sending(system, straight_to, seconds)
        for messages in _messages(files):
            await sending.send(messages)
    return sending.sent


def _messages(files: list[str]) -> Iterator[list[tuple[str, bytes]]]:
    """The messages in files, as many at once as are there."""
    from adapter.cli.bodies import batches, opened

    for file in files:
        before = 0
        with opened(file) as stream:
            for bodies in batches(stream, _AT_ONCE):
                yield [(f"{file}: message {number}", body) for number, body in enumerate(bodies, before + 1)]
                before += len(bodies)


def _routing_key(body: bytes) -> str | None:
    import orjson

    from adapter.messaging.upstream import routing_key_of

    try:
        event: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    message_type = event.get("type") if isinstance(event, dict) else None
    return routing_key_of(message_type) if isinstance(message_type, str) else None
