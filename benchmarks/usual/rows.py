"""From what the rules decided to rows."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.domain.decision import NewOrder, OfferRecord
from adapter.domain.evolving import after
from adapter.domain.order import Order
from adapter.intake.storing import explanation
from benchmarks.usual import tables


def offer_lines(record: OfferRecord) -> Iterator[tables.OfferLine]:
    for (version, line), known in record.lines.items():
        yield tables.OfferLine(
            version=version,
            line=line,
            item=known.item,
            offered=known.offered,
            converted=known.converted,
            beyond=known.beyond,
        )


_CARRIED = ("number", "numbering", "sequence_number", "type", "date", "customer", "currency", "exchange_rate", "stage")
_STATE = ("confirmation", "fulfilment", "hold", "acknowledgement", "version")
_LINE = ("line", "kind", "item", "uom", "quantity", "unit_price", "net", "vat", "delivery_on")


def order(new: NewOrder) -> tables.Order:
    entered = after(new.order, new.changes)
    return tables.Order(
        id=new.id,
        **{name: getattr(entered, name) for name in _CARRIED + _STATE},
        net=entered.totals.net,
        total=entered.totals.total,
        position=len(new.changes),
        credit_account=new.credit_account,
        credit_amount=new.credit_amount,
        explanation=explanation(new.trace),
        lines=[tables.OrderLine(**{name: getattr(line, name) for name in _LINE}) for line in entered.lines],
        origins=list(_origins(entered)),
    )


def _origins(order: Order) -> Iterator[tables.OrderOrigin]:
    for o in order.origin:
        yield tables.OrderOrigin(kind=o.kind, source=o.source, type=o.type or "", number=o.number, version=o.version)
    if order.customer_order_number is not None:
        yield tables.OrderOrigin(kind="customer_order", source="", type="", number=order.customer_order_number)
