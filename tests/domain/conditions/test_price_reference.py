"""The price search against the reference algorithm of §4.8, written down naively, on questions nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from conditions_given import DAY, ask, customer, item, parameters, price, price_list, quantity_prices, row
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.domain.registry import Customer, CustomerPriceList, DestinationPrice, PriceLine, PriceList

TYPES = ("A", "B")

_days = st.integers(-8, 2).map(lambda days: DAY + timedelta(days=days))
_amounts = st.integers(1, 40).map(str)
_steps = st.lists(st.tuples(st.sampled_from(["2", "5", "10"]), _amounts), max_size=3, unique_by=lambda step: step[0])
_places = st.lists(
    st.builds(DestinationPrice, destination=st.just("N"), price=_amounts.map(Decimal), valid_from=_days), max_size=1
)
_lines = st.builds(
    lambda amount, variant, per, steps, places, bracket: price(
        amount,
        variant=variant,
        reference_quantity=Decimal(per),
        quantity_prices=quantity_prices(*steps),
        destinations=tuple(places),
        bracket=bracket,
    ),
    _amounts,
    st.sampled_from([None, None, "RED"]),
    st.sampled_from(["1", "4", "10"]),
    _steps,
    _places,
    st.sampled_from([None, "none", "price"]),
)
_lists = st.builds(
    lambda lines, type_, owner, currency, start, length, included: price_list(
        *lines,
        type_=type_,
        owner=owner,
        currency=currency,
        from_=str(start),
        to=None if length is None else str(start + timedelta(days=length)),
        vat_included=included,
    ),
    st.lists(_lines, min_size=1, max_size=2, unique_by=lambda line: line.variant),
    st.sampled_from(TYPES),
    st.sampled_from([None, None, "C1"]),
    st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
    _days,
    st.none() | st.integers(0, 8),
    st.sampled_from([False, False, False, True]),
)
_rows = st.builds(
    lambda type_, priority, default, floor, bracket: row(
        type_, priority=priority, default=default, valid_from=floor, bracket=bracket
    ),
    st.sampled_from(TYPES),
    st.integers(1, 9),
    st.booleans(),
    st.none() | st.none() | _days,
    st.sampled_from([None, None, "none", "price"]),
)
_customers = st.builds(
    lambda rows, search: customer(*rows, price_search=search),
    st.lists(_rows, min_size=1, max_size=2, unique_by=(lambda one: one.type, lambda one: one.priority)),
    st.sampled_from(["priority", "priority", "best"]),
)


@dataclass(frozen=True)
class Asked:
    """One question; `everywhere` is parameter `search_all_default_price_lists`."""

    of: Customer
    quantity: str
    variant: str | None
    destination: str | None
    header_list: str | None
    line_list: str | None
    everywhere: bool
    selling_price: Decimal | None


_asked = st.builds(
    Asked,
    _customers,
    st.sampled_from(["1", "2", "7", "10", "11"]),
    st.sampled_from([None, "RED", "BLUE"]),
    st.sampled_from([None, "N"]),
    st.sampled_from([None, None, None, *TYPES]),
    st.sampled_from([None, None, None, None, *TYPES]),
    st.booleans(),
    st.sampled_from([None, Decimal("99.5")]),
)

Found = tuple[Decimal, str]


def reference(asked: Asked, lists: list[PriceList]) -> tuple[Decimal | None, str | None]:
    """Price and list as §4.8 has them: a list of the line, else of the header, else the customer's, else the item's."""
    of_type = {one.type: one for one in asked.of.price_lists}
    if asked.line_list:
        searched = [(asked.line_list, of_type.get(asked.line_list))]
        return next(candidates(searched, asked, lists), (asked.selling_price, None))
    named = [(asked.header_list, of_type.get(asked.header_list))] if asked.header_list else []
    rows = [(one.type, one) for one in ladder(asked) if one.type != asked.header_list]
    found = next(candidates(named, asked, lists), None)
    of_customer = list(candidates(rows, asked, lists))
    if found is None and of_customer:
        found = min(of_customer, key=lambda one: one[0]) if asked.of.price_search == "best" else of_customer[0]
    return found or (asked.selling_price, None)


def ladder(asked: Asked) -> list[CustomerPriceList]:
    """The table of §4.3."""
    rows = sorted(asked.of.price_lists, key=lambda one: one.priority or 0)
    default = [one for one in rows if one.default]
    if asked.of.price_search == "best" or not default:
        return rows
    return default + [one for one in rows if not one.default] if asked.everywhere else default


def candidates(
    searched: Sequence[tuple[str, CustomerPriceList | None]], asked: Asked, lists: list[PriceList]
) -> Iterator[Found]:
    for type_, of_row in searched:
        for owner in ("C1", None):
            valid = [one for one in lists if (one.type, one.customer) == (type_, owner) and is_valid(one, of_row)]
            having = [(one, line) for one in valid if (line := line_of(one, asked.variant))]
            if having:
                newest, line = max(having, key=lambda pair: pair[0].valid_from)
                yield price_on(line, of_row, asked), newest.key


def is_valid(one: PriceList, of_row: CustomerPriceList | None) -> bool:
    """FAQ 2: V ≤ L.from ≤ T ≤ L.to, in the document's currency, with its VAT flag (§4.2, §4.4)."""
    floor = of_row.valid_from if of_row and of_row.valid_from else date.min
    in_time = floor <= one.valid_from <= DAY <= (one.valid_to or date.max)
    return in_time and one.currency == "EUR" and not one.vat_included


def line_of(one: PriceList, variant: str | None) -> PriceLine | None:
    by_variant = {line.variant: line for line in one.lines}
    return by_variant.get(variant) or by_variant.get(None)


def price_on(line: PriceLine, of_row: CustomerPriceList | None, asked: Asked) -> Decimal:
    """§4.5; the registry's bracket type comes before the line's (C2)."""
    unit = line.price / line.reference_quantity
    bracket = (of_row.bracket if of_row else None) or line.bracket
    reached = [step for step in line.quantity_prices if step.from_ <= Decimal(asked.quantity)]
    if reached and bracket in {None, "price"}:
        unit = max(reached, key=lambda step: step.from_).price
    for special in line.destinations:
        if special.destination == asked.destination and (special.valid_from or DAY) <= DAY:
            unit = special.price
    return unit


@settings(max_examples=600, deadline=None)
@given(_asked, st.lists(_lists, min_size=4, max_size=9, unique_by=lambda one: one.key))
def test_every_question_is_answered_as_the_reference_answers_it(asked: Asked, lists: list[PriceList]) -> None:
    found = ask(
        *lists,
        of=asked.of,
        by=parameters(search_all_default_price_lists=asked.everywhere),
        quantity=asked.quantity,
        item=item(selling_price=asked.selling_price),
        variant=asked.variant,
        destination=asked.destination,
        header_list=asked.header_list,
        line_list=asked.line_list,
    )
    assert (found.unit_price, found.price_list) == reference(asked, lists)
    assert found.won.because == ""
    assert all(lost.because for lost in found.lost)
