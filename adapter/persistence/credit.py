"""Credit accounts: one row each, locked while orders are weighed against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from adapter.domain.known import CreditAccount
from adapter.persistence.database import Connection


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


async def reservations(connection: Connection, most: int, behind: str = "") -> dict[str, Decimal]:
    """What accounts reserve, by their codes: at most so many, behind the one that is named."""
    rows = await connection.fetch(
        "SELECT code, reserved FROM credit_accounts WHERE code > $1 ORDER BY code LIMIT $2", behind, most
    )
    return {row["code"]: row["reserved"] for row in rows}


async def put_right(connection: Connection, accounts: Iterable[str]) -> None:
    """Set these accounts, which are locked meanwhile, to what their orders add up to."""
    codes = sorted(set(accounts))
    await locked(connection, codes)
    await connection.execute(
        "UPDATE credit_accounts a SET reserved = (SELECT coalesce(sum(o.credit_amount), 0) FROM orders o"
        "  WHERE o.credit_account = a.code AND o.credit_amount <> 0) WHERE a.code = ANY($1::text[])",
        codes,
    )
