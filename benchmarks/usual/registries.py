"""Reads what an offer needs to know, with a query where it is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapter.domain.business import Business
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
        """Entries by what the rules call them: a kind and a key, or a kind with an @ and what belongs together."""
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

    async def all(self, kind: str, *scopes: str) -> None:
        """All entries that belong together, such as the prices of an item in the lists of a type."""
        missing = [scope for scope in scopes if (f"{kind}@", scope) not in self.entries]
        if not missing:
            return
        query = select(RegistryEntry).where(RegistryEntry.kind == kind, RegistryEntry.scope.in_(missing))
        rows = (await self.session.scalars(query.order_by(RegistryEntry.key))).all()
        for scope in missing:
            self.entries[f"{kind}@", scope] = [_entry(row) for row in rows if row.scope == scope and row.entry]

    async def read_for(self, offer: Offer, business: Business) -> None:
        """What this offer needs: its customer, terms, items and, where it promises no price, the price lists."""
        customer: Customer | None = await self.one("customer", offer.customer)
        if customer is None:
            return
        currency = offer.currency or customer.currency
        await self._read_terms(offer, customer, business)
        await self._read_currencies(currency, offer, business.parameters.company_currency)
        for line in offer.lines:
            await self._read_line(line, customer, currency)

    async def _read_terms(self, offer: Offer, customer: Customer, business: Business) -> None:
        await self.all("customer", account_of(customer))
        order_type = business.order_type_of_offer(offer.type)
        if order_type and order_type.discount_type:
            await self.one("discount_type", order_type.discount_type)
        for payment in customer.payments if offer.payments is None else offer.payments:
            await self.one("payment_type", payment.type)
            await self.one("payment_solution", payment.solution)
        for expense in customer.expenses if offer.expenses is None else offer.expenses:
            await self.one("expense_type", expense.type)

    async def _read_currencies(self, currency: str, offer: Offer, company_currency: str) -> None:
        for code in (currency, company_currency):
            await self.one("currency", code)
        if currency != company_currency and offer.exchange_rate is None:
            await self.all("exchange_rate", currency)

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
        types = dict.fromkeys(row.type for row in customer.price_lists)
        lists = [f"{type_}/{owner}/{currency}" for type_ in types for owner in (customer.code, "*")]
        await self.all("price_list", *lists)
        await self.all("price", *(f"{list_}/{item}" for list_ in lists))
        if any(row.price_management for row in customer.price_lists):
            await self.all("discount_policy", "")


def _entry(row: RegistryEntry) -> Any:
    return entry_of(row.kind, row.key, row.revision, row.entry) if row.entry is not None else None
