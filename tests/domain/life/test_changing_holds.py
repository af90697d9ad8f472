"""The credit limit when an order changes: held when it rises above, free again when it falls below (§6.6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from life_given import (
    Life,
    a_type,
    asking,
    business,
    confirmed,
    events_of,
    knowing,
    offered,
    on_credit,
    registries,
)

from adapter.domain.known import Known


def limited(limit: str, control: str = "block") -> Known:
    return knowing(registries(customer=on_credit(limit, control)))


def holds(life: Life) -> list[str]:
    return [hold.kind for hold in life.order.holds]


@pytest.mark.parametrize(("limit", "events"), [("146.40", []), ("146.39", ["order.blocked"])])
def test_an_order_that_rises_above_the_limit_is_held_and_one_that_just_reaches_it_is_not(
    limit: str, events: list[str]
) -> None:
    life = Life(known=limited(limit))

    decision = life.change(asking(quantity="12"))

    assert events_of(decision) == ["order.changed", *events]


def test_what_the_order_itself_reserves_does_not_count_against_it() -> None:
    life = confirmed(known=limited("200"), owed="70")

    assert events_of(life.change(asking(unit_price="10.60"))) == ["order.changed"]
    assert events_of(life.change(asking(unit_price="10.70"))) == ["order.changed", "order.blocked"]


def test_a_held_order_may_not_be_fulfilled_until_it_falls_under_the_limit() -> None:
    life = confirmed(known=limited("122"))
    life.change(asking(quantity="12"))
    held = (life.order.stage, life.report("D1", (1, 1)).outcome)

    decision = life.change(asking(quantity="10"))

    assert (held, events_of(decision)) == (("blocked", "parked"), ["order.changed", "order.released"])
    assert (life.order.hold, holds(life), life.report("D1", (1, 1)).outcome) == ("none", [], "applied")


def test_the_events_tell_the_hold_and_lead_from_state_to_state() -> None:
    life = Life(known=limited("122"))

    begun = life.change(asking(quantity="12")).changed[0].changes[1]
    ended = life.change(asking(quantity="10")).changed[0].changes[1]

    assert (begun.from_, begun.to, begun.details) == ("none", "blocked", {"by": "eva", "holds": ["credit"]})
    assert (ended.from_, ended.to, ended.details) == ("blocked", "none", {"by": "eva", "holds": ["credit"]})


def test_an_order_that_falls_but_stays_above_the_limit_stays_held_since_it_was() -> None:
    life = Life(known=limited("50"))
    before = life.order.holds[0]

    decision = life.change(asking(quantity="9"))

    (after,) = life.order.holds
    assert (events_of(decision), after.since) == (["order.changed"], before.since)
    assert "109.8" in (after.details or "")


def test_an_order_whose_total_stays_is_not_checked_again() -> None:
    life = Life(known=limited("500"))
    life.known.registries = registries(customer=on_credit("1"))

    assert events_of(life.change(set={"notes": "x"})) == ["order.changed"]


def test_an_order_that_falls_is_not_held_although_the_limit_was_lowered() -> None:
    life = Life(known=limited("500"))
    life.known.registries = registries(customer=on_credit("1"))

    assert events_of(life.change(asking(quantity="9"))) == ["order.changed"]


def test_a_released_order_is_held_again_only_above_what_was_authorised() -> None:
    life = Life(known=limited("50"))
    life.act("release")

    events = [events_of(life.change(asking(quantity=quantity))) for quantity in ("8", "10", "11")]

    assert events == [["order.changed"], ["order.changed"], ["order.changed", "order.blocked"]]
    assert (life.order.stage, holds(life)) == ("blocked", ["credit"])


def test_an_order_held_again_is_free_again_at_what_was_authorised() -> None:
    life = Life(known=limited("50"))
    life.act("release")
    life.change(asking(quantity="11"))

    decision = life.change(asking(quantity="10"))

    assert (events_of(decision), life.order.hold) == (["order.changed", "order.released"], "released")


def test_an_order_of_two_holds_stays_held_when_one_of_them_ends() -> None:
    known = knowing(registries(customer=on_credit("50")), business(missing_price="hold"))
    life = Life(offered(), offered(2, "1", None), known=known)

    decision = life.change(asking(1, quantity="1"))

    assert (events_of(decision), holds(life)) == (["order.changed", "order.released"], ["price"])
    assert (decision.changed[0].changes[1].to, life.order.stage) == ("blocked", "blocked")


def test_one_hold_may_end_and_another_begin_with_the_same_change() -> None:
    known = knowing(registries(customer=on_credit("50")), business(missing_price="hold"))
    life = Life(offered(price=None), known=known)

    decision = life.change(asking(unit_price="10"))

    assert events_of(decision) == ["order.changed", "order.released", "order.blocked"]
    assert [(change.from_, change.to) for change in decision.changed[0].changes[1:]] == [
        ("blocked", "none"),
        ("none", "blocked"),
    ]


@pytest.mark.parametrize("known", [limited("50", "monitor"), knowing(registries(customer=on_credit("50")))])
def test_a_limit_that_does_not_hold_only_warns_and_forgets_it_when_all_is_well(known: Known) -> None:
    known.business = business(a_type(exclude_credit_lock=True))
    life = Life(offered(quantity="1"), known=known)

    warned = []
    for quantity in ("10", "2"):
        life.change(asking(quantity=quantity))
        warned.append([warning.code for warning in life.order.warnings])

    assert (warned, life.order.hold) == ([["credit_exceeded"], []], "none")


def test_a_worse_exchange_rate_is_a_rise_too() -> None:
    life = Life(known=limited("200"), currency="DKK", exchange_rate=Decimal(1))

    decision = life.change(set={"exchange_rate": Decimal("0.5")})

    assert events_of(decision) == ["order.changed", "order.blocked"]


def test_the_account_reserves_what_the_changed_order_comes_to() -> None:
    life = confirmed(known=limited("500"))
    life.report("D1", (1, 5))

    life.change(asking(quantity="15"))

    assert (life.state.credit_amount, life.known.credit["C1"].total) == (Decimal("122.00"), Decimal("122.00"))
