"""The orders of a supplier order that says something else now follow it, all of them or none (§3.4 S10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from adapter.domain.decision import Decision, Difference, NewOrder, OrderRef, SupplierOrderRecord
from adapter.domain.known import EnteredJustNow, Known
from adapter.domain.life.changing_guards import unknown_order_type
from adapter.domain.life.steps import is_open
from adapter.domain.order_state import OrderState
from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.bought_lines import bought_lines
from adapter.domain.supplier_orders.changed import Changed, cannot, changed, inexpressible
from adapter.domain.supplier_orders.diverging import content_of, is_erased
from adapter.domain.supplier_orders.following_order import FollowingOrder
from adapter.domain.supplier_orders.linking import bought_line_of, bought_quantities, links_of, name_of
from adapter.domain.supplier_orders.portions import Portion, part
from adapter.domain.supplier_orders.supplier_order import PATH, PlacedSupplierOrder, SupplierOrder
from adapter.domain.values import plain


@dataclass(slots=True)
class Following:
    """Decides one message whose supplier order has orders already and differs from what they were made with."""

    message: PlacedSupplierOrder
    record: SupplierOrderRecord
    known: Known
    found: Sequence[Difference]
    reasons: list[Reason] = field(default_factory=list)

    def decide(self) -> Decision | list[Reason]:
        """The orders changed, or every reason why nothing is.

        Raises:
            EnteredJustNow: its orders have no numbers yet.
        """
        what = changed(self.record.content, content_of(self._order))
        self._check_message()
        self.reasons += inexpressible(what, self._order)
        if self.reasons:
            return self.reasons
        if any(isinstance(order, NewOrder) for order in self.record.orders):
            raise EnteredJustNow
        states = self._states
        self.reasons += (_not_open(state) for state in states if not is_open(state.draft()))
        following = [] if self.reasons else self._each(states, what)
        return self.reasons or self._follow(states, following)

    @property
    def _order(self) -> SupplierOrder:
        return self.message.order

    @property
    def _states(self) -> list[OrderState]:
        states = self.known.orders[name_of(self.message.key)]
        return sorted(states, key=lambda state: int(state.document["sequence_number"]))

    def _check_message(self) -> None:
        if is_erased(self.record.content):
            self.reasons.append(cannot("", "Personal data of it was erased, so what it said is not known whole."))
        if self.known.business.parameters.operator_required and not self.message.by:
            self.reasons.append(cannot("/by", "Changes need an operator here: send by, who placed it."))

    def _each(self, states: list[OrderState], what: Changed) -> list[FollowingOrder]:
        """Each order with the portion that it stands for, where the supplier order still parts as it did."""
        order_type = self.known.business.order_types.get(states[0].document["type"])
        lines, faults = bought_lines(self._order, order_type, self.known)
        if order_type is None:
            faults.append(unknown_order_type(states[0]))
        self.reasons += (cannot(fault.path, fault.message, because=fault.code) for fault in faults)
        if self.reasons or order_type is None:
            return []
        portions = part(self._order, lines, self.known.business.supplier_order_grouping)
        matched = _matched(portions, states, what)
        if isinstance(matched, Reason):
            self.reasons.append(matched)
            return []
        return [FollowingOrder(self.message, self.known, what, state, one, order_type) for one, state in matched]

    def _follow(self, states: list[OrderState], following: Sequence[FollowingOrder]) -> Decision | list[Reason]:
        """All are worked out before the first is changed; then the credit of one is seen by the next."""
        reasons = list(chain.from_iterable(one.refusals() for one in following))
        return reasons or self._followed(states, [one.follow() for one in following])

    def _followed(self, states: list[OrderState], decisions: Sequence[Decision]) -> Decision:
        self._rebook(states)
        return Decision(
            "applied",
            reasons=[_follows(self._order, difference) for difference in self.found],
            changed=[one for decision in decisions for one in decision.changed],
            earlier=[one for decision in decisions for one in decision.earlier],
            supplier_orders=[self.record],
            by=self.message.by,
        )

    def _rebook(self, states: list[OrderState]) -> None:
        """The next one is compared with what has been followed; links are those of the lines that there are now."""
        record = self.record
        record.content = content_of(self._order)
        record.bought = bought_quantities(self._order)
        record.links = links_of(((state.id, state.draft()) for state in states), record.bought)
        record.sent_at = self.known.sent_at or record.sent_at
        record.orders = [_ref(state) for state in states]


def _matched(
    portions: Sequence[Portion], states: Sequence[OrderState], what: Changed
) -> list[tuple[Portion, OrderState]] | Reason:
    """Portions and orders, one to one, by the lines that were there before."""
    made = {
        number: state
        for state in states
        for line in state.draft().lines
        if (number := bought_line_of(line)) is not None
    }
    matched = [(portion, _home(portion, made, what)) for portion in portions]
    for portion, state in matched:
        if state is None or state.document["customer"] != portion.customer.code:
            return _parted_otherwise(portion)
    homes = [(portion, state) for portion, state in matched if state is not None]
    left = [state for state in states if all(state is not home for _, home in homes)]
    if left:
        told = f"Order {left[0].number} would have no line left. Cancel it, if nothing of it is wanted."
        return cannot(f"{PATH}/lines", told, order=left[0].number)
    return homes if len(homes) == len(states) else _parted_otherwise(homes[-1][0])


def _home(portion: Portion, made: dict[Decimal, OrderState], what: Changed) -> OrderState | None:
    """The one order that the lines of a portion are in; None where they are in none, or in several."""
    numbers = [line.given.line for line in portion.lines if line.given.line not in what.new]
    homes = {made[number].id: made[number] for number in numbers if number in made}
    return next(iter(homes.values())) if len(homes) == 1 else None


def _parted_otherwise(portion: Portion) -> Reason:
    lines = ", ".join(plain(line.given.line) for line in portion.lines)
    told = (
        f"Lines {lines} of customer {portion.customer.code} would make one order now, and there is none of just these."
    )
    return cannot(portion.lines[0].path, told, customer=portion.customer.code)


def _ref(state: OrderState) -> OrderRef:
    return OrderRef(state.number, state.document["version"], state.document["stage"], duplicate=True)


def _not_open(state: OrderState) -> Reason:
    """With the states that say so; a hold does not matter."""
    status = state.document["status"]
    shown = ", ".join(f"{name} {status[name]}" for name in ("confirmation", "fulfilment", "acknowledgement"))
    told = f"Order {state.number} is no longer open ({shown})."
    return cannot("", told, order=state.number, stage=state.document["stage"])


def _follows(order: SupplierOrder, difference: Difference) -> Reason:
    return Reason(
        "followed",
        difference.path,
        f"Supplier order {order.number} said otherwise before; its orders, which are open, have followed.",
        {"ordered": difference.ordered, "now": difference.now},
    )
