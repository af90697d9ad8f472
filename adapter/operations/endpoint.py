"""The operations endpoint: health, metrics, the contract and a status page over HTTP (contract 8)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any, Final

import structlog
import uvicorn

from adapter.operations.checks import Check, all_green
from adapter.operations.metrics import Metrics
from adapter.operations.page import status_page
from adapter.operations.progress import Progress
from adapter.operations.pulse import Pulse
from adapter.operations.readiness import Readiness
from adapter.operations.sampling import Sampler, Warnings
from adapter.operations.watched import Watched
from adapter.operations.web import Answer, Route, Site, as_json
from adapter.patience import end
from adapter.persistence.schema import newest_revision

log = structlog.get_logger()

_CLOSE_IT: Final = "Set ORDER_ADAPTER_OPERATIONS_TOKEN, or listen at 127.0.0.1: everybody who gets there may read it."

Contract = Callable[[], Mapping[str, Any]]
"""Gives the AsyncAPI document."""


class _Server(uvicorn.Server):
    """A server that leaves signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Pages:
    """What the paths of the endpoint answer."""

    adapter: Watched
    sampler: Sampler
    pulse: Pulse
    metrics: Metrics
    contract: Contract | None
    _generated: Answer | None = None

    @property
    def routes(self) -> dict[str, Route]:
        routes: dict[str, Route] = {
            "/": self.status,
            "/health/live": self.live,
            "/health/ready": self.ready,
            "/metrics": self.read,
        }
        return routes | ({"/asyncapi": partial(self.asyncapi, self.contract)} if self.contract else {})

    async def live(self, _headers: Mapping[str, str]) -> Answer:
        return _health(self.pulse.checks(), "live")

    async def ready(self, _headers: Mapping[str, str]) -> Answer:
        return _health(await self.sampler.readiness.checks(), "ready")

    async def read(self, headers: Mapping[str, str]) -> Answer:
        return Answer(*self.metrics.exposition(headers.get("accept", "")))

    async def asyncapi(self, contract: Contract, _headers: Mapping[str, str]) -> Answer:
        """Generated once, beside the event loop: it takes a good part of a second."""
        if self._generated is None:
            self._generated = await asyncio.to_thread(lambda: as_json(contract()))
        return self._generated

    async def status(self, _headers: Mapping[str, str]) -> Answer:
        checks = [*self.pulse.checks(), *await self.sampler.readiness.checks()]
        links = [path for path in self.routes if path != "/"]
        page = status_page(self.adapter, self.sampler, checks, self.metrics.version, links)
        return Answer(page, "text/html; charset=utf-8")


def _health(checks: list[Check], good: str) -> Answer:
    green = all_green(checks)
    told = {check.name: {"ok": check.green, "why": check.why} for check in checks}
    return as_json({"status": good if green else f"not {good}", "checks": told}, 200 if green else 503)


@dataclass(slots=True)
class Endpoint:
    """The running endpoint; `address` is host:port, with the port that was taken."""

    address: str
    sampler: Sampler
    _server: uvicorn.Server
    _serving: asyncio.Task[None]
    _watching: list[asyncio.Task[None]]

    async def stop(self) -> None:
        """Answer what was asked, then let go of the port. The adapter goes on."""
        self._server.should_exit = True
        await end(self._watching)
        await asyncio.gather(self._serving, return_exceptions=True)


async def serve_operations(
    adapter: Watched,
    host: str,
    port: int,
    token: str | None = None,
    *,
    contract: Contract | None = None,
    fresh_seconds: float = 5.0,
) -> Endpoint:
    """Serve the endpoint in the running loop, before or after the adapter's start; port 0 takes a free one.

    `contract` gives the AsyncAPI document; without it there is no such path. With a token every path but those under
    /health needs it. What /health/ready says is at most `fresh_seconds` old.

    Raises:
        OSError: the address cannot be listened at.
    """
    progress = Progress(adapter.settings.stalled_seconds)
    readiness = Readiness(adapter, await asyncio.to_thread(newest_revision), progress, fresh_seconds)
    sampler = Sampler(adapter, readiness, Warnings(adapter.settings.outbox_behind_seconds))
    pulse = Pulse(adapter)
    metrics = Metrics(adapter, sampler, pulse, version("customer-order-adapter"))
    server = _Server(_config(Site(Pages(adapter, sampler, pulse, metrics, contract).routes, token)))
    listening = await _listen(host, port)
    watching = [asyncio.create_task(pulse.run(), name="pulse"), asyncio.create_task(sampler.run(), name="sampler")]
    serving = asyncio.create_task(server.serve([listening]), name="operations")
    endpoint = Endpoint(_address(listening), sampler, server, serving, watching)
    log.info("operations_listening", address=endpoint.address)
    if token is None and not ip_address(listening.getsockname()[0]).is_loopback:
        log.warning("operations_open", address=endpoint.address, cure=_CLOSE_IT)
    return endpoint


async def _listen(host: str, port: int) -> socket.socket:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _config(site: Site) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=100,
        timeout_graceful_shutdown=2,
    )
