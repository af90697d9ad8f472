"""The data of what we send: events and answers (contract §4, §5)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from schemas.message import Shape
from schemas.order import AnyObject, Count, Order, Stage
from schemas.values import Flag, Rows


class CausedBy(Shape):
    """The message behind it, as far as it could be read, and who sent it."""

    id: str | None
    source: str | None
    type: str | None
    by: str | None


class Change(Shape):
    """One step of an order's life; `content` goes from version to version."""

    dimension: Literal["confirmation", "fulfilment", "hold", "acknowledgement", "workflow", "content"]
    from_: Annotated[str | int | None, Field(alias="from")]
    to: str | int | None
    details: AnyObject | None


class OrderEvent(Shape):
    """`position` counts the events of an order; `order` is its state after the change."""

    position: Count
    change: Change
    caused_by: CausedBy
    order: Order


class Told(Shape):
    """A reason: its code, a JSON pointer into the data, what is wrong and the cure; some codes tell more."""

    model_config = ConfigDict(extra="allow")

    code: str
    path: str
    message: str


class MessageRefused(Shape):
    outcome: Literal["refused", "parked"]
    reasons: Annotated[Rows[Told], Field(min_length=1)]
    caused_by: CausedBy


class OrderAnswered(Shape):
    """`duplicate` marks an order that an earlier message made."""

    number: str
    version: Count
    stage: Stage
    duplicate: Flag = False


class SupplierOrderNamed(Shape):
    number: str
    source: str


class Difference(Shape):
    """What the orders were made with, and what the repeated supplier order says now."""

    path: str
    ordered: Any
    now: Any


class SupplierOrderDiverged(Shape):
    supplier_order: SupplierOrderNamed
    orders: Rows[OrderAnswered]
    differences: Rows[Difference]
    caused_by: CausedBy


class Answer(Shape):
    """`repeated` marks the outcome of an earlier delivery of the same message."""

    outcome: Literal["created", "applied", "duplicate", "refused", "parked"]
    orders: Rows[OrderAnswered]
    reasons: Rows[Told]
    repeated: Flag = False
