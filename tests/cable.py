"""A cable between the adapter and a service, which can be cut, and on which everything can get stuck."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adapter.demo.processes import free_port


@dataclass(slots=True)
class Cable:
    """Carries connections from a port of its own to a service; while a direction is not open, its bytes just wait."""

    host: str
    port: int
    _server: asyncio.Server | None = None
    _port: int = field(default_factory=free_port)
    _there: asyncio.Event = field(default_factory=asyncio.Event)
    _back: asyncio.Event = field(default_factory=asyncio.Event)
    _ends: set[StreamWriter] = field(default_factory=set)
    carried: int = 0
    _breaks_at: int | None = None

    def of(self, url: str) -> str:
        """The service's URL, by way of this cable."""
        parts = urlsplit(url)
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return parts._replace(netloc=f"{user}127.0.0.1:{self._port}").geturl()

    async def mend(self) -> None:
        """Carry, from now on."""
        self._there.set()
        self._back.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)

    def stick(self) -> None:
        """Keep every connection, carry nothing: a dead peer that nobody has noticed."""
        self._there.clear()
        self._back.clear()

    def mute(self) -> None:
        """Carry what is asked, and no answers: followed by a cut, nobody knows what became of it."""
        self._back.clear()

    def refuse(self) -> None:
        """Refuse new connections; those there are stay."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self.refuse()
        for end in list(self._ends):
            end.transport.abort()

    def break_after(self, number: int) -> None:
        """Break every connection, once, when so many bytes more have been carried."""
        self._breaks_at = self.carried + number

    @property
    def has_broken(self) -> bool:
        return self._breaks_at is None

    def _count(self, data: bytes) -> None:
        self.carried += len(data)
        if self._breaks_at is not None and self.carried >= self._breaks_at:
            self._breaks_at = None
            for end in list(self._ends):
                end.transport.abort()

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.transport.abort()
            return
        self._ends |= {writer, far_writer}
        await asyncio.gather(self._carry(reader, far_writer, self._there), self._carry(far_reader, writer, self._back))
        self._ends -= {writer, far_writer}

    async def _carry(self, source: StreamReader, target: StreamWriter, opened: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await source.read(1 << 16):
                await opened.wait()
                if target.transport.is_closing():
                    break
                self._count(data)
                target.write(data)
                await target.drain()
        target.transport.abort()


@asynccontextmanager
async def cable(url: str) -> AsyncIterator[Cable]:
    """A cable to the service at this URL."""
    parts = urlsplit(url)
    assert parts.hostname, url
    assert parts.port, url
    made = Cable(parts.hostname, parts.port)
    await made.mend()
    try:
        yield made
    finally:
        await made.mend()
        made.cut()
