"""What a broker that goes away in the middle of a call makes of it, told in one way."""

from __future__ import annotations

import asyncio

import pytest
from aiormq.exceptions import AMQPConnectionError

from adapter.messaging.reaching import reach, within


@pytest.mark.parametrize("error", [StopAsyncIteration, RuntimeError, ConnectionResetError, TimeoutError])
async def test_whatever_the_library_makes_of_a_lost_peer_is_a_lost_connection(error: type[Exception]) -> None:
    with pytest.raises(AMQPConnectionError):
        async with within(1):
            raise error


@pytest.mark.parametrize("said", [b"", b"\x01\x00\x00", b"\x01\x00\x00\x00\x00\x00\x04\x00\x0a\x00\x0a\xce"])
async def test_a_peer_that_goes_away_in_the_middle_of_the_greeting_cannot_be_reached(said: bytes) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(AMQPConnectionError):
        await reach(f"amqp://guest:guest@127.0.0.1:{port}/")
    server.close()
