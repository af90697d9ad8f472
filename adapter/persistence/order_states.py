"""Orders that exist, for decisions on them: found by name, locked, stored as they have become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import orjson

from adapter.domain.known import CustomerOrder
from adapter.domain.order import Order
from adapter.domain.order_state import FulfilmentDocument, OrderName, OrderState
from adapter.persistence.database import Connection, Row
from adapter.persistence.explanations import ExplainedVersion, explain
from adapter.persistence.orders import add_lines
from adapter.persistence.registry import read_json


@dataclass(slots=True)
class ChangedOrder:
    """An order as it has become. `versions` are the new ones of its content, none where only its states changed."""

    id: UUID
    order: Order
    position: int
    credit_amount: Decimal
    versions: Sequence[ExplainedVersion] = ()
    documents: Sequence[FulfilmentDocument] = ()


_FIND = """
SELECT DISTINCT w.place, o.id
FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS w (place, kind, number, type, source, customer)
JOIN LATERAL (
    SELECT id FROM orders WHERE w.kind = 'order' AND number = w.number
    UNION ALL
    SELECT n.order_id FROM order_origins n WHERE w.kind <> 'order' AND n.number = w.number AND n.kind = w.kind
        AND (w.type IS NULL OR n.type = w.type) AND (w.source IS NULL OR n.source = w.source)
) f ON true
JOIN orders o ON o.id = f.id AND (w.customer IS NULL OR o.customer = w.customer)
"""
_STATES = """
SELECT o.id, o.position, o.credit_account, o.credit_amount, e.body
FROM orders o JOIN events e ON e.order_id = o.id AND e.position = o.position
WHERE o.id = ANY($1::uuid[]) ORDER BY o.id
"""

_LOCK = "SELECT FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"


async def locked(connection: Connection, names: Iterable[OrderName]) -> dict[OrderName, list[OrderState]]:
    """The orders of these names, locked until the transaction ends; one order of two names is one state."""
    return await _find(connection, list(names), lock=True)


async def read(connection: Connection, names: Iterable[OrderName]) -> dict[OrderName, list[OrderState]]:
    """The orders of these names without a lock, for decisions that are not kept."""
    return await _find(connection, list(names), lock=False)


_COUNTING = """
SELECT id FROM orders WHERE ($1::uuid IS NULL OR id > $1) AND (
    credit_amount <> 0 OR confirmation NOT IN ('cancelled', 'rejected') AND fulfilment NOT IN ('complete', 'closed')
) ORDER BY id LIMIT $2
"""


async def counting(connection: Connection, most: int, behind: UUID | None = None) -> list[OrderState]:
    """Orders that reserve credit, or may have to, by their ids: at most so many, behind the one that is named."""
    rows = await connection.fetch(_COUNTING, behind, most)
    return [_state(row) for row in await connection.fetch(_STATES, [row["id"] for row in rows])]


async def locked_by_id(connection: Connection, ids: Sequence[UUID]) -> list[OrderState]:
    """These orders, locked until the transaction ends; without the documents of the warehouse."""
    await connection.execute(_LOCK, sorted(ids))
    return [_state(row) for row in await connection.fetch(_STATES, ids)]


async def reserve(connection: Connection, amounts: Mapping[UUID, Decimal]) -> None:
    """Set what these locked orders reserve."""
    await connection.execute(
        "UPDATE orders o SET credit_amount = w.amount FROM unnest($1::uuid[], $2::numeric[]) AS w (id, amount)"
        " WHERE o.id = w.id",
        list(amounts),
        list(amounts.values()),
    )


async def _find(connection: Connection, names: list[OrderName], *, lock: bool) -> dict[OrderName, list[OrderState]]:
    found: dict[OrderName, list[OrderState]] = {name: [] for name in names}
    if not names:
        return found
    columns = [[getattr(name, part) for name in names] for part in ("kind", "number", "type", "source", "customer")]
    rows = await connection.fetch(_FIND, list(range(len(names))), *columns)
    ids = sorted({row["id"] for row in rows})
    if lock and ids:
        await connection.execute(_LOCK, ids)
    states = {row["id"]: _state(row) for row in await connection.fetch(_STATES, ids)} if ids else {}
    await _add_documents(connection, states)
    for row in rows:
        found[names[row["place"]]].append(states[row["id"]])
    return found


def _state(row: Row) -> OrderState:
    document = read_json(row["body"])["data"]["order"]
    return OrderState(row["id"], document, row["position"], row["credit_account"], row["credit_amount"])


async def _add_documents(connection: Connection, states: dict[UUID, OrderState]) -> None:
    rows = await connection.fetch("SELECT * FROM fulfilments WHERE order_id = ANY($1::uuid[])", list(states))
    for row in rows:
        written = orjson.loads(row["lines"])
        lines = tuple((Decimal(line), Decimal(quantity)) for line, quantity in written["lines"])
        document = FulfilmentDocument(row["kind"], row["number"], row["date"], lines, written["closes"])
        states[row["order_id"]].documents[document.key] = document


async def customer_orders_used(connection: Connection, wanted: Sequence[CustomerOrder]) -> set[CustomerOrder]:
    """Which of these (customer, his own order number) there are orders of."""
    rows = await connection.fetch(
        "SELECT DISTINCT o.customer, n.number FROM unnest($1::text[], $2::text[]) AS w (customer, number)"
        " JOIN order_origins n ON n.number = w.number AND n.kind = 'customer_order'"
        " JOIN orders o ON o.id = n.order_id AND o.customer = w.customer",
        [customer for customer, _ in wanted],
        [number for _, number in wanted],
    )
    return {(row["customer"], row["number"]) for row in rows}


async def save(connection: Connection, changed: Sequence[ChangedOrder]) -> None:
    """Store what locked orders have become."""
    for one in changed:
        await explain(connection, one.id, one.versions)
        await _save_order(connection, one)
        if one.versions:
            await _replace_content(connection, one)
        else:
            await _update_quantities(connection, one)
        await _add_fulfilments(connection, one)


async def _save_order(connection: Connection, one: ChangedOrder) -> None:
    order = one.order
    await connection.execute(
        "UPDATE orders SET currency = $2, exchange_rate = $3, net = $4, total = $5, confirmation = $6, fulfilment = $7,"
        " hold = $8, acknowledgement = $9, stage = $10, version = $11, position = $12, credit_amount = $13"
        " WHERE id = $1",
        one.id,
        order.currency,
        order.exchange_rate,
        order.totals.net,
        order.totals.total,
        order.confirmation,
        order.fulfilment,
        order.hold,
        order.acknowledgement,
        order.stage,
        order.version,
        one.position,
        one.credit_amount,
    )


async def _replace_content(connection: Connection, one: ChangedOrder) -> None:
    """New lines for old, and the customer's own number, which names the order too."""
    await connection.execute("DELETE FROM order_lines WHERE order_id = $1", one.id)
    await add_lines(connection, [(one.id, line) for line in one.order.lines])
    await connection.execute("DELETE FROM order_origins WHERE order_id = $1 AND kind = 'customer_order'", one.id)
    if one.order.customer_order_number is not None:
        await connection.execute(
            "INSERT INTO order_origins (order_id, kind, source, number) VALUES ($1, 'customer_order', '', $2)",
            one.id,
            one.order.customer_order_number,
        )


async def _update_quantities(connection: Connection, one: ChangedOrder) -> None:
    lines = one.order.lines
    await connection.execute(
        "UPDATE order_lines l SET fulfilled_quantity = w.fulfilled, closed_quantity = w.closed"
        " FROM unnest($2::numeric[], $3::numeric[], $4::numeric[]) AS w (line, fulfilled, closed)"
        " WHERE l.order_id = $1 AND l.line = w.line",
        one.id,
        [line.line for line in lines],
        [line.fulfilled_quantity for line in lines],
        [line.closed_quantity for line in lines],
    )


async def _add_fulfilments(connection: Connection, one: ChangedOrder) -> None:
    for document in one.documents:
        lines = [[str(line), str(quantity)] for line, quantity in document.lines]
        await connection.execute(
            "INSERT INTO fulfilments (order_id, kind, number, year, date, lines) VALUES ($1, $2, $3, $4, $5, $6)",
            one.id,
            *document.key,
            document.date,
            orjson.dumps({"lines": lines, "closes": document.closes}),
        )
