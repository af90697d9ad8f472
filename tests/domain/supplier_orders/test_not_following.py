"""What no order follows, for any one of its reasons: nothing is altered, all is told (§3.4 S10)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from following_given import Bought, following, why_not
from supplier_orders_given import a_customer, a_line, known, parted_by_project

from adapter.domain.life.changing_asked import LineAsked
from adapter.domain.offers.offer import ExpenseGiven

APRIL = datetime.date(2026, 4, 1)
NOON = datetime.datetime(2026, 3, 12, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def full(**fields: Any) -> Bought:
    """Everything that an order can follow is given, so that it can be taken away."""
    given: dict[str, Any] = {
        "our_reference": "O",
        "your_reference": "Y",
        "notes": "N",
        "extra": {"a": 1},
        "carrier": "DHL",
        "destination": "HARBOUR",
        "delivery_on": APRIL,
        "expenses": (ExpenseGiven(type="FREIGHT", amount=Decimal(10)),),
        "final_discounts": "5",
    }
    line = a_line(1, notes="N", goods_ready_on=APRIL, delivery_on=APRIL, unit_price=Decimal(18))
    return Bought(line, known=following(a_customer(places=("HARBOUR",))), **given | fields)


def unaltered(bought: Bought, decide: Callable[[], Any]) -> list[str]:
    """Why nothing follows; orders, links and what the next one is compared with stay as they are."""
    before, content = bought.orders(), bought.record.content
    told = why_not(decide())
    assert (bought.orders(), bought.record.content) == (before, content)
    return told


def test_where_nothing_is_set_nothing_follows_and_nothing_more_is_told() -> None:
    bought = Bought(known=known())

    assert unaltered(bought, lambda: bought.again(a_line(1, "12"), notes="N")) == []


@pytest.mark.parametrize(
    "given",
    [
        {"date": APRIL},
        {"supplier": "S2"},
        {"issued_by": "B1"},
        {"flow": "on_demand"},
        {"customer": "C2"},
        {"order_type": "STD"},
        {"currency": "SEK"},
        {"exchange_rate": Decimal(2)},
        {"project": "P1"},
    ],
)
def test_what_says_what_an_order_is_or_whose_is_not_followed(given: dict[str, Any]) -> None:
    bought = Bought(known=following(a_customer("C2")))
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12"), **given))

    assert f"another {next(iter(given))}" in told


@pytest.mark.parametrize(
    "name",
    [
        "our_reference",
        "your_reference",
        "notes",
        "extra",
        "carrier",
        "destination",
        "delivery_on",
        "expenses",
        "final_discounts",
    ],
)
def test_what_is_left_out_of_the_header_cannot_be_taken_away(name: str) -> None:
    bought = full()
    [told] = unaltered(bought, lambda: bought.again(**{name: None}))

    assert f"no {name} any more" in told


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"item": "A2"}, "another item"),
        ({"variant": "RED"}, "another variant"),
        ({"description": "Red"}, "another description"),
        ({"uom": "BOX"}, "another uom"),
        ({"customer": "C1"}, "another customer"),
        ({"project": "P"}, "another project"),
        ({"extra": {"a": 1}}, "another extra"),
        ({"notes": None}, "no notes any more"),
        ({"goods_ready_on": None}, "no goods_ready_on any more"),
        ({"unit_price": None}, "No price is agreed for line 1 any more"),
    ],
)
def test_a_line_that_is_another_one_or_less_than_it_was_is_not_followed(given: dict[str, Any], part: str) -> None:
    bought = full()
    line: dict[str, Any] = {"notes": "N", "goods_ready_on": APRIL, "delivery_on": APRIL, "unit_price": Decimal(18)}
    [told] = unaltered(bought, lambda: bought.again(a_line(1, **line | given)))

    assert part in told


def test_a_date_that_neither_line_nor_header_has_any_more_cannot_be_taken_away() -> None:
    bought = Bought(a_line(1, delivery_on=APRIL))
    [told] = unaltered(bought, lambda: bought.again(a_line(1)))

    assert "no delivery_on any more" in told


def test_a_group_companys_price_that_is_gone_is_not_followed() -> None:
    bought = Bought(a_line(1, cost="20"), flow="intercompany", supplier="ACME")
    [told] = unaltered(bought, lambda: bought.again(a_line(1, cost=None)))

    assert "No price is agreed" in told


@pytest.mark.parametrize("action", ["confirm", "close", "cancel"])
def test_an_order_that_is_no_longer_open_is_not_altered(action: str) -> None:
    bought = Bought()
    bought.act(action)
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12")))

    assert "N1 is no longer open" in told


def test_one_of_several_orders_that_is_not_open_keeps_all_as_they_are() -> None:
    bought = Bought(a_line(1), a_line(2, customer="C2"), known=following(a_customer("C2")))
    bought.act("confirm", number=2)
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12"), a_line(2, customer="C2")))

    assert "N2 is no longer open" in told


def test_one_change_that_would_be_refused_keeps_all_as_they_are() -> None:
    bought = Bought(a_line(1), a_line(2, customer="C2"), known=following(a_customer("C2")))
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12"), a_line(2, "12.5", customer="C2")))

    assert told.startswith("Order N2 cannot follow")


def test_an_order_of_which_nothing_would_be_left_is_cancelled_by_somebody() -> None:
    bought = Bought(a_line(1), a_line(2, customer="C2"), known=following(a_customer("C2")))
    [told] = unaltered(bought, lambda: bought.again(a_line(1)))

    assert "Order N2 would have no line left" in told


def test_a_line_that_would_be_an_order_by_itself_is_not_followed() -> None:
    bought = Bought(known=following(a_customer("C2")))
    [told] = unaltered(bought, lambda: bought.again(a_line(1), a_line(2, customer="C2")))

    assert "Lines 2 of customer C2 would make one order now" in told


def test_lines_of_two_orders_that_would_be_one_are_not_followed() -> None:
    bought = Bought(a_line(1, project="P1"), a_line(2), known=following(a_customer(grouping=parted_by_project())))
    bought.known.registries = following().registries
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12", project="P1"), a_line(2)))

    assert "would make one order now" in told


def test_lines_of_one_order_that_would_be_two_are_not_followed() -> None:
    bought = Bought(a_line(1, project="P1"), a_line(2))
    bought.known.registries = following(a_customer(grouping=parted_by_project())).registries
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12", project="P1"), a_line(2)))

    assert "would make one order now" in told


def test_a_customer_who_is_another_one_by_now_is_not_followed() -> None:
    bought = Bought(known=following(a_customer(companies=("B1",))), customer=None, issued_by="B1")
    bought.known.registries = following(a_customer("C2", companies=("B1",))).registries
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12")))

    assert "of customer C2 would make one order now" in told


def test_an_order_whose_customer_pays_in_another_currency_by_now_is_not_followed() -> None:
    bought = Bought()
    bought.known.registries = following(a_customer(currency="SEK")).registries
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12", unit_price=Decimal(18))))

    assert "in EUR, and would be in SEK now" in told


def test_an_added_line_that_nobody_knows_is_not_followed_for_every_fault_there_is() -> None:
    bought = Bought()
    told = unaltered(bought, lambda: bought.again(a_line(1, "12"), a_line(2, item="X1"), a_line(3, item="X2")))

    assert [code in one for code, one in zip(("X1", "X2"), told, strict=True)] == [True, True]


def test_a_changed_line_that_somebody_took_out_of_the_order_is_not_followed() -> None:
    bought = Bought(a_line(1), a_line(2, item="A2"))
    bought.by_hand(LineAsked(line=Decimal(2), remove=True))
    [told] = unaltered(bought, lambda: bought.again(a_line(1), a_line(2, "12", item="A2")))

    assert "N1 does not have its line 2 any more" in told


def test_changes_need_an_operator_where_one_is_required() -> None:
    bought = Bought(known=following(operator_required=True), by="anna")
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12")))

    assert "send by" in told
    assert bought.again(a_line(1, "12"), by="anna").outcome == "applied"


def test_a_supplier_order_of_which_personal_data_was_erased_is_not_followed() -> None:
    bought = Bought(notes="Ring Ann")
    bought.record.content = dict(bought.record.content) | {"notes": "(erased)"}
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "12")))

    assert "erased" in told


def test_a_message_that_was_sent_before_what_the_orders_agree_with_undoes_nothing() -> None:
    bought = Bought()
    bought.again(a_line(1, "12"), sent_at=NOON)
    [told] = unaltered(bought, lambda: bought.again(a_line(1, "11"), sent_at=NOON - HOUR))

    assert "sent before" in told


def test_the_same_again_makes_what_was_sent_before_it_older_too() -> None:
    bought = Bought()
    bought.again(a_line(1, "12"), sent_at=NOON)
    same = bought.again(sent_at=NOON + HOUR)
    unaltered(bought, lambda: bought.again(a_line(1, "11"), sent_at=NOON + HOUR / 2))

    assert (same.supplier_orders, same.changed) == ([bought.record], [])


@pytest.mark.parametrize("sent_at", [None, NOON, NOON + HOUR])
def test_a_message_that_may_be_newer_is_followed_as_it_arrives(sent_at: datetime.datetime | None) -> None:
    bought = Bought()
    bought.again(a_line(1, "12"), sent_at=NOON)

    assert bought.again(a_line(1, "11"), sent_at=sent_at).outcome == "applied"
    assert bought.record.sent_at == (sent_at or NOON)
