"""`fulfilment.reported.v1`: the warehouse delivered or took back quantities of an order (contract 3)."""

from __future__ import annotations

from adapter.domain.beside_form import ORDERS
from adapter.domain.business import Business
from adapter.domain.decision import Decision
from adapter.domain.known import Known, Needs
from adapter.domain.life.fulfilling import Report, fulfil
from adapter.domain.order_state import FulfilmentDocument
from adapter.intake.handler import Handler
from handlers.naming import order_name
from schemas.fulfilment_reported import FulfilmentReported


def needs(_source: str, message: FulfilmentReported, _business: Business) -> Needs:
    return Needs(orders=[order_name(message)])


def decide(_source: str, message: FulfilmentReported, known: Known) -> Decision:
    told = message.document
    lines = tuple((line.line, line.quantity) for line in message.lines)
    document = FulfilmentDocument(told.kind, told.number, told.date, lines, message.closes)
    return fulfil(Report(name=order_name(message), document=document, by=message.by), known)


HANDLER = Handler(
    "fulfilment-reported", "fulfilment.reported.v1", FulfilmentReported, needs, decide, beside_form=ORDERS
)
