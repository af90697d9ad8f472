"""Fulfilment reports of the warehouse (contract 3, fulfilment.reported; domain.md §10.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapter.domain.conditions.line_checks import check_decimals
from adapter.domain.decision import Change, Decision, OrderChange, OrderRef
from adapter.domain.known import Known
from adapter.domain.life.addressing import find_order
from adapter.domain.life.counting import recount
from adapter.domain.life.quantities import FULFILMENT_EVENTS, close, fulfilment_of, goods
from adapter.domain.life.steps import may_be_fulfilled
from adapter.domain.order import Order, OrderLine
from adapter.domain.order_state import FulfilmentDocument, OrderName, OrderState
from adapter.domain.reasons import Reason
from adapter.domain.values import HUNDRED, ZERO, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the warehouse delivered (or, negative, took back) of an order."""

    name: OrderName
    document: FulfilmentDocument
    by: str | None = None


@dataclass(slots=True)
class Fulfilling:
    """Decides one report on the draft of an order."""

    report: Report
    known: Known
    state: OrderState
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        self.order = self.state.draft()

    def decide(self) -> Decision:
        before = self.state.documents.get(self.report.document.key)
        if before is not None:
            return self._repeated(before)
        if not self._may_be_fulfilled():
            return Decision.because([_not_fulfillable(self.order, self.state.position)])
        reasons = self._count()
        return Decision.because(reasons) if reasons else self._applied()

    def _may_be_fulfilled(self) -> bool:
        order_type = self.known.business.order_types.get(self.order.type)
        return order_type is not None and may_be_fulfilled(self.order, order_type)

    def _repeated(self, before: FulfilmentDocument) -> Decision:
        """The same document again is the same report; with other lines it cannot be."""
        now = self.report.document
        if sorted(before.lines) == sorted(now.lines) and before.closes == now.closes:
            present = OrderRef(self.state.number, self.order.version, self.order.stage)
            return Decision("duplicate", earlier=[present], by=self.report.by)
        told = f"{_shown(now)} was reported for order {self.state.number} already, with other lines. "
        return Decision.because(
            [Reason("document_changed", "/document", told + "Report a correction under its own number.")]
        )

    def _count(self) -> list[Reason]:
        lines = {line.line: line for line in goods(self.order)}
        reasons = []
        for index, (number, quantity) in enumerate(self.report.document.lines):
            line = lines.get(number)
            reason = _no_line(index, number, self.state) if line is None else self._count_line(index, line, quantity)
            reasons += [] if reason is None else [reason]
        if self.report.document.closes:
            self._close(lines)
        return reasons

    def _close(self, lines: Mapping[Decimal, OrderLine]) -> None:
        """Once everything is counted: quantities of a line that stands twice add up."""
        for number, _ in self.report.document.lines:
            if number in lines:
                close(lines[number])

    def _count_line(self, index: int, line: OrderLine, quantity: Decimal) -> Reason | None:
        uom = self.known.registries.uom(line.uom) if line.uom else None
        too_fine = check_decimals(quantity, uom, f"/lines/{index}") if uom else []
        if too_fine:
            return too_fine[0]
        fulfilled = line.fulfilled_quantity + quantity
        if fulfilled < ZERO:
            return _more_than_delivered(index, line, quantity)
        if quantity > ZERO and fulfilled > self._most(line):
            return _over_fulfilled(index, line, quantity, self._most(line))
        line.fulfilled_quantity = fulfilled
        return None

    def _most(self, line: OrderLine) -> Decimal:
        """What may be delivered of a line in all; what was closed by force will not come (§10.2)."""
        ordered = line.quantity or ZERO
        if line.closed_quantity > ZERO:
            return ordered - line.closed_quantity
        return ordered * (1 + self.known.business.parameters.over_fulfilment_percent / HUNDRED)

    def _applied(self) -> Decision:
        to = fulfilment_of(self.order)
        change = Change(FULFILMENT_EVENTS[to], "fulfilment", self.order.fulfilment, to, _details(self.report.document))
        changed = OrderChange(self.state, self.order, [change], documents=[self.report.document])
        recount(changed, self.known)
        self.known.advance(changed)
        return Decision("applied", changed=[changed], by=self.report.by)


def fulfil(report: Report, known: Known) -> Decision:
    """The decision on a report."""
    state = find_order(report.name, known)
    if isinstance(state, Reason):
        return Decision.because([state])
    return Fulfilling(report, known, state).decide()


def _details(document: FulfilmentDocument) -> dict[str, Any]:
    return {
        "document": {"kind": document.kind, "number": document.number, "date": document.date.isoformat()},
        "lines": [{"line": plain(line), "quantity": plain(quantity)} for line, quantity in document.lines],
        "closes": document.closes,
    }


def _shown(document: FulfilmentDocument) -> str:
    return f"{document.kind.replace('_', ' ').capitalize()} {document.number} of {document.date.year}"


def _not_fulfillable(order: Order, position: int) -> Reason:
    """It awaits an event of the order after this one, by position: clocks of transactions beside each other lie."""
    missing = "acknowledged" if order.confirmation == "confirmed" and order.hold in {"none", "released"} else "released"
    told = "confirmed" if order.confirmation == "entered" else missing
    if order.confirmation in {"cancelled", "rejected"}:
        told = "reopened under a new number"
    return Reason(
        "not_fulfillable",
        "/order",
        f"Order {order.number} is {order.stage}: it must be {told} before deliveries count. Then replay this report.",
        {"stage": order.stage},
        ("order_changed#", f"{position}/{order.number}"),
    )


def _no_line(index: int, number: Decimal, state: OrderState) -> Reason:
    told = f"Order {state.number} has no line {plain(number)} that can be delivered."
    return Reason("invalid", f"/lines/{index}/line", told, {"line": plain(number)})


def _more_than_delivered(index: int, line: OrderLine, quantity: Decimal) -> Reason:
    told = (
        f"Line {plain(line.line)}: {plain(-quantity)} cannot be taken back, "
        f"only {plain(line.fulfilled_quantity)} was delivered."
    )
    return Reason("invalid", f"/lines/{index}/quantity", told, {"fulfilled": plain(line.fulfilled_quantity)})


def _over_fulfilled(index: int, line: OrderLine, quantity: Decimal, most: Decimal) -> Reason:
    return Reason(
        "over_fulfilled",
        f"/lines/{index}/quantity",
        f"Line {plain(line.line)}: {plain(quantity)} more would make {plain(line.fulfilled_quantity + quantity)}, "
        f"at most {plain(most)} may be delivered. Correct the report, or change the order first.",
        {"fulfilled": plain(line.fulfilled_quantity), "most": plain(most)},
    )
