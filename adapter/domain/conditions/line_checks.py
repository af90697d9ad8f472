"""What a line's unit and quantity must be, and what is proposed where they are not given (§1.4, §8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from adapter.domain.conditions.cascade import GIVEN, NOT_GIVEN, NOTHING, Resolved
from adapter.domain.conditions.units import convert_quantity, default_alternative, factor_of
from adapter.domain.order import OrderWarning
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, CustomerItem, Item, Uom
from adapter.domain.trace import Candidate
from adapter.domain.values import ONE, plain


def resolve_uom(given: str | None, item: Item, path: str = "") -> Resolved[str]:
    """The unit given, which the item must know (else `unknown_code`), or the item's main unit."""
    if given is None:
        return Resolved(item.uom, Candidate("main_unit", "item", item.code, item.revision), (NOT_GIVEN,))
    lost = (Candidate("main_unit", "item", item.code, item.revision, "given comes first"),)
    reasons = () if factor_of(item, given) is not None else (_unknown_uom(given, item, path),)
    return Resolved(given, GIVEN, lost, reasons=reasons)


def _unknown_uom(uom: str, item: Item, path: str) -> Reason:
    known = ", ".join([item.uom, *(other.uom for other in item.uoms)])
    message = f"Item {item.code} has no unit {uom}; it has {known}. Correct the unit, or enter it at the item."
    return Reason("unknown_code", f"{path}/uom", message, {"kind": "uom", "value": uom}, ("item", item.code))


def resolve_quantity(
    given: Decimal | None, uom: str, item: Item, customer: Customer, parameters: Parameters, path: str = ""
) -> Resolved[Decimal]:
    """The quantity given, else the customer's economic lot where `propose_economic_lot` is on, else 1 (§1.4).

    With that parameter off, a quantity under the lot is `below_economic_lot`: off is the stricter (§8).
    """
    lot = _economic_lot(customer, item, uom)
    candidate = Candidate("economic_lot", "customer", customer.code, customer.revision, _not_proposed(lot, given))
    if given is None and lot is not None and parameters.propose_economic_lot:
        return Resolved(lot, candidate, (NOT_GIVEN,))
    won = Candidate("one", "nothing") if given is None else GIVEN
    quantity = ONE if given is None else given
    least = None if parameters.propose_economic_lot else lot
    return Resolved(quantity, won, (candidate,), reasons=_below_lot(quantity, least, uom, path))


def check_lot(
    quantity: Decimal, uom: str, item: Item, customer: Customer, parameters: Parameters, path: str = ""
) -> tuple[Reason, ...]:
    """`below_economic_lot` for a quantity given that is under the customer's lot, where lots are not proposed (§8)."""
    lot = None if parameters.propose_economic_lot else _economic_lot(customer, item, uom)
    return _below_lot(quantity, lot, uom, path)


def _economic_lot(customer: Customer, item: Item, uom: str) -> Decimal | None:
    """The customer's lot of the item, kept in the main unit, in the unit of the line."""
    row: CustomerItem | None = next((row for row in customer.items if row.item == item.code), None)
    if row is None or not row.economic_lot:
        return None
    return convert_quantity(item, row.economic_lot, item.uom, uom)


def _not_proposed(lot: Decimal | None, given: Decimal | None) -> str:
    if lot is None:
        return "the customer has no economic lot of the item"
    return "" if given is None else "given comes first"


def _below_lot(quantity: Decimal, lot: Decimal | None, uom: str, path: str) -> tuple[Reason, ...]:
    if lot is None or quantity >= lot:
        return ()
    least = plain(lot)
    message = f"Quantity {plain(quantity)} {uom} is below the customer's economic lot {least}. Order at least {least}."
    return (Reason("below_economic_lot", f"{path}/quantity", message, {"economic_lot": least}),)


def check_decimals(quantity: Decimal, uom: Uom, path: str = "") -> list[Reason]:
    """`invalid` for a quantity finer than its unit's decimals."""
    if quantity == quantity.quantize(uom.step):
        return []
    message = f"Quantity {plain(quantity)} is finer than the {uom.decimals} decimals of unit {uom.code}. Round it."
    return [Reason("invalid", f"{path}/quantity", message, {"decimals": uom.decimals})]


def check_packs(quantity: Decimal, uom: str, item: Item, parameters: Parameters, path: str = "") -> list[Reason]:
    """`quantity_not_multiple` where whole packs are required and the quantity is not a multiple of the item's."""
    if not parameters.pack_multiple_required or not item.pack_quantity:
        return []
    main = convert_quantity(item, quantity, uom, item.uom)
    if main is None or not main % item.pack_quantity:
        return []
    pack = plain(item.pack_quantity)
    message = f"Quantity {plain(main)} {item.uom} is no multiple of the pack of {pack}. Order whole packs."
    below = main - main % item.pack_quantity
    nearest = [plain(whole) for whole in (below, below + item.pack_quantity) if whole]
    return [Reason("quantity_not_multiple", f"{path}/quantity", message, {"pack_quantity": pack, "nearest": nearest})]


def running_out(item: Item, day: date, line: Decimal, parameters: Parameters) -> list[OrderWarning]:
    """A warning for an item that has run out on or before the order date."""
    if not parameters.warn_running_out or item.running_out_on is None or item.running_out_on > day:
        return []
    message = f"Item {item.code} is running out since {item.running_out_on}. Check that it can still be delivered."
    return [OrderWarning(code="running_out", message=message, line=line)]


def check_holiday(day: date, parameters: Parameters, path: str = "") -> list[Reason]:
    """`holiday` where orders may not be dated on a public holiday."""
    if not parameters.block_on_holidays or day not in parameters.holidays:
        return []
    message = f"The order would be dated {day}, a public holiday. Date it another day (orders_dated)."
    return [Reason("holiday", path, message, {"date": str(day)})]


def propose_alternative(
    quantity: Decimal, uom: str, given: Decimal | None, item: Item, parameters: Parameters
) -> Resolved[tuple[str, Decimal] | None]:
    """The line's second unit and quantity: the item's default alternative unit (§1.4, *double UM*).

    A quantity given is kept; one is proposed only with both `double_uom` and `propose_alternative_uom`.
    """
    known = default_alternative(item)
    rule = Candidate("default_alternative_unit", "item", item.code, item.revision)
    if known is None or known.uom == uom:
        return Resolved(None, NOTHING, (_lost(rule, "the item has no other default alternative unit"),))
    if given is not None:
        return Resolved((known.uom, given), GIVEN, (_lost(rule, "given comes first"),))
    if not (parameters.double_uom and parameters.propose_alternative_uom):
        return Resolved(None, NOTHING, (_lost(rule, "double_uom and propose_alternative_uom are not both on"),))
    converted = convert_quantity(item, quantity, uom, known.uom)
    if converted is None:
        return Resolved(None, NOTHING, (_lost(rule, f"the item does not know unit {uom}"),))
    steps = ((f"{plain(quantity)} {uom} ÷ {plain(known.factor)}", plain(converted)),)
    return Resolved((known.uom, converted), rule, steps=steps)


def _lost(rule: Candidate, because: str) -> Candidate:
    return Candidate(rule.rule, rule.source, rule.key, rule.revision, because)
