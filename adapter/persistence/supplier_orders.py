"""Supplier orders that customer orders were made of: their content, and where each line's quantity went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson

from adapter.domain.decision import OrderRef, SupplierOrderKey, SupplierOrderRecord
from adapter.persistence.database import Connection, Row
from adapter.persistence.rows import Rows

Records = dict[SupplierOrderKey, SupplierOrderRecord | None]

_SUPPLIER_ORDERS = Rows(
    "supplier_orders",
    (("id", "uuid"), ("source", "text"), ("number", "text"), ("content", "bytea"), ("sent_at", "timestamptz")),
)
_LINES = Rows(
    "supplier_order_lines",
    (("supplier_order_id", "uuid"), ("line", "numeric"), ("bought", "numeric"), ("linked", "numeric")),
)
_LINKS = Rows(
    "supplier_order_links",
    (
        ("supplier_order_id", "uuid"),
        ("line", "numeric"),
        ("order_id", "uuid"),
        ("order_line", "numeric"),
        ("quantity", "numeric"),
    ),
)


async def locked(connection: Connection, keys: Iterable[SupplierOrderKey]) -> Records:
    """The records of these supplier orders, locked until the transaction ends; None for those that are new."""
    return await _read(connection, keys, "FOR UPDATE OF s")


async def preview(connection: Connection, keys: Iterable[SupplierOrderKey]) -> Records:
    """The records of these supplier orders without a lock, for what is shown and not stored."""
    return await _read(connection, keys, "")


async def _read(connection: Connection, keys: Iterable[SupplierOrderKey], lock: str) -> Records:
    found: Records = dict.fromkeys(keys)
    if not found:
        return found
    rows = await connection.fetch(
        "SELECT s.* FROM unnest($1::text[], $2::text[]) AS w (source, number)"  # noqa: S608 -- the lock clause is ours
        f" JOIN supplier_orders s USING (source, number) ORDER BY s.id {lock}",
        [key.source for key in found],
        [key.number for key in found],
    )
    records = [_record(row) for row in rows]
    if records:
        await _add_orders(connection, records)
    return found | {record.key: record for record in records}


def _record(row: Row) -> SupplierOrderRecord:
    key = SupplierOrderKey(row["source"], row["number"])
    return SupplierOrderRecord(row["id"], key, orjson.loads(row["content"]), sent_at=row["sent_at"])


async def _add_orders(connection: Connection, records: Sequence[SupplierOrderRecord]) -> None:
    by_id = {record.id: record for record in records}
    rows = await connection.fetch(
        "SELECT w.id, o.number, o.version, o.stage FROM unnest($1::uuid[]) AS w (id) JOIN LATERAL ("
        "  SELECT DISTINCT order_id FROM supplier_order_links WHERE supplier_order_id = w.id) l ON true"
        " JOIN orders o ON o.id = l.order_id ORDER BY o.entered_at, o.sequence_number",
        list(by_id),
    )
    for row in rows:
        by_id[row["id"]].orders.append(OrderRef(row["number"], row["version"], row["stage"], duplicate=True))


async def save(connection: Connection, records: Iterable[SupplierOrderRecord]) -> None:
    """Store records with their links. Where another copy placed one first this fails, and the batch is tried again."""
    unique = list({record.id: record for record in records}.values())
    new = sorted((record for record in unique if not record.stored), key=lambda one: (one.key.source, one.key.number))
    await _SUPPLIER_ORDERS.insert(connection, [_row(record) for record in new])
    await _add_lines(connection, new)
    known = [record for record in unique if record.stored]
    if known:
        await _replace(connection, known)


async def _add_lines(connection: Connection, records: Sequence[SupplierOrderRecord]) -> None:
    await _LINES.insert(connection, [row for record in records for row in _line_rows(record)])
    links = [(record.id, link) for record in records for link in record.links]
    await _LINKS.insert(connection, [(id, one.line, one.order, one.order_line, one.quantity) for id, one in links])


async def _replace(connection: Connection, records: Sequence[SupplierOrderRecord]) -> None:
    """Locked records as they have become; lines and links of those that have any here, whole."""
    await connection.execute(
        "UPDATE supplier_orders s SET content = w.content, sent_at = w.sent_at"
        " FROM unnest($1::uuid[], $2::bytea[], $3::timestamptz[]) AS w (id, content, sent_at) WHERE s.id = w.id",
        [record.id for record in records],
        [orjson.dumps(record.content) for record in records],
        [record.sent_at for record in records],
    )
    followed = [record for record in records if record.bought]
    ids = [record.id for record in followed]
    await connection.execute("DELETE FROM supplier_order_links WHERE supplier_order_id = ANY($1::uuid[])", ids)
    await connection.execute("DELETE FROM supplier_order_lines WHERE supplier_order_id = ANY($1::uuid[])", ids)
    await _add_lines(connection, followed)


def _row(record: SupplierOrderRecord) -> tuple[object, ...]:
    return record.id, record.key.source, record.key.number, orjson.dumps(record.content), record.sent_at


def _line_rows(record: SupplierOrderRecord) -> Iterator[tuple[object, ...]]:
    linked = record.linked()
    for line, bought in record.bought.items():
        yield record.id, line, bought, linked[line]
