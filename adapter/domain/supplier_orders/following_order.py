"""One open order that follows its supplier order: changed as by `order.change-requested`, its costs worked out anew."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import partial

from adapter.domain.decision import Decision
from adapter.domain.known import Known
from adapter.domain.life.changing import Changing, draft_of
from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.changing_setting import setting_of
from adapter.domain.offers.lines import LineBuilding
from adapter.domain.order import OrderLine
from adapter.domain.order_state import OrderState
from adapter.domain.order_types import OrderType
from adapter.domain.reasons import Reason
from adapter.domain.supplier_orders.agreement import DISAGREEMENT
from adapter.domain.supplier_orders.changed import Changed, cannot
from adapter.domain.supplier_orders.completing import AGREEMENT, Completing, told_of
from adapter.domain.supplier_orders.following_asked import Asking, Pair
from adapter.domain.supplier_orders.portions import Portion
from adapter.domain.supplier_orders.supplier_order import PATH, PlacedSupplierOrder
from adapter.domain.supplier_orders.translating import translate


@dataclass(frozen=True, slots=True)
class FollowingOrder:
    """An order, what has changed of its supplier order, and the portion of that which the order stands for."""

    message: PlacedSupplierOrder
    known: Known
    what: Changed
    state: OrderState
    portion: Portion
    order_type: OrderType

    def refusals(self) -> list[Reason]:
        """Why it cannot follow. It is worked out whole for that, and nobody sees it."""
        changing = self._changing()
        if isinstance(changing, list):
            return changing
        worked_out = changing.work_out()
        return [self._refused(reason) for reason in worked_out] if isinstance(worked_out, list) else []

    def follow(self) -> Decision:
        """Change it, once it is known that there are no refusals."""
        changing = self._changing()
        return Decision.because(changing) if isinstance(changing, list) else changing.decide()

    def _changing(self) -> Changing | list[Reason]:
        """The change, or what of it cannot be asked."""
        asking = self._asking()
        asked = asking.ask()
        reasons = [*asking.reasons, *self._of_currency(asking)]
        if reasons:
            return reasons
        draft = draft_of(asked, self.known, self.state)
        if isinstance(draft, list):
            return [self._refused(reason) for reason in draft]
        return Changing(draft, partial(self._complete, asking))

    def _asking(self) -> Asking:
        order = self.state.draft()
        translated = translate(self.message, self.portion, self.order_type, order.date, self.known)
        pairs = list(zip(self.portion.lines, translated.accepted.lines, strict=True))
        return Asking(self.message, self.what, translated, pairs, order, self.known.business.parameters)

    def _of_currency(self, asking: Asking) -> Iterator[Reason]:
        """A rate that is missing, or a customer who pays in another currency by now."""
        exchange, currency = asking.translated.exchange, asking.order.currency
        yield from map(self._refused, exchange.reasons)
        if exchange.sold_in != currency:
            told = f"Order {self.state.number} is in {currency}, and would be in {exchange.sold_in} now."
            yield cannot(PATH, told, order=self.state.number)

    def _complete(self, asking: Asking, draft: Draft) -> None:
        """Costs and agreement of the lines that are worth something else now; new ones name what they are of."""
        lines = {line.line: line for line in draft.order.lines}
        accepted, exchange = asking.translated
        for bought, _ in asking.added:
            lines[bought.given.line].origin = accepted.offer.origin(self.message.source, bought.given.line)
        part = copy(draft.order)
        part.lines, part.warnings = [lines[bought.given.line] for bought, _ in asking.valued], []
        valued = [_as_ordered(pair, line) for pair, line in zip(asking.valued, part.lines, strict=True)]
        portion = replace(self.portion, lines=[bought for bought, _ in valued])
        translated = replace(accepted, lines=[line for _, line in valued])
        completing = Completing(self.message.order, portion, exchange, translated, self.known)
        for line in part.lines:
            draft.unwarn(DISAGREEMENT, line.line)
        holds = completing(part, LineBuilding(setting_of(draft), draft.trace))
        for warning in part.warnings:
            draft.warn(warning)
        _check_agreement(draft, disagrees=bool(holds))

    def _refused(self, reason: Reason) -> Reason:
        """What its change would be refused for."""
        told = f"Order {self.state.number} cannot follow: {reason.message}"
        return cannot(PATH, told, order=self.state.number, because=reason.code)


def _as_ordered(pair: Pair, line: OrderLine) -> Pair:
    """With the quantity that the order has of it: somebody may have changed that by hand."""
    bought, accepted = pair
    quantity = line.quantity or bought.given.quantity
    given = replace(bought.given, quantity=quantity)
    return replace(bought, given=given), replace(accepted, offered=quantity, quantity=quantity)


def _check_agreement(draft: Draft, *, disagrees: bool) -> None:
    """A hold begins where a line disagrees that was looked at anew, and ends when none does any more."""
    left = [warning for warning in draft.order.warnings if warning.code == DISAGREEMENT]
    if disagrees or not left:
        draft.checked[AGREEMENT] = told_of(left) if left else None
