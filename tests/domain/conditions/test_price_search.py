"""Which list types are searched, and in what order (§4.3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conditions_given import ask, because, brackets, customer, item, parameters, price, price_list, row
from hypothesis import given
from hypothesis import strategies as st

from adapter.domain.parameters import Parameters
from adapter.domain.registry import Customer

TRADE = price_list(price("10"))
RETAIL = price_list(price("12"), type_="RETAIL")
OUTLET = price_list(price("8"), type_="OUTLET")
ALL = parameters(search_all_default_price_lists=True)
BOTH = (row("RETAIL", priority=2, default=True), row("TRADE", priority=1))
PRICED = item(selling_price=Decimal("20"))


def best(*types: str) -> Customer:
    return customer(*(row(type_, priority=i) for i, type_ in enumerate(types)), price_search="best")


def test_only_the_default_list_is_searched_however_high_another_ranks() -> None:
    found = ask(TRADE, RETAIL, of=customer(*BOTH))
    assert (str(found.unit_price), found.origin) == ("12", "default_price_list")
    assert "TRADE: only the default list is searched" in because(found.lost, "C1")


def test_a_default_list_without_the_item_leads_to_the_item_price() -> None:
    found = ask(TRADE, of=customer(*BOTH), item=PRICED)
    assert (str(found.unit_price), found.origin) == ("20", "item_price")


def test_with_the_switch_on_the_others_follow_the_default_by_priority() -> None:
    rows = (row("OUTLET", priority=3), *BOTH)
    assert ask(TRADE, RETAIL, OUTLET, of=customer(*rows), by=ALL).unit_price == 12
    assert ask(TRADE, OUTLET, of=customer(*rows), by=ALL).unit_price == 10
    assert ask(OUTLET, of=customer(*rows), by=ALL).unit_price == 8
    assert ask(of=customer(*rows), by=ALL, item=PRICED).unit_price == 20


@pytest.mark.parametrize("by", [parameters(), ALL])
def test_without_a_default_all_rows_are_searched_by_priority(by: Parameters) -> None:
    rows = (row("RETAIL"), row("OUTLET", priority=2), row("TRADE", priority=1))
    found = ask(TRADE, RETAIL, OUTLET, of=customer(*rows), by=by)
    assert (str(found.unit_price), found.origin) == ("10", "price_list_by_priority")
    assert [c.because for c in found.lost if c.key == "C1"] == [
        f"OUTLET: lower priority than {TRADE.key}",
        f"RETAIL: lower priority than {TRADE.key}",
    ]
    assert ask(RETAIL, OUTLET, of=customer(*rows), by=by).unit_price == 8
    assert ask(RETAIL, of=customer(*rows), by=by).unit_price == 12


def test_without_rows_the_item_price_holds_though_lists_exist() -> None:
    assert ask(TRADE, of=customer(), item=PRICED).unit_price == 20


def test_a_list_named_in_the_header_comes_first() -> None:
    found = ask(TRADE, RETAIL, of=customer(row(default=True)), header_list="RETAIL")
    assert (str(found.unit_price), found.origin, found.row) == ("12", "header_price_list", None)


def test_behind_a_header_list_without_the_item_the_customers_lists_follow() -> None:
    found = ask(TRADE, header_list="RETAIL")
    assert (str(found.unit_price), found.origin) == ("10", "default_price_list")
    assert because(found.lost, "C1") == "RETAIL: no list in EUR has item A1"


def test_a_list_chosen_on_the_line_beats_header_and_customer() -> None:
    found = ask(TRADE, RETAIL, OUTLET, header_list="RETAIL", line_list="OUTLET")
    assert (str(found.unit_price), found.origin) == ("8", "line_price_list")


def test_a_list_chosen_on_the_line_that_lacks_the_item_leads_to_the_item_price() -> None:
    assert ask(TRADE, line_list="OUTLET", item=PRICED).unit_price == 20


def test_one_list_may_be_named_by_its_whole_key() -> None:
    newer = price_list(price("11"), from_="2026-06-01")
    found = ask(TRADE, newer, line_list=TRADE.key)
    assert found.unit_price == 10
    assert because(found.lost, newer.key) == f"another list was named: {TRADE.key}"


def test_a_list_named_in_another_currency_is_not_converted() -> None:
    kroner = price_list(price("70"), currency="DKK")
    found = ask(kroner, line_list=kroner.key)
    assert found.unit_price is None
    assert because(found.lost, "C1") == "TRADE: other currency: the list named is in DKK, the order in EUR"


def test_the_customers_own_list_of_a_type_comes_before_the_general_one() -> None:
    own = price_list(price("15"), owner="C1", from_="2026-02-01")
    newer = price_list(price("9"), from_="2026-06-01")
    assert ask(newer, own).unit_price == 15


def test_an_own_list_without_the_item_leaves_it_to_the_general_one() -> None:
    assert ask(TRADE, price_list(price("15", item="B2"), owner="C1")).unit_price == 10


def test_the_best_price_counts_discounts_and_ignores_priority_and_default() -> None:
    discounted = price_list(price("12", discounts="50"), type_="RETAIL")
    found = ask(TRADE, discounted, OUTLET, of=best("TRADE", "RETAIL", "OUTLET"))
    assert (str(found.unit_price), found.price_list, found.origin) == ("12", discounted.key, "best_price")
    assert because(found.lost, OUTLET.key) == "net 8 against 6 of the best"
    assert ("net unit price compared", "6") in found.steps


def test_the_best_price_counts_the_discounts_of_the_customers_row() -> None:
    rows = (row("TRADE", discounts="30"), row("OUTLET", discounts=None))
    assert ask(TRADE, OUTLET, of=customer(*rows, price_search="best")).price_list == TRADE.key


def test_the_best_price_takes_the_tier_of_the_ordered_quantity() -> None:
    tiered = price_list(price("20", quantity_discounts=brackets(("100", "90"))), type_="RETAIL")
    buyer = best("TRADE", "RETAIL")
    assert ask(TRADE, tiered, of=buyer, quantity="99").price_list == TRADE.key
    assert ask(TRADE, tiered, of=buyer, quantity="100").price_list == tiered.key


def test_of_equal_best_prices_the_one_of_higher_priority_wins() -> None:
    rows = (row("RETAIL", priority=2), row("TRADE", priority=1))
    lists = (price_list(price("10"), type_="RETAIL"), TRADE)
    assert ask(*lists, of=customer(*rows, price_search="best")).price_list == TRADE.key


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 100)), min_size=1, max_size=6))
def test_the_best_price_is_never_above_any_applicable(offers: list[tuple[int, int]]) -> None:
    lists = [price_list(price(str(a), discounts=str(off)), type_=f"T{i}") for i, (a, off) in enumerate(offers)]
    found = ask(*lists, of=best(*(one.type for one in lists)))
    nets = {one.key: a * Decimal(100 - off) / 100 for one, (a, off) in zip(lists, offers, strict=True)}
    assert found.price_list is not None
    assert nets[found.price_list] == min(nets.values())
