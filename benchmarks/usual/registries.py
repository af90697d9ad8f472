"""Reads what an offer needs to know, with a query where it is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapter.domain.credit import account_of
from adapter.domain.known import Ref
from adapter.domain.registry import Customer
from adapter.persistence.registry_entries import entry_of
from benchmarks.usual.tables import RegistryEntry
from schemas.offer_accepted import Line, Offer


@dataclass(slots=True)
class RegistryReader:
    """Registry entries as the rules look at them; what was read in this session is not read again."""

    session: AsyncSession
    entries: dict[Ref, Any] = field(default_factory=dict)

    async def read(self, refs: Iterable[Ref]) -> None:
        for kind, key in refs:
            if kind.endswith("@"):
                await self.all(kind.removesuffix("@"), key)
            else:
                await self.one(kind, key)

    async def one(self, kind: str, key: str) -> Any:
        """The entry of that key, or None."""
        if (kind, key) not in self.entries:
            row = await self.session.get(RegistryEntry, (kind, key))
            self.entries[kind, key] = _entry(row) if row else None
        return self.entries[kind, key]

    async def all(self, kind: str, scope: str) -> Any:
        """All entries of a kind that belong together, such as the prices of an item in the lists of one type."""
        if (f"{kind}@", scope) not in self.entries:
            query = select(RegistryEntry).where(RegistryEntry.kind == kind, RegistryEntry.scope == scope)
            rows = await self.session.scalars(query.order_by(RegistryEntry.key))
            self.entries[f"{kind}@", scope] = [_entry(row) for row in rows if row.entry is not None]
        return self.entries[f"{kind}@", scope]

    async def read_for(self, offer: Offer, company_currency: str) -> None:
        """What this offer needs: its customer, terms, items and, where it promises no price, the price lists."""
        customer: Customer | None = await self.one("customer", offer.customer)
        if customer is None:
            return
        await self.all("customer", account_of(customer))
        currency = offer.currency or customer.currency
        await self.one("currency", currency)
        if currency != company_currency and offer.exchange_rate is None:
            await self.all("exchange_rate", currency)
        for payment in customer.payments if offer.payments is None else offer.payments:
            await self.one("payment_type", payment.type)
            await self.one("payment_solution", payment.solution)
        for line in offer.lines:
            await self._read_line(line, customer, currency)

    async def _read_line(self, line: Line, customer: Customer, currency: str) -> None:
        item = await self.one("item", line.item) if line.item else None
        if item is None:
            return
        await self.one("uom", line.uom or item.uom)
        vat_code = line.vat_code or customer.vat_code or item.vat_code
        if vat_code:
            await self.one("vat_code", vat_code)
        if line.unit_price is None:
            await self._read_prices(customer, currency, item.code)

    async def _read_prices(self, customer: Customer, currency: str, item: str) -> None:
        for type_ in dict.fromkeys(row.type for row in customer.price_lists):
            for owner in (customer.code, "*"):
                await self.all("price_list", f"{type_}/{owner}/{currency}")
                await self.all("price", f"{type_}/{owner}/{currency}/{item}")


def _entry(row: RegistryEntry) -> Any:
    return entry_of(row.kind, row.key, row.revision, row.entry) if row.entry is not None else None
