"""What orders and accounts reserve of credit limits, worked out anew from the orders' own state and compared (§6.6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from adapter.domain.business import Business
from adapter.domain.life.counting import counted
from adapter.domain.order_state import OrderState
from adapter.domain.registry import Currency
from adapter.domain.values import ZERO, exact
from adapter.persistence import credit, order_states
from adapter.persistence.database import Connection, Database
from adapter.persistence.registry import RegistryCache

T = TypeVar("T")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What is reserved and what it should be, in company currency: of an order, or (`order` None) of its account.

    That of an account is what its orders should reserve, so that an order's own difference shows there too.
    """

    account: str
    order: str | None
    reserved: Decimal
    recomputed: Decimal
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reservations:
    """Compares and mends page by page; what is in memory are sums by account, and what differs."""

    database: Database
    business: Business

    async def differences(self) -> list[Difference]:
        """Orders, then accounts, whose reservation is not what it should be, all as they were at one moment."""
        async with self.database.transaction(read_only=True) as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found: list[Difference] = []
            sums: dict[str, Decimal] = {}
            currency = await self._currency(connection)
            async for state in _counting(connection):
                amount = self._counted(state, currency)
                sums[state.credit_account] = sums.get(state.credit_account, ZERO) + amount
                if amount != state.credit_amount:
                    told = state.credit_account, state.number, state.credit_amount, amount
                    found.append(Difference(*told, state.id))
            return [*found, *await _accounts(connection, sums)]

    async def repair(self, found: Sequence[Difference]) -> None:
        """Set what was found to differ to what it should be by now: orders, then all accounts concerned."""
        for part in _portions([one.id for one in found if one.id is not None]):
            async with self.database.transaction() as connection:
                await self._repair_orders(connection, part)
        for accounts in _portions(sorted({one.account for one in found})):
            async with self.database.transaction() as connection:
                await credit.put_right(connection, accounts)

    async def _repair_orders(self, connection: Connection, ids: Sequence[UUID]) -> None:
        currency = await self._currency(connection)
        states = await order_states.locked_by_id(connection, ids)
        await order_states.reserve(connection, {state.id: self._counted(state, currency) for state in states})

    def _counted(self, state: OrderState, currency: Currency | None) -> Decimal:
        with exact():
            return counted(state.draft(), self.business, currency)

    async def _currency(self, connection: Connection) -> Currency | None:
        ref = "currency", self.business.parameters.company_currency
        cache = RegistryCache()
        await cache.load(connection, [ref])
        found: Currency | None = cache.entries[ref]
        return found


def _portions(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), _AT_ONCE):
        yield whole[start : start + _AT_ONCE]


async def _counting(connection: Connection) -> AsyncIterator[OrderState]:
    page = await order_states.counting(connection, _AT_ONCE)
    while page:
        for state in page:
            yield state
        page = await order_states.counting(connection, _AT_ONCE, page[-1].id)


async def _accounts(connection: Connection, sums: dict[str, Decimal]) -> list[Difference]:
    """Accounts whose reservation is not this sum; takes those that it has seen out of the sums."""
    found = []
    page = await credit.reservations(connection, _AT_ONCE)
    while page:
        for code, reserved in page.items():
            amount = sums.pop(code, ZERO)
            if reserved != amount:
                found.append(Difference(code, None, reserved, amount))
        page = await credit.reservations(connection, _AT_ONCE, list(page)[-1])
    found += [Difference(code, None, ZERO, amount) for code, amount in sums.items() if amount]
    return sorted(found, key=lambda one: one.account)
