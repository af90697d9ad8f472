"""Somebody who looks at a running adapter from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from monitoring import Monitoring, MonitoringOf

from adapter.app import Adapter
from adapter.operations.endpoint import serve_operations


@pytest.fixture
async def monitor() -> AsyncIterator[MonitoringOf]:
    """Serves the endpoint of an adapter and looks at it: `await monitor(adapter)`; nothing it says is old."""
    async with AsyncExitStack() as stack:

        async def make(adapter: Adapter, token: str | None = None, **options: Any) -> Monitoring:
            endpoint = await serve_operations(adapter, "127.0.0.1", 0, token, **{"fresh_seconds": 0.0} | options)
            stack.push_async_callback(endpoint.stop)
            return Monitoring(endpoint)

        yield make
