"""`order.change-requested.v1`: someone asks to change an order (contract 3; domain.md §4.8, §5.1, §6.4, §6.6)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.domain.beside_form import ORDERS
from adapter.domain.business import Business
from adapter.domain.decision import Decision
from adapter.domain.known import Known, Needs, Ref
from adapter.domain.life.changing import change
from adapter.domain.life.changing_asked import ChangeAsked, HeaderAsked, LineAsked, RepriceAsked
from adapter.intake.handler import Handler
from handlers.naming import order_name
from handlers.offer_accepted import read_discounts, read_header, read_line
from schemas.order_change_requested import HeaderChange, LineChange, OrderChangeRequested


def needs(_source: str, message: OrderChangeRequested, _business: Business) -> Needs:
    return Needs(refs=list(_refs(message)), orders=[order_name(message)])


def _refs(message: OrderChangeRequested) -> Iterator[Ref]:
    for line in message.add or ():
        for kind, code in (("item", line.item), ("uom", line.uom), ("vat_code", line.vat_code)):
            if code is not None:
                yield kind, code
    for payment in (message.set and message.set.payments) or ():
        yield "payment_type", payment.type
        yield "payment_solution", payment.solution


def decide(_source: str, message: OrderChangeRequested, known: Known) -> Decision:
    return change(read(message), known)


def read(message: OrderChangeRequested) -> ChangeAsked:
    """The message in the domain's words."""
    reprice = message.reprice
    return ChangeAsked(
        name=order_name(message),
        by=message.by,
        expected_version=message.expected_version,
        reason=message.reason,
        header=HeaderAsked() if message.set is None else _read_header(message.set),
        lines=[_read_line(line) for line in message.lines or ()],
        add=[read_line(line) for line in message.add or ()],
        reprice=None if reprice is None else RepriceAsked(**reprice.__dict__),
    )


def _read_header(given: HeaderChange) -> HeaderAsked:
    return HeaderAsked(**read_header(given))


def _read_line(line: LineChange) -> LineAsked:
    return LineAsked(**line.__dict__ | {"discounts": read_discounts(line.discounts)})


HANDLER = Handler(
    "order-change-requested", "order.change-requested.v1", OrderChangeRequested, needs, decide, beside_form=ORDERS
)
