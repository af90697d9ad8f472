"""The header: what the source gives is kept, the rest comes from the customer registry (§1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from conditions_given import DAY, PARAMETERS, STANDARD, customer, row

from adapter.domain.conditions.terms import Circumstances, SourceTerms, Terms, resolve_terms
from adapter.domain.order import Agent
from adapter.domain.order_types import OrderType
from adapter.domain.registry import Address, Customer, CustomerAgent, Destination, ExchangeRate, Payment, Recipient
from adapter.domain.trace import Explained, Trace
from adapter.domain.values import Rounding

IT_1 = Destination(code="IT-1", default=True, address=Address(name="IT", city="Charlottenlund"), carrier="DSV")
IT_2 = Destination(code="IT-2", address=Address(city="Gentofte"))
SHOP_1 = Destination(code="SHOP-1", default=True)
RECIPIENTS = (
    Recipient(code="SHOP", destinations=(SHOP_1,)),
    Recipient(code="IT", default=True, destinations=(IT_1, IT_2)),
)
TRANSFER = Payment(type="TRANSFER", solution="30EOM", percent=Decimal(100))
CARD = Payment(type="CARD", solution="NOW", percent=Decimal(100), order_types=("WEB",))
BUYER = customer(
    row("RETAIL"),
    row("TRADE", default=True),
    language="da",
    shipping="EXW",
    carrier="POST",
    recipients=RECIPIENTS,
    payments=(TRANSFER, CARD),
    agents=(
        CustomerAgent(agent="AG1", commission_percent=Decimal(5), valid_to=DAY),
        CustomerAgent(agent="AG2", valid_from=date(2026, 6, 16)),
        CustomerAgent(agent="AG3"),
        CustomerAgent(agent="AG4", commission_percent=Decimal(0)),
    ),
)
WEB = OrderType(code="WEB", numbering="ORD")
RATES = (
    ExchangeRate(currency="SEK", valid_from=date(2026, 1, 1), rate=Decimal("10.20")),
    ExchangeRate(currency="SEK", valid_from=date(2026, 6, 15), rate=Decimal("10.50"), revision=4),
    ExchangeRate(currency="SEK", valid_from=date(2026, 6, 16), rate=Decimal("11")),
)


def rates(currency: str) -> Sequence[ExchangeRate]:
    return [rate for rate in RATES if rate.currency == currency]


def made(of: Customer = BUYER, order_type: OrderType = STANDARD, trace: Trace | None = None, **fields: Any) -> Terms:
    around = Circumstances(order_type=order_type, parameters=PARAMETERS, day=DAY, rates=rates, rounding=Rounding())
    return resolve_terms(SourceTerms(**fields, path="/offers/0"), of, around, trace or Trace())


def told(name: str, **fields: Any) -> Explained:
    trace = Trace()
    made(trace=trace, **fields)
    return next(one for one in trace.entries if one.field == name)


def test_what_the_source_leaves_out_comes_from_the_registry() -> None:
    terms = made()
    assert (terms.currency, terms.language, terms.shipping, terms.price_list) == ("EUR", "da", "EXW", "TRADE")
    assert (terms.recipient, terms.destination, terms.carrier) == ("IT", "IT-1", "DSV")
    assert terms.destination_address == IT_1.address
    assert terms.reasons == []


def test_what_the_source_gives_is_kept_as_it_is() -> None:
    given: dict[str, Any] = {
        "currency": "SEK",
        "language": "sv",
        "shipping": "DAP",
        "carrier": "UPS",
        "price_list": "RETAIL",
    }
    terms = made(**given)
    assert {name: getattr(terms, name) for name in given} == given


def test_every_term_tells_the_trace_which_rule_won_and_which_lost() -> None:
    given = told("language", language="sv")
    assert (given.value, given.won.source, given.lost[0].because) == ("sv", "message", "given comes first")
    resolved = told("language")
    assert (resolved.value, resolved.won.key, resolved.lost[0].because) == ("da", "C1", "gives none")


def test_without_a_default_row_the_header_has_no_price_list() -> None:
    assert made(of=customer(row("RETAIL"))).price_list is None


def test_a_destination_given_by_code_is_found_with_its_recipient_and_carrier() -> None:
    terms = made(destination="IT-2")
    assert (terms.recipient, terms.destination, terms.carrier) == ("IT", "IT-2", "POST")
    assert terms.destination_address == IT_2.address
    assert made(destination="SHOP-1").recipient == "SHOP"


def test_a_recipient_given_brings_its_own_default_destination() -> None:
    terms = made(recipient="SHOP")
    assert (terms.recipient, terms.destination, terms.carrier) == ("SHOP", "SHOP-1", "POST")


def test_an_address_given_is_kept_and_has_no_code() -> None:
    site = Address(name="Site", street="Road 1", city="Lund", country="SE")
    terms = made(destination=site)
    assert (terms.destination, terms.destination_address, terms.carrier) == (None, site, "POST")
    assert told("destination", destination=site).value == "Site"


def test_codes_that_the_customer_does_not_have_wait_for_the_customer() -> None:
    terms = made(recipient="HQ", destination="HQ-1")
    assert [(reason.code, reason.path, reason.awaits) for reason in terms.reasons] == [
        ("unknown_code", "/offers/0/recipient", ("customer", "C1")),
        ("unknown_code", "/offers/0/destination", ("customer", "C1")),
    ]


def test_a_customer_without_recipients_has_no_destination() -> None:
    terms = made(of=customer(carrier="POST"))
    assert (terms.recipient, terms.destination, terms.destination_address, terms.carrier) == (None, None, None, "POST")


@pytest.mark.parametrize(
    ("fields", "expected", "rule"),
    [
        ({}, "1", "company_currency"),
        ({"currency": "SEK"}, "10.50", "registered"),
        ({"currency": "SEK", "exchange_rate": Decimal("9.9")}, "9.9", "given"),
    ],
)
def test_the_rate_is_the_sources_or_one_or_the_newest_registered(
    fields: dict[str, Any], expected: str, rule: str
) -> None:
    assert str(made(**fields).exchange_rate) == expected
    assert told("exchange_rate", **fields).won.rule == rule


def test_rates_that_lost_say_why() -> None:
    rate = told("exchange_rate", currency="SEK")
    assert (rate.won.key, rate.won.revision) == ("SEK/2026-06-15", 4)
    assert {lost.key: lost.because for lost in rate.lost} == {
        None: "gives none",
        "SEK/2026-06-16": "begins after 2026-06-15",
        "SEK/2026-01-01": "older",
    }


def test_a_currency_without_a_rate_waits_for_one() -> None:
    terms = made(currency="DKK")
    assert terms.exchange_rate is None
    assert [(reason.code, reason.awaits) for reason in terms.reasons] == [
        ("exchange_rate_missing", ("exchange_rate@", "DKK"))
    ]


def test_payment_rows_bound_to_an_order_type_hold_for_it_alone() -> None:
    assert [payment.type for payment in made().payments] == ["TRANSFER"]
    assert [payment.type for payment in made(order_type=WEB).payments] == ["CARD"]
    assert [lost.because for lost in told("payments", order_type=WEB).lost] == [
        "TRANSFER/30EOM: rows of order type WEB come first"
    ]


def test_given_payments_are_kept_and_their_amounts_taken_pro_rata() -> None:
    given = (Payment(type="CARD", solution="NOW", amount=Decimal("100")), TRANSFER)
    payments = made(payments=given, share=Decimal(1) / 3).payments
    assert [str(payment.amount) for payment in payments] == ["33.33", "None"]
    assert made(payments=()).payments == ()


def test_agents_hold_on_the_day_and_no_commission_is_not_zero() -> None:
    agents = made().agents
    assert {agent.agent: agent.commission_percent for agent in agents} == {"AG1": 5, "AG3": None, "AG4": 0}
    entry = told("agents")
    assert entry.value == "AG1 5 %, AG3, AG4 0 %"
    assert [lost.because for lost in entry.lost] == ["AG2: not valid on 2026-06-15"]


def test_given_agents_replace_the_registered() -> None:
    assert made(agents=(Agent(agent="X"),)).agents == (Agent(agent="X"),)
    assert made(agents=()).agents == ()
