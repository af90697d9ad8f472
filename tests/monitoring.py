"""A monitoring system that asks the endpoint of a running adapter."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.client import HTTPConnection

from actors import until
from prometheus_client.parser import text_string_to_metric_families

from adapter.operations.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def red(self) -> dict[str, str]:
        """The checks that are not green, with why."""
        return {name: check["why"] for name, check in json.loads(self.body)["checks"].items() if not check["ok"]}


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A monitoring system that asks an endpoint."""

    endpoint: Endpoint

    async def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        return await asyncio.to_thread(self._get, path, method, headers)

    def _get(self, path: str, method: str, headers: dict[str, str]) -> Got:
        connection = HTTPConnection(self.endpoint.address, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
        finally:
            connection.close()

    async def until_ready(self, status: int) -> Got:
        got = await self.get("/health/ready")

        async def there() -> bool:
            nonlocal got
            got = await self.get("/health/ready")
            return got.status == status

        await until(there)
        return got

    async def series(self) -> dict[str, float]:
        """Every series of /metrics that is ours, by its name and labels."""
        families = text_string_to_metric_families((await self.get("/metrics")).body)
        samples = [sample for family in families for sample in family.samples]
        return {f"{one.name}{sorted(one.labels.items())}": one.value for one in samples if "order_adapter" in one.name}


MonitoringOf = Callable[..., Awaitable[Monitoring]]
