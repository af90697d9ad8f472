"""Databases to begin with: what a house has after years, or on a bad morning, written by SQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg

from benchmarks.drain import drain
from benchmarks.floor.rows import fill, take_samples
from benchmarks.morning import Morning
from benchmarks.programs import US
from benchmarks.registries import CUSTOMERS, items, wide_entries
from benchmarks.site import Site
from benchmarks.stage import stage

BUYER: Final = CUSTOMERS[0]
"""The customer who has all the open orders."""

LINES_AN_ITEM: Final = 10

_STATEMENTS: Final = 2_000
"""Rows of so many statements are committed together."""

# Orders that are only there: what is looked up by index stays whole, what would only fill the disk is cut short.
_SHORT: Final = """
UPDATE sample_orders SET explanation = NULL;
UPDATE sample_events SET body = substring(body FOR 100);
UPDATE sample_inbox SET body = substring(body FOR 100)
"""

_CHECKED: Final = """
UPDATE registry SET entry = entry || '{"credit": {"limit": "1000000000000", "control": "block"}}'
WHERE kind = 'customer'
"""

_OF_BUYER: Final = """
UPDATE sample_orders SET customer = $1, credit_account = $1, credit_amount = round(total / exchange_rate, 2)
"""

_BUYER_OWES: Final = """
INSERT INTO credit_accounts AS a (code, reserved)
SELECT $1, coalesce(sum(credit_amount), 0) FROM orders WHERE credit_account = $1
ON CONFLICT (code) DO UPDATE SET reserved = excluded.reserved
"""

_WAITING: Final = """
INSERT INTO events (event_id, order_id, position, type, subject, body, correlation_id)
SELECT gen_random_uuid(), gen_random_uuid(), 1, type, 'W-' || i || '-' || n, body, correlation_id
FROM sample_events, generate_series(1, $1::int) AS n ORDER BY n, i
"""


@dataclass(slots=True)
class Seeds:
    """Each database is made when it is first asked for, and is then only copied; all are given by name."""

    site: Site
    folder: Path
    _made: set[str] = field(default_factory=set)

    async def samples(self) -> str:
        """A hundred orders of ours to be written again and again; no orders yet."""
        return await self._once("floor", self._sample)

    async def orders(self, count: int) -> str:
        """So many orders stored, in hundreds, all of them told of."""
        return await self._once(f"orders_{count}", lambda name: self._enter(name, count, _SHORT))

    async def waiting_events(self, count: int) -> str:
        """So many events in the outbox, in hundreds, whole and each of an order of its own."""

        async def wait(name: str) -> None:
            await self.site.copy_database(await self.samples(), name)
            await self._execute(name, (_WAITING, count // 100))

        return await self._once(f"events_{count}", wait)

    async def prices(self, lines: int) -> str:
        """Price lists of so many lines altogether, for a tenth as many items."""
        goods = items(lines // LINES_AN_ITEM)
        return await self._once(f"prices_{lines}", lambda name: self.site.make(name, wide_entries(goods)))

    async def credit(self, open_orders: int) -> str:
        """Customers whose credit is checked; one of them has so many open orders, in hundreds."""

        async def owe(name: str) -> None:
            await self._enter(name, open_orders, _SHORT, (_OF_BUYER, BUYER))
            await self._execute(name, _CHECKED, (_BUYER_OWES, BUYER))

        return await self._once(f"credit_{open_orders}", owe)

    async def _once(self, kind: str, make: Callable[[str], Awaitable[None]]) -> str:
        name = f"{self.site.prefix}_{kind}"
        if name not in self._made:
            await make(name)
            self._made.add(name)
        return name

    async def _sample(self, name: str) -> None:
        bodies = list(Morning(promised=False).messages(200))
        async with stage(self.site, keep_as=name) as one:
            await drain(US, one, self.folder, bodies)
        await take_samples(self.site, name)

    async def _enter(self, name: str, count: int, *changes: str | tuple[str, object]) -> None:
        await self.site.copy_database(await self.samples(), name)
        await self._execute(name, *changes)
        await fill(self.site, name, count, at_once=_STATEMENTS)
        await self._execute(name, "VACUUM ANALYZE")

    async def _execute(self, database: str, *statements: str | tuple[str, object]) -> None:
        connection = await asyncpg.connect(self.site.database_url(database))
        for statement in statements:
            text, *arguments = (statement,) if isinstance(statement, str) else statement
            await connection.execute(str(text), *arguments)
        await connection.close()
