"""Offers of which something was converted: read under lock, booked line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapter.domain.decision import OfferKey, OfferLineRecord, OfferRecord, OrderRef
from adapter.persistence.database import Connection, Row
from adapter.persistence.rows import Rows

_OFFERS = Rows(
    "offers",
    (
        ("id", "uuid"),
        ("source", "text"),
        ("type", "text"),
        ("number", "text"),
        ("version", "integer"),
        ("customer", "text"),
        ("currency", "text"),
    ),
)
_LINES = Rows(
    "offer_lines",
    (
        ("offer_id", "uuid"),
        ("version", "integer"),
        ("line", "numeric"),
        ("item", "text"),
        ("offered", "numeric"),
        ("converted", "numeric"),
        ("beyond", "numeric"),
    ),
)


async def locked(connection: Connection, keys: Iterable[OfferKey]) -> dict[OfferKey, OfferRecord | None]:
    """The records of these offers, locked until the transaction ends; None for those never converted."""
    return await _read(connection, keys, "FOR UPDATE OF o")


async def preview(connection: Connection, keys: Iterable[OfferKey]) -> dict[OfferKey, OfferRecord | None]:
    """The records of these offers without a lock, for what is shown and not stored."""
    return await _read(connection, keys, "")


async def _read(connection: Connection, keys: Iterable[OfferKey], lock: str) -> dict[OfferKey, OfferRecord | None]:
    found: dict[OfferKey, OfferRecord | None] = dict.fromkeys(keys)
    if not found:
        return found
    rows = await connection.fetch(
        "SELECT o.* FROM unnest($1::text[], $2::text[], $3::text[]) AS w (source, type, number)"  # noqa: S608 -- the lock clause is ours
        f" JOIN offers o USING (number, type, source) ORDER BY o.id {lock}",
        [key.source for key in found],
        [key.type for key in found],
        [key.number for key in found],
    )
    records = [_record(row) for row in rows]
    if records:
        await _add_lines(connection, records)
        await _add_orders(connection, records)
    return found | {record.key: record for record in records}


def _record(row: Row) -> OfferRecord:
    key = OfferKey(row["source"], row["type"], row["number"])
    return OfferRecord(row["id"], key, row["version"], row["customer"], row["currency"])


async def _add_lines(connection: Connection, records: Sequence[OfferRecord]) -> None:
    by_id = {record.id: record for record in records}
    for row in await connection.fetch("SELECT * FROM offer_lines WHERE offer_id = ANY($1::uuid[])", list(by_id)):
        line = OfferLineRecord(row["item"], row["offered"], row["converted"], row["beyond"])
        by_id[row["offer_id"]].lines[row["version"], row["line"]] = line


async def _add_orders(connection: Connection, records: Sequence[OfferRecord]) -> None:
    by_id = {record.id: record for record in records}
    rows = await connection.fetch(
        "SELECT w.id AS offer_id, d.number, d.version, d.stage"
        " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS w (id, source, type, number)"
        " JOIN order_origins n ON n.kind = 'offer' AND n.number = w.number AND n.type = w.type"
        "  AND (w.source = '' OR n.source = w.source)"
        " JOIN orders d ON d.id = n.order_id ORDER BY d.entered_at, d.sequence_number",
        list(by_id),
        *([getattr(record.key, part) for record in records] for part in ("source", "type", "number")),
    )
    for row in rows:
        ref = OrderRef(row["number"], row["version"], row["stage"], duplicate=True)
        if ref not in by_id[row["offer_id"]].orders:
            by_id[row["offer_id"]].orders.append(ref)


async def save(connection: Connection, records: Iterable[OfferRecord]) -> None:
    """Store what was booked. Where another copy was first this fails, and the batch is tried again."""
    unique = {record.id: record for record in records}
    new = [record for record in unique.values() if not record.stored]
    await _OFFERS.insert(connection, sorted(map(_offer_row, new), key=lambda row: tuple(map(str, row[1:4]))))
    await _save_versions(connection, [record for record in unique.values() if record.stored])
    await _LINES.insert(
        connection,
        [
            (record.id, version, line, known.item, known.offered, known.converted, known.beyond)
            for record in unique.values()
            for (version, line), known in record.lines.items()
        ],
        "ON CONFLICT (offer_id, version, line) DO UPDATE SET converted = excluded.converted, beyond = excluded.beyond",
    )


def _offer_row(record: OfferRecord) -> tuple[object, ...]:
    key = record.key
    return record.id, key.source, key.type, key.number, record.version, record.customer, record.currency


async def _save_versions(connection: Connection, records: Sequence[OfferRecord]) -> None:
    if records:
        await connection.execute(
            "UPDATE offers o SET version = w.version FROM unnest($1::uuid[], $2::integer[]) AS w (id, version)"
            " WHERE o.id = w.id AND o.version <> w.version",
            [record.id for record in records],
            [record.version for record in records],
        )
