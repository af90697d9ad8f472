"""A PostgreSQL server's TLS: agrees to it as the server does, and passes on to one that was built without."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

_TLS_PLEASE = bytes.fromhex("00000008 04d2162f")
_CANCEL_LENGTH = 8


@dataclass(frozen=True, slots=True)
class _Front:
    host: str
    port: int
    context: ssl.SSLContext

    async def meet(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            assert await reader.readexactly(_CANCEL_LENGTH) == _TLS_PLEASE
            writer.write(b"S")
            await writer.start_tls(self.context)
            far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
            await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))
        writer.transport.abort()


async def _pass_on(source: StreamReader, target: StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    target.transport.abort()


@asynccontextmanager
async def tls_front(url: str, context: ssl.SSLContext, host: str) -> AsyncIterator[str]:
    """The server's URL, by way of TLS, under this host's name or address."""
    parts = urlsplit(url)
    assert parts.hostname, url
    assert parts.port, url
    server = await asyncio.start_server(_Front(parts.hostname, parts.port, context).meet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    try:
        yield parts._replace(netloc=f"{user}{host}:{port}").geturl()
    finally:
        server.close()
