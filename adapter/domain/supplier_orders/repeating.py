"""A supplier order that comes again: the same, or with other content, which is told or followed (§3.4 S10)."""

from __future__ import annotations

from adapter.domain.decision import Decision, SupplierOrderRecord
from adapter.domain.known import Known
from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.changed import cannot
from adapter.domain.supplier_orders.diverging import announced, content_of, differences
from adapter.domain.supplier_orders.following import Following
from adapter.domain.supplier_orders.supplier_order import PlacedSupplierOrder


def come_again(message: PlacedSupplierOrder, record: SupplierOrderRecord, known: Known) -> Decision:
    """Where open orders follow and these can, they change; else nothing does, and what differs is told."""
    found = differences(record.content, content_of(message.order))
    if not known.business.orders_follow:
        return announced(message, record, found)
    if not found:
        return _the_same(message, record, known)
    if older := _older(message, record, known):
        return announced(message, record, found, [older])
    followed = Following(message, record, known, found).decide()
    return announced(message, record, found, followed) if isinstance(followed, list) else followed


def _the_same(message: PlacedSupplierOrder, record: SupplierOrderRecord, known: Known) -> Decision:
    """Nothing changes but what counts as older from now on."""
    decision = announced(message, record, ())
    if known.sent_at is not None and (record.sent_at is None or record.sent_at < known.sent_at):
        record.sent_at = known.sent_at
        decision.supplier_orders = [record]
    return decision


def _older(message: PlacedSupplierOrder, record: SupplierOrderRecord, known: Known) -> Reason | None:
    """Why this message is out of date, as far as that can be told: nothing newer is undone for it."""
    sent, newest = known.sent_at, record.sent_at
    if sent is None or newest is None or sent >= newest:
        return None
    told = f"It was sent before a message of supplier order {message.order.number} that its orders agree with. "
    return cannot(
        "", f"{told}Send it again with a time of its own, if it is what counts.", sent_before=newest.isoformat()
    )
