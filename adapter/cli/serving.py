"""`order-adapter serve`: consumers, relay and operations endpoint in one process, until a signal (contract 8, 9)."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Final

import structlog
import typer
import uvloop

from adapter.app import Adapter
from adapter.cli.faults import NOT_REACHABLE, REFUSED, Fault, fault_of
from adapter.cli.frame import settings
from adapter.messaging.asyncapi import asyncapi
from adapter.messaging.reaching import reach
from adapter.operations.endpoint import Endpoint, serve_operations
from adapter.parts import broker_url, check_rights, check_schema
from adapter.patience import until_set
from adapter.unexpected import tell_unexpected
from config.faults import ConfigurationFaults, SettingsFaults
from config.logging import set_up_logging
from config.settings import Settings

log = structlog.get_logger()

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 2.0


def serve_until_stopped() -> None:
    """Serve until SIGTERM or SIGINT; then finish what is in hand. A second signal ends it at once.

    Raises:
        typer.Exit: 1 for a fault that somebody has to cure first (it is in the log), 3 where broker or database did
            not come in time.
    """
    try:
        code = _serve()
    except (SettingsFaults, ConfigurationFaults) as faults:
        code = _log_faults(faults)
    raise typer.Exit(code)


def _serve() -> int:
    chosen = settings()
    adapter = Adapter.of(chosen)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_Serving(adapter).run())


def _log_faults(faults: SettingsFaults | ConfigurationFaults) -> int:
    if isinstance(faults, SettingsFaults):
        set_up_logging(Settings.model_construct())
        for one in faults.faults:
            found = one.why if one.value is None else f"{one.why}: {one.value}"
            log.critical("configuration_fault", what=one.name, expected="a usable value", found=found, cure=one.cure)
        return REFUSED
    for fault in faults.faults:
        what = f"{fault.file}: {fault.key}" if fault.key else fault.file
        log.critical("configuration_fault", what=what, expected="a usable value", found=fault.message, cure=fault.cure)
    return REFUSED


class _Serving:
    """One run of the adapter, from the first attempt to reach what it needs to the last line of the log."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.settings = adapter.settings
        self.asked_to_stop = asyncio.Event()
        self.because = ""

    async def run(self) -> int:
        self._heed_signals()
        self.adapter.announce()
        try:
            endpoint = await self._endpoint()
        except OSError as error:
            return _told(_not_listening(self.settings.operations_address, error))
        try:
            return await self._serve()
        except Exception as error:
            tell_unexpected("serve", error)
            return REFUSED
        finally:
            if endpoint:
                await endpoint.stop()

    async def _serve(self) -> int:
        fault = await self._started()
        if fault:
            await self._stop()
            return _told(fault)
        code = await self._until_asked_to_stop()
        await self._stop()
        return code

    def _heed_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._stop_asked, each)

    def _stop_asked(self, received: signal.Signals) -> None:
        if self.asked_to_stop.is_set():
            log.warning("stopping", because=f"{received.name} again: at once")
            os._exit(128 + received)
        self.because = received.name
        self.asked_to_stop.set()

    async def _endpoint(self) -> Endpoint | None:
        if self.settings.operations is None:
            return None
        token = self.settings.operations_token
        return await serve_operations(
            self.adapter,
            *self.settings.operations,
            token.get_secret_value() if token else None,
            contract=lambda: asyncapi(
                self.adapter.topology, version("customer-order-adapter"), self.settings.broker_address
            ),
        )

    async def _started(self) -> Fault | None:
        """Start once database and broker can be reached, again where one goes away meanwhile; what prevents it."""
        until = time.monotonic() + self.settings.start_seconds
        steps = (("database", self._reach_database), ("broker", self._reach_broker), ("broker", self.adapter.start))
        for name, attempt in steps:
            if fault := await self._reach(name, attempt, until):
                return fault
        return None

    async def _reach(self, name: str, attempt: Callable[[], Awaitable[None]], until: float) -> Fault | None:
        pause = _FIRST_PAUSE
        while not self.asked_to_stop.is_set():
            fault = await _fault(attempt)
            left = until - time.monotonic()
            if fault is None or fault.code != NOT_REACHABLE or left <= 0:
                return fault
            self.adapter.why_not_ready = f"Starting: the {name} is waited for."
            log.info("waiting", waits_for=name, because=fault.message, seconds=round(min(pause, left), 3))
            await until_set(self.asked_to_stop, min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)
        return None

    async def _reach_database(self) -> None:
        await check_schema(self.adapter.database)
        await check_rights(self.adapter.database)

    async def _reach_broker(self) -> None:
        await reach(broker_url(self.settings))

    async def _until_asked_to_stop(self) -> int:
        """Wait for a signal; a part that ends before is an error of ours."""
        failing = asyncio.ensure_future(self.adapter.until_failed())
        stopping = asyncio.ensure_future(self.asked_to_stop.wait())
        await asyncio.wait([failing, stopping], return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():
            failing.cancel()
            return 0
        stopping.cancel()
        self.because = "a part of the adapter has ended"
        tell_unexpected("serve", failing.exception() or RuntimeError("it ended without an error"))
        return REFUSED

    async def _stop(self) -> None:
        begun = time.monotonic()
        log.info("stopping", because=self.because or "it could not start")
        await self.adapter.stop()
        log.info("stopped", seconds=round(time.monotonic() - begun, 3))


def _not_listening(address: str, error: OSError) -> Fault:
    cure = "Choose another ORDER_ADAPTER_OPERATIONS_ADDRESS; port 0 takes a free one, empty is none."
    found = error.strerror or str(error)
    return Fault("", REFUSED, "configuration_fault", "ORDER_ADAPTER_OPERATIONS_ADDRESS", f"{address} free", found, cure)


async def _fault(attempt: Callable[[], Awaitable[None]]) -> Fault | None:
    """What keeps an attempt from succeeding; errors that nobody expects are raised."""
    try:
        await attempt()
    except Exception as error:
        if fault := fault_of(error):
            return fault
        raise
    return None


def _told(fault: Fault) -> int:
    event = fault.event or "not_reachable"
    told = {"what": fault.what, "expected": fault.expected, "found": fault.found, "cure": fault.cure}
    log.critical(event, **(told if fault.what else {"because": fault.message}))
    return fault.code
