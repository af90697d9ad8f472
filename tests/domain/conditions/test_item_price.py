"""What holds where no list has a price (§4.6)."""

from __future__ import annotations

from decimal import Decimal

from conditions_given import BOX, ask, because, customer, item, price, price_list, row

PRICED = item(selling_price=Decimal("20"), uoms=(BOX,))


def test_the_selling_price_is_of_the_main_unit() -> None:
    assert ask(item=PRICED, uom="BOX").unit_price == 100


def test_the_selling_price_is_converted_and_keeps_eight_decimals() -> None:
    found = ask(item=item(selling_price=Decimal("0.00000013")), currency="SEK", rate="10.2")
    assert found.unit_price == Decimal("0.00000133")
    assert found.steps == (("selling price", "0.00000013 EUR"), ("converted to SEK", "0.00000133"))


def test_the_selling_price_is_proposed_as_it_is_on_a_vat_inclusive_order() -> None:
    found = ask(price_list(price("10")), item=PRICED, vat_included=True)
    assert (str(found.unit_price), found.origin) == ("20", "item_price")


def test_without_any_price_there_is_none_and_every_rule_says_why() -> None:
    found = ask(item=item())
    assert (found.unit_price, found.origin, found.won.key) == (None, "none", "missing_price")
    assert because(found.lost, "A1") == "the item has no selling price"


def test_where_a_list_has_a_price_the_item_price_lost_to_it() -> None:
    trade = price_list(price("10"))
    found = ask(trade, item=PRICED)
    assert because(found.lost, "A1") == f"{trade.key} has a price"


def test_an_item_without_commercial_conditions_is_not_searched() -> None:
    bare = item(selling_price=Decimal("20"), no_commercial_conditions=True)
    found = ask(price_list(price("10", discounts="5")), item=bare, of=customer(row(default=True)))
    assert (str(found.unit_price), found.discounts, found.price_list) == ("0", (), None)
    assert because(found.lost, "C1") == "TRADE: the item has no commercial conditions"
