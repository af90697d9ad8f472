"""The discounts of a line and of the whole order, from their sources in the recorded order (§5.1, contract 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from adapter.domain.conditions.assembled import Assembled
from adapter.domain.conditions.cascade import BY_MESSAGE
from adapter.domain.conditions.policies import PolicyFound
from adapter.domain.conditions.price_question import PriceFound
from adapter.domain.conditions.units import eight
from adapter.domain.discounts import Parsed, order_of_application, parse_discounts
from adapter.domain.order import Discount
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, DiscountGiven, DiscountPolicy, DiscountsGiven, DiscountType, PaymentType
from adapter.domain.trace import Rule
from adapter.domain.values import ONE

_NO_TYPES: Final[Mapping[str, DiscountType]] = {}
_COMPLETE: Final = "the line's discounts are complete as given"
_PRICED: Final = "the line has a price of its own: only the offer's header discounts come with it"
_REPLACED: Final = "the offer's header discounts replace it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How discounts are read: the registered types and the type that the short notation gets (of the order type)."""

    types: Mapping[str, DiscountType] = field(default_factory=lambda: _NO_TYPES)
    notation_type: str | None = None

    def __call__(self, given: DiscountsGiven | None, path: str, origin: str) -> Parsed:
        parsed = parse_discounts(given, path, origin=origin, types=self.types, notation_type=self.notation_type)
        if isinstance(given, tuple) and self.types is not _NO_TYPES:
            parsed.reasons += self._unknown_types(given, path)
        return parsed

    def _unknown_types(self, given: Sequence[DiscountGiven], path: str) -> Iterator[Reason]:
        for index, discount in enumerate(given):
            if discount.type is not None and discount.type not in self.types:
                yield _unknown_type(discount.type, f"{path}/{index}/type")


def _unknown_type(code: str, path: str) -> Reason:
    told = f"Discount type {code} is not known. Correct the code, or register the discount type."
    return Reason("unknown_code", path, told, {"kind": "discount_type", "value": code}, ("discount_type", code))


@dataclass(slots=True, kw_only=True)
class DiscountSources:
    """Everything a line's discounts can come of.

    `line` and `header` are what the message gives (None: absent, empty: none wanted); `price` and `policy` what was
    found for a line without a price. `share` is the part of the offered line that is converted: fixed amounts of the
    message are taken by it. Paths point at the line and at the offer.
    """

    customer: Customer
    kind: str = "item"
    no_commercial_conditions: bool = False
    priced_by_message: bool = False
    line: DiscountsGiven | None = None
    header: DiscountsGiven | None = None
    payment_types: Sequence[PaymentType] = ()
    price: PriceFound | None = None
    policy: PolicyFound | None = None
    share: Decimal = ONE
    line_path: str = ""
    header_path: str = ""


def assemble(sources: DiscountSources, parameters: Parameters, read: Reader) -> Assembled:
    """A line's discounts: complete as given, or resolved: header or customer, payment type, list row, list, policy."""
    found = Assembled()
    barred = _barred(sources, parameters)
    if barred:
        _lose_resolved(found, sources, barred)
        _lose_header(found, sources, barred)
    elif sources.line is not None:
        _lose_resolved(found, sources, _COMPLETE)
        _lose_header(found, sources, _COMPLETE)
        _add_given(found, sources.line, f"{sources.line_path}/discounts", sources.share, read)
    else:
        _resolve(found, sources, read)
    found.discounts = order_of_application(found.discounts)
    return found


def _barred(sources: DiscountSources, parameters: Parameters) -> str:
    if sources.kind == "note":
        return "a note has no discounts"
    if sources.kind == "giveaway" and not parameters.discounts_on_giveaways:
        return "giveaways have no discounts (discounts_on_giveaways is off)"
    if sources.no_commercial_conditions and sources.line is None:
        return "the item has no commercial conditions"
    return ""


def _resolve(found: Assembled, sources: DiscountSources, read: Reader) -> None:
    if sources.header is not None:
        _add_given(found, sources.header, f"{sources.header_path}/discounts", sources.share, read)
        _lose_customer(found, sources, _REPLACED)
    elif sources.priced_by_message:
        _lose_customer(found, sources, _PRICED)
    else:
        _add_customer(found, sources, read)
    if sources.priced_by_message:
        _lose_others(found, sources, _PRICED)
        return
    _add_payment_types(found, sources.payment_types, final=False)
    _add_list(found, sources)
    _add_policy(found, sources, read)


