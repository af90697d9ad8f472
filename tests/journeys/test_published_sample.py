"""The published quotation, loaded and configured as it was published, gives exactly the published figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from actors import REGISTRY_CHANGED, Orders
from house import HouseOf

SAMPLES = Path(__file__).parents[1] / "samples"
Json = dict[str, Any]


@pytest.fixture
async def order(another_house: HouseOf) -> Json:
    """The order that the quotation becomes, in a house of its own."""
    files = {name: (SAMPLES / f"config/{name}.toml").read_text() for name in ("parameters", "numbering", "order_types")}
    house = await another_house(**files)
    crm = await house.crm()
    for entry in (SAMPLES / "registry.jsonl").read_text().splitlines():
        change = json.loads(entry)
        await crm.publish(change | {"revision": change["revision"] + 1}, REGISTRY_CHANGED)
    answer = await crm.publish_body((SAMPLES / "offer-accepted.json").read_bytes())
    return await Orders(house.database, crm).of(answer)


async def test_the_published_quotation_gives_exactly_the_published_figures(order: Json) -> None:
    assert (order["number"], order["date"], order["currency"]) == ("2008-00001", "2008-05-05", "DKK")
    assert [line["net"] for line in order["lines"]] == ["150500.00", "43750.00", "1750.00", "1750.00"]
    assert order["totals"] == {
        "goods": "197750.00",
        "discounts": "0.00",
        "final_discounts": "0.00",
        "charges": "0.00",
        "expenses": "0.00",
        "giveaways": "0.00",
        "net": "197750.00",
        "vat": "49437.50",
        "total": "247187.50",
    }
    assert [(due["date"], due["amount"]) for due in order["due_dates"]] == [("2008-06-30", "247187.50")]
    assert order["vat_summary"] == [{"vat_code": "S25", "rate": "25", "taxable": "197750.00", "vat": "49437.50"}]
    assert order["exchange_rate"] == "7.46"
    assert order["holds"] == []
    assert (order["recipient"], order["destination"]["code"]) == ("IT", "IT-1")
    assert order["destination"]["address"]["postal_code"] == "2920"
    assert {line["warehouse"] for line in order["lines"]} == {"MAIN"}
