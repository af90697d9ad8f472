"""An order through a series of changes: how it stands after each of them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from adapter.domain.decision import Change
from adapter.domain.document import hold_document, order_document, status_document
from adapter.domain.document_lines import Document
from adapter.domain.order import Order


def after(order: Order, changes: Sequence[Change]) -> Order:
    """The order once all of these changes have been made; the order itself stays as it is."""
    changed = copy(order)
    for change in changes:
        _apply(changed, change)
    return changed


def stages(order: Order, changes: Sequence[Change]) -> list[str]:
    """The stage of the order after each change."""
    changed = copy(order)
    told = []
    for change in changes:
        _apply(changed, change)
        told.append(changed.stage)
    return told


def documents(order: Order, changes: Sequence[Change]) -> list[Document]:
    """The order's document after each change. Content is that of the end: changes lead through states only."""
    changed = copy(order)
    whole = order_document(order)
    told = []
    for change in changes:
        _apply(changed, change)
        whole = whole | _state(changed)
        told.append(whole)
    return told


def _apply(order: Order, change: Change) -> None:
    if change.dimension != "content":
        setattr(order, change.dimension, change.to)
    for dimension, value in change.also.items():
        setattr(order, dimension, value)
    if change.holds is not None:
        order.holds = list(change.holds)


def _state(order: Order) -> Document:
    return {
        "stage": order.stage,
        "status": status_document(order),
        "holds": [hold_document(hold) for hold in order.holds],
    }