def _add_given(found: Assembled, given: DiscountsGiven, path: str, share: Decimal, read: Reader) -> None:
    parsed = read(given, path, "message")
    shared = parsed if share == ONE else Parsed([_pro_rata(d, share) for d in parsed.discounts], parsed.reasons)
    found.add(BY_MESSAGE, shared)


def _pro_rata(discount: Discount, share: Decimal) -> Discount:
    """An amount per line shrinks with the line; an amount per unit does so by itself."""
    if discount.amount is None or discount.per == "unit":
        return discount
    return replace(discount, amount=eight(discount.amount * share))


def _of_customer(customer: Customer, rule: str = "customer") -> Rule:
    return rule, "customer", customer.code, customer.revision


def _of_list(price: PriceFound) -> Rule:
    return "price_list", price.won.source, price.won.key, price.won.revision


def _add_customer(found: Assembled, sources: DiscountSources, read: Reader) -> None:
    given = sources.customer.discounts
    found.add(_of_customer(sources.customer), read(given, sources.line_path, "customer"))


def _add_payment_types(found: Assembled, types: Iterable[PaymentType], *, final: bool) -> None:
    """Each payment type once; a `final` one discounts the whole order instead of its lines (§5.1)."""
    for type_ in {type_.code: type_ for type_ in types}.values():
        if type_.discount_percent and type_.final == final:
            discount = Discount(percent=type_.discount_percent, origin="payment_type")
            found.add(_of_payment(type_), Parsed([discount]))


def _of_payment(type_: PaymentType) -> Rule:
    return "payment_type", "payment_type", type_.code, type_.revision


def _add_list(found: Assembled, sources: DiscountSources) -> None:
    """The discounts of the customer's row of the list, then the list's own."""
    price = sources.price
    if price is None:
        return
    found.reasons += price.reasons
    if price.discounts:
        for rule in (_of_customer(sources.customer, "customer_price_list"), _of_list(price)):
            found.add(rule, Parsed([discount for discount in price.discounts if discount.origin == rule[0]]))


def _add_policy(found: Assembled, sources: DiscountSources, read: Reader) -> None:
    policy = sources.policy
    if policy is None:
        return
    found.lost += policy.lost
    found.reasons += policy.reasons
    if policy.policy:
        found.add(_of_policy(policy.policy), read(policy.policy.discounts, sources.line_path, "discount_policy"))


def _of_policy(policy: DiscountPolicy) -> Rule:
    return "discount_policy", "discount_policy", policy.code, policy.revision


def _lose_resolved(found: Assembled, sources: DiscountSources, because: str) -> None:
    _lose_customer(found, sources, because)
    _lose_others(found, sources, because)


def _lose_header(found: Assembled, sources: DiscountSources, because: str) -> None:
    if sources.header:
        found.lose(("header", "message", None, None), because)


def _lose_customer(found: Assembled, sources: DiscountSources, because: str) -> None:
    if sources.customer.discounts:
        found.lose(_of_customer(sources.customer), because)


def _lose_others(found: Assembled, sources: DiscountSources, because: str) -> None:
    for type_ in sources.payment_types:
        if type_.discount_percent and not type_.final:
            found.lose(_of_payment(type_), because)
    if sources.price and sources.price.discounts:
        found.lose(_of_list(sources.price), because)


def header_discounts(given: DiscountsGiven | None, customer: Customer, read: Reader, path: str = "") -> Assembled:
    """The header's own grid, which lines without conditions of their own copy: as given, else the customer's (§1.2)."""
    found = Assembled()
    if given is None:
        found.add(_of_customer(customer), read(customer.discounts, path, "customer"))
        return found
    _add_given(found, given, f"{path}/discounts", ONE, read)
    if customer.discounts:
        found.lose(_of_customer(customer), _REPLACED)
    return found


def final_discounts(
    given: DiscountsGiven | None,
    customer: Customer,
    payment_types: Sequence[PaymentType],
    read: Reader,
    share: Decimal = ONE,
    path: str = "",
) -> Assembled:
    """Discounts at the foot: complete as given (amounts by `share`), else the customer's and final payment types'."""
    found = Assembled()
    if given is not None:
        _add_given(found, given, f"{path}/final_discounts", share, read)
        if customer.final_discounts:
            found.lose(_of_customer(customer), "the offer's final discounts are complete as given")
    else:
        found.add(_of_customer(customer), read(customer.final_discounts, path, "customer"))
        _add_payment_types(found, payment_types, final=True)
    found.discounts = order_of_application(found.discounts)
    return found
