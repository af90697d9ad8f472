"""Credit accounts: one row each, locked while orders are weighed against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from adapter.domain.known import CreditAccount
from adapter.persistence.database import Connection


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose reservation is not the sum of its orders'."""

    account: str
    reserved: Decimal
    recomputed: Decimal


async def locked(connection: Connection, codes: Iterable[str]) -> dict[str, CreditAccount]:
    """These accounts, locked until the transaction ends, always in the same order; missing ones are opened."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = await connection.fetch(
        "INSERT INTO credit_accounts AS a (code) SELECT code FROM unnest($1::text[]) AS w (code) ORDER BY code"
        " ON CONFLICT (code) DO UPDATE SET code = excluded.code RETURNING a.code, a.reserved",
        wanted,
    )
    return {row["code"]: CreditAccount(row["reserved"]) for row in rows}


async def read(connection: Connection, codes: Iterable[str]) -> dict[str, CreditAccount]:
    """These accounts without a lock, for decisions that are not kept."""
    wanted = sorted(set(codes))
    rows = await connection.fetch("SELECT code, reserved FROM credit_accounts WHERE code = ANY($1::text[])", wanted)
    stored = {row["code"]: CreditAccount(row["reserved"]) for row in rows}
    return {code: stored.get(code, CreditAccount(Decimal(0))) for code in wanted}


async def reserve(connection: Connection, added: Mapping[str, Decimal]) -> None:
    """Book what the transaction added to these accounts, always in the same order; missing ones are opened."""
    changed = sorted(code for code, amount in added.items() if amount)
    if changed:
        await connection.execute(
            "INSERT INTO credit_accounts AS a (code, reserved)"
            " SELECT code, added FROM unnest($1::text[], $2::numeric[]) AS w (code, added) ORDER BY code"
            " ON CONFLICT (code) DO UPDATE SET reserved = a.reserved + excluded.reserved",
            changed,
            [added[code] for code in changed],
        )


async def differences(connection: Connection) -> list[Difference]:
    """Accounts whose reservation differs from what their orders add up to."""
    rows = await connection.fetch(
        "WITH counted AS (SELECT credit_account AS code, sum(credit_amount) AS amount FROM orders"
        "  WHERE credit_amount <> 0 GROUP BY credit_account)"
        " SELECT coalesce(a.code, c.code) AS code, coalesce(a.reserved, 0) AS reserved, coalesce(c.amount, 0) AS amount"
        " FROM credit_accounts a FULL JOIN counted c ON c.code = a.code"
        " WHERE coalesce(a.reserved, 0) <> coalesce(c.amount, 0) ORDER BY 1"
    )
    return [Difference(row["code"], row["reserved"], row["amount"]) for row in rows]


async def put_right(connection: Connection, found: Iterable[Difference]) -> None:
    """Set these reservations to what the orders add up to, as it is in this transaction."""
    for difference in found:
        await connection.execute(
            "INSERT INTO credit_accounts AS a (code, reserved)"
            " SELECT $1, coalesce(sum(credit_amount), 0) FROM orders WHERE credit_account = $1"
            " ON CONFLICT (code) DO UPDATE SET reserved = excluded.reserved",
            difference.account,
        )
