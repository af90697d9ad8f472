"""An order while a change of it is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapter.domain.conditions.line_discounts import Reader
from adapter.domain.known import DiscountTypes, Known, Registries
from adapter.domain.life.changing_asked import ChangeAsked
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.order import Order, OrderWarning
from adapter.domain.order_state import OrderState
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import Rounding

GIVEN = Candidate("given", "message")


@dataclass(slots=True)
class Draft:
    """What was asked, the order on its way there, and the faults and explanations found on the way.

    `priced` are the lines whose price this very message decides. `checked` is what checks of its own found: by the kind
    of hold, what holds the order, or None where nothing does.
    """

    asked: ChangeAsked
    known: Known
    state: OrderState
    customer: Customer
    order_type: OrderType
    order: Order = field(init=False)
    reasons: list[Reason] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    priced: set[Decimal] = field(default_factory=set)
    checked: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.order = self.state.draft()

    @property
    def parameters(self) -> Parameters:
        return self.known.business.parameters

    @property
    def registries(self) -> Registries:
        return self.known.registries

    @property
    def rounding(self) -> Rounding:
        return Rounding(self.order.currency_decimals, self.parameters.rounding)

    @property
    def reader(self) -> Reader:
        return Reader(types=DiscountTypes(self.registries), notation_type=self.order_type.discount_type)

    def refuse(self, path: str, message: str, code: str = "invalid", **data: Any) -> None:
        self.reasons.append(Reason(code, path, message, data))

    def warn(self, warning: OrderWarning) -> None:
        """A warning takes the place of an earlier one of its kind on the same line."""
        self.unwarn(warning.code, warning.line)
        self.order.warnings.append(warning)

    def unwarn(self, code: str, line: Decimal | None = None) -> None:
        self.order.warnings = [one for one in self.order.warnings if (one.code, one.line) != (code, line)]

    def take(self, building: LineBuilding) -> None:
        """What building lines found wrong, or worth a look."""
        self.reasons += (reason for reason in building.reasons if reason not in self.reasons)
        for warning in building.warnings:
            self.warn(warning)

    def tell_given(self, line: Decimal | None, name: str, value: object) -> None:
        self.trace.tell(line, name, str(value), GIVEN)
