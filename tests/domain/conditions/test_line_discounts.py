"""Whose discounts a line gets, in which order (§5.1, §5.2; contract 3, conditions of a line)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from conditions_given import ask, customer, parameters, price, price_list, row

from adapter.domain.conditions.assembled import Assembled
from adapter.domain.conditions.line_discounts import (
    DiscountSources,
    Reader,
    assemble,
    final_discounts,
    header_discounts,
)
from adapter.domain.conditions.policies import PolicyFound
from adapter.domain.order import Discount
from adapter.domain.parameters import Parameters
from adapter.domain.reasons import Reason
from adapter.domain.registry import DiscountGiven, DiscountPolicy, DiscountType, PaymentType
from adapter.domain.trace import Trace

BUYER = customer(row(default=True, discounts="3"), discounts="1", final_discounts="8")
CASH = PaymentType(code="CASH", discount_percent=Decimal(2))
CASH_AT_THE_END = PaymentType(code="CASH", discount_percent=Decimal(2), final=True)
POLICY = PolicyFound(DiscountPolicy(code="P", combination=("item",), discounts="5", priority=1))
PRICE = ask(price_list(price("100", discounts="4")), of=BUYER)


def sources(**fields: Any) -> DiscountSources:
    fixed: dict[str, Any] = {"customer": BUYER, "payment_types": (CASH,), "price": PRICE, "policy": POLICY}
    return DiscountSources(**{**fixed, **fields})


def made(by: Parameters | None = None, read: Reader | None = None, **fields: Any) -> Assembled:
    return assemble(sources(**fields), by or parameters(), read or Reader())


def told(found: Assembled) -> list[tuple[str, str]]:
    return [(discount.origin, str(discount.percent)) for discount in found.discounts]


def test_resolved_discounts_come_in_the_recorded_order_of_their_sources() -> None:
    assert told(made()) == [
        ("customer", "1"),
        ("payment_type", "2"),
        ("customer_price_list", "3"),
        ("price_list", "4"),
        ("discount_policy", "5"),
    ]


def test_the_offers_header_discounts_replace_the_customers() -> None:
    assert told(made(header="10"))[:2] == [("message", "10"), ("payment_type", "2")]
    assert told(made(header=()))[0] == ("payment_type", "2")


def test_with_a_price_of_its_own_a_line_gets_only_the_offers_header_discounts() -> None:
    assert told(made(priced_by_message=True, header="10+5")) == [("message", "10"), ("message", "5")]
    without = made(priced_by_message=True)
    assert without.discounts == []
    assert {lost.source for lost in without.lost} == {"customer", "payment_type", "price_list"}


@pytest.mark.parametrize("priced", [True, False])
def test_a_lines_own_discounts_are_complete(priced: bool) -> None:
    assert told(made(line="7", header="10", priced_by_message=priced)) == [("message", "7")]
    assert told(made(line=(), header="10", priced_by_message=priced)) == []


def test_a_giveaway_gets_discounts_only_where_the_parameter_allows_it() -> None:
    barred = made(kind="giveaway", header="10", line="7")
    assert barred.discounts == []
    assert {lost.because for lost in barred.lost} == {"giveaways have no discounts (discounts_on_giveaways is off)"}
    assert len(made(parameters(discounts_on_giveaways=True), kind="giveaway").discounts) == 5


def test_an_item_without_commercial_conditions_keeps_only_what_its_line_says() -> None:
    assert told(made(no_commercial_conditions=True, header="10")) == []
    assert told(made(no_commercial_conditions=True, header="10", line="7")) == [("message", "7")]


def test_a_note_has_no_discounts() -> None:
    assert made(kind="note", header="10").discounts == []


def test_the_priority_of_a_discount_type_moves_it_forward() -> None:
    read = Reader(types={"PROMO": DiscountType(code="PROMO", priority=1)})
    promo = (DiscountGiven(percent=Decimal(9), type="PROMO"),)
    assert told(made(read=read, customer=replace(BUYER, discounts="1"), header=None, policy=None))[0] == (
        "customer",
        "1",
    )
    late = PolicyFound(replace(POLICY.policy, discounts=promo) if POLICY.policy else None)
    assert told(made(read=read, policy=late))[0] == ("discount_policy", "9")


def test_a_payment_type_counts_once_however_many_rows_have_it() -> None:
    assert [origin for origin, _ in told(made(payment_types=(CASH, CASH)))].count("payment_type") == 1


def test_a_final_payment_type_discounts_the_order_and_not_its_lines() -> None:
    assert "payment_type" not in {origin for origin, _ in told(made(payment_types=(CASH_AT_THE_END,)))}
    found = final_discounts(None, BUYER, (CASH_AT_THE_END,), Reader())
    assert told(found) == [("customer", "8"), ("payment_type", "2")]


def test_final_discounts_given_are_complete_and_pro_rata() -> None:
    found = final_discounts("10+30#", BUYER, (CASH_AT_THE_END,), Reader(), Decimal("0.6"), "/offers/0")
    assert [(d.percent, d.amount) for d in found.discounts] == [(10, None), (None, 18)]


def test_the_headers_own_grid_is_as_given_or_the_customers() -> None:
    assert told(header_discounts(None, BUYER, Reader())) == [("customer", "1")]
    assert told(header_discounts("4", BUYER, Reader())) == [("message", "4")]


def test_a_fixed_amount_of_a_partly_accepted_line_is_taken_pro_rata() -> None:
    per_unit = DiscountGiven(amount=Decimal(5), per="unit")
    given = (DiscountGiven(amount=Decimal(5)), per_unit, DiscountGiven(percent=Decimal(5)))
    found = made(line=given, share=Decimal(1) / Decimal(3))
    assert [d.amount for d in found.discounts] == [Decimal("1.66666667"), 5, None]


def test_faults_of_list_policy_and_message_are_all_told() -> None:
    ambiguous = Reason("ambiguous_discount", "/lines/0", "two policies")
    found = made(header="ten", policy=PolicyFound(reasons=(ambiguous,)), header_path="/offers/0")
    assert [reason.path for reason in found.reasons] == ["/offers/0/discounts", "/lines/0"]


def test_two_lines_that_one_list_line_prices_have_discounts_of_their_own() -> None:
    of_one = price_list(price(discounts="4"))
    first, second = (made(price=ask(of_one), policy=None) for _ in range(2))
    first.discounts[-1].effect = Decimal(1)
    assert second.discounts[-1].percent == 4
    assert second.discounts[-1].effect is None


def test_the_trace_tells_each_source_as_a_step() -> None:
    trace = Trace()
    made(header="10-5", policy=None).tell(trace, Decimal(1))
    told_once = trace.entries[0]
    assert (told_once.field, told_once.value, told_once.won.source) == ("discounts", "10-5+2+3+4", "message")
    assert list(told_once.steps)[:2] == [("message", "10"), ("message", "-5")]
    assert [lost.because for lost in told_once.lost] == ["the offer's header discounts replace it"]


def test_the_trace_of_no_discounts_says_that_nothing_won() -> None:
    trace = Trace()
    Assembled().tell(trace, None)
    assert (trace.entries[0].value, trace.entries[0].won.rule) == (None, "none")
    assert Discount(percent=Decimal(1)).origin == "message"
