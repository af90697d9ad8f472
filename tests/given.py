"""Messages as an upstream system writes them, and registry entries as somebody maintains them."""

from __future__ import annotations

import json
from typing import Any

Data = dict[str, Any]

DAY = "2026-03-10"
"""The date of offers, and where order types take it from the message, of their orders."""


def an_accepted_offer(**fields: Any) -> Data:
    """The data of a message with one accepted offer."""
    return accepted(an_offer(**fields))


def a_bought_line(line: Any = 1, **fields: Any) -> Data:
    """Ten A2, which sell for 7.50, bought at 5.00; a field given as None is left out."""
    return _without_none({"line": line, "item": "A2", "quantity": "10", "unit_cost": "5.00"} | fields)


def placed(*lines: Data, message: Data | None = None, **fields: Any) -> Data:
    """The data of a message with a supplier order: bought of S1 for customer C1; a field given as None is left out."""
    order = {
        "number": "PO-1",
        "date": DAY,
        "supplier": "S1",
        "flow": "drop_ship",
        "order_type": "STD",
        "customer": "C1",
        "currency": "EUR",
        "lines": list(lines) or [a_bought_line()],
    }
    return {"supplier_order": _without_none(order | fields)} | (message or {})


def _without_none(fields: Data) -> Data:
    return {name: value for name, value in fields.items() if value is not None}


def accepted(*offers: Data, **fields: Any) -> Data:
    """The data of a message with these offers."""
    return {"offers": list(offers)} | fields


def an_offer(**fields: Any) -> Data:
    """An offer of ten A1 at 10.00 to customer C1; a field given as None is left out."""
    offer = {
        "type": "OFF",
        "number": "OF-1",
        "date": DAY,
        "confirmed_on": DAY,
        "customer": "C1",
        "lines": [a_line()],
    } | fields
    return _without_none(offer)


def a_line(line: Any = 1, **fields: Any) -> Data:
    """Ten A1 at 10.00; a field given as None is left out."""
    given = {"line": line, "item": "A1", "quantity": "10", "unit_price": "10.00"} | fields
    return _without_none(given)


def an_uncoded_line(line: Any = 1, **fields: Any) -> Data:
    return a_line(line, kind="uncoded", item=None, description="Made to measure", vat_code="S22") | fields


def a_note(line: Any = 1, text: str = "Ring twice") -> Data:
    return {"line": line, "kind": "note", "description": text}


def a_registry_change(kind: str, key: str, entry: Data | None, revision: int = 1) -> Data:
    return {"kind": kind, "key": key, "revision": revision, "entry": entry}


def a_customer(**fields: Any) -> Data:
    """A customer who pays in euro and 22 % VAT, on no special terms."""
    return {"name": "Gentofte", "account": "customer", "currency": "EUR", "vat_code": "S22"} | fields


def an_item(**fields: Any) -> Data:
    return {"description": "Paint", "uom": "EA", "vat_code": "S22"} | fields


def grouping(**flags: bool) -> Data:
    """A customer's own grouping row for offers; `summary` is on unless told otherwise."""
    return {"offers": {"summary": True} | flags}


def a_destination(code: str, **fields: Any) -> Data:
    address = {"name": code, "street": "Harbour 1", "postal_code": "2920", "city": "Gentofte", "country": "DK"}
    return {"code": code, "address": address} | fields


def wire(data: Data) -> bytes:
    return json.dumps(data).encode()


STANDARD_REGISTRY: list[Data] = [
    a_registry_change(kind, key, entry)
    for kind, key, entry in (
        ("currency", "EUR", {"decimals": 2}),
        ("currency", "DKK", {"decimals": 2}),
        ("currency", "JPY", {"decimals": 0}),
        ("uom", "EA", {"decimals": 0}),
        ("uom", "KG", {"decimals": 3}),
        ("vat_code", "S22", {"rate": "22"}),
        ("vat_code", "S10", {"rate": "10"}),
        ("exchange_rate", "DKK/2026-01-01", {"rate": "7.46"}),
        ("exchange_rate", "JPY/2026-01-01", {"rate": "160"}),
        ("payment_type", "TRANSFER", {}),
        ("payment_type", "CASH", {"financial_discount_percent": "2"}),
        ("payment_solution", "30EOM", {"instalments": [{"percent": "100", "days": 30, "end_of_month": True}]}),
        ("payment_solution", "AT_ONCE", {"instalments": [{"percent": "100", "days": 0}]}),
        ("expense_type", "FREIGHT", {"vat_code": "S22"}),
        ("item", "A1", an_item()),
        ("item", "A2", an_item(description={"en": "Brush", "da": "Pensel"}, selling_price="7.50")),
        ("item", "B1", an_item(uom="KG", uoms=[{"uom": "EA", "factor": "5"}], vat_code="S10")),
        ("item", "BARE", an_item(vat_code=None)),
        ("customer", "C1", a_customer()),
        ("customer", "C2", a_customer(name="Kobe", currency="JPY")),
    )
]
"""What every journey finds registered."""
