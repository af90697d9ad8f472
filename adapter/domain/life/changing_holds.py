"""Holds that a change of an order begins or ends: the credit limit, and prices that are missing (§6.6)."""

from __future__ import annotations

from decimal import Decimal

from adapter.domain.credit import CreditCheck, check_credit
from adapter.domain.decision import Change
from adapter.domain.known import CreditAccount
from adapter.domain.life.changing_draft import Draft
from adapter.domain.life.holding import hold_of
from adapter.domain.order import Hold, OrderWarning
from adapter.domain.values import ZERO, Rounding, plain


def hold_changes(draft: Draft) -> tuple[list[Hold], list[Change]]:
    """The holds as the change leaves them before any begins or ends, and the changes that do."""
    before = {hold.kind: hold for hold in draft.order.holds}
    wanted = _wanted(draft, before)
    kept = [wanted.get(hold.kind) or hold for hold in draft.order.holds]
    staying = [hold for hold in kept if wanted.get(hold.kind, hold) is not None]
    begun = [hold for kind, hold in wanted.items() if hold is not None and kind not in before]
    changes = []
    present = draft.order.hold
    if len(staying) < len(kept):
        changes.append(_end(draft, present, [hold for hold in kept if hold not in staying], staying))
        present = str(changes[-1].to)
    if begun:
        changes.append(_begin(draft, present, begun, staying))
    return kept, changes


def _wanted(draft: Draft, before: dict[str, Hold]) -> dict[str, Hold | None]:
    """The holds that the order as changed deserves, by the kinds that follow from its content; None: not that one."""
    wanted = {"credit": _credit(draft, before.get("credit")), "price": _price(draft, before.get("price"))}
    for kind, details in draft.checked.items():
        wanted[kind] = None if details is None else _hold(draft, kind, details, before.get(kind))
    return wanted


def _end(draft: Draft, present: str, ended: list[Hold], left: list[Hold]) -> Change:
    otherwise = "none" if draft.order.authorised_total is None else "released"
    details = draft.asked.told | {"holds": sorted(hold.kind for hold in ended)}
    return Change("order.released", "hold", present, hold_of(left, otherwise), details, holds=tuple(left))


def _begin(draft: Draft, present: str, begun: list[Hold], others: list[Hold]) -> Change:
    details = draft.asked.told | {"holds": sorted(hold.kind for hold in begun)}
    return Change("order.blocked", "hold", present, "blocked", details, holds=(*others, *begun))


def _price(draft: Draft, before: Hold | None) -> Hold | None:
    """Holds while a line has no price."""
    lines = [one.line for one in draft.order.warnings if one.code == "price_missing" and one.line is not None]
    if not lines:
        return None
    shown = ", ".join(plain(line) for line in lines)
    return _hold(draft, "price", f"No price for line {shown}.", before)


def _credit(draft: Draft, before: Hold | None) -> Hold | None:
    """Checked anew where the order has become dearer, or where it is held and has become cheaper."""
    then, now = _before(draft), draft.order.totals.total / draft.order.exchange_rate
    if now == then or (now < then and not _is_watched(draft, before)):
        return before
    check = _check(draft)
    draft.unwarn("credit_exceeded")
    if not check.exceeded:
        return None
    if not check.blocks or _authorised(draft):
        draft.warn(OrderWarning(code="credit_exceeded", message=check.exceeded))
        return None
    return _hold(draft, "credit", check.exceeded, before)


def _is_watched(draft: Draft, before: Hold | None) -> bool:
    return before is not None or any(one.code == "credit_exceeded" for one in draft.order.warnings)


def _before(draft: Draft) -> Decimal:
    document = draft.state.document
    return Decimal(document["totals"]["total"]) / Decimal(document["exchange_rate"])


def _authorised(draft: Draft) -> bool:
    """Someone released it at this total or a higher one: it is not held again for less than that (§6.6)."""
    authorised = draft.order.authorised_total
    return authorised is not None and draft.order.totals.total <= authorised


def _check(draft: Draft) -> CreditCheck:
    """Against what all other orders of the account reserve."""
    parameters, state = draft.parameters, draft.state
    currency = draft.registries.currency(parameters.company_currency)
    rounding = Rounding(currency.decimals if currency else 2, parameters.rounding)
    account = draft.known.credit.get(state.credit_account)
    others = CreditAccount(account.total - state.credit_amount if account else ZERO)
    order, customer, kind = draft.order, draft.customer, draft.order_type
    return check_credit(order, customer, kind, others, draft.registries, rounding, draft.trace)


def _hold(draft: Draft, kind: str, details: str, before: Hold | None) -> Hold:
    """A hold that goes on keeps its beginning."""
    return Hold(kind=kind, since=before.since if before else draft.known.now.isoformat(), details=details)
