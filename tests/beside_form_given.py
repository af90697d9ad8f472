"""Messages of each kind in which the rules find much, and what they know meanwhile, all in memory."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import life_given
from given import STANDARD_REGISTRY, a_customer, a_destination, a_line, a_note, accepted, an_item, an_offer
from life_given import Life, confirmed, offered
from supplier_orders_given import DAY, NOW, Everything

from adapter.domain.business import Business
from adapter.domain.known import Known, Registries, supplier_item
from adapter.domain.order_types import OrderType
from adapter.domain.parameters import Parameters
from adapter.intake.handler import Handler
from adapter.persistence.registry_entries import entry_of
from handlers import (
    fulfilment_reported,
    offer_accepted,
    order_action_requested,
    order_change_requested,
    supplier_order_placed,
)

Json = dict[str, Any]
Wrong = list[tuple[str, Any]]
"""What is put where, so that the rules find it wrong. None: the field is left out."""


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of message: one that is sound, what can be wrong with it, and what is known when it comes."""

    handler: Handler
    sound: Json
    wrong: Wrong
    known: Callable[[], Known]


RECIPIENTS = [{"code": "R1", "default": True, "destinations": [a_destination("D1", default=True)]}]
CUSTOMER = a_customer(
    recipients=RECIPIENTS,
    blocked={"from": "2026-05-01"},
    expenses=[{"type": "UNREGISTERED", "amount": "1"}],
    items=[{"item": "A2", "economic_lot": "2"}],
)
OFFER: Json = an_offer(
    currency="EUR",
    recipient="R1",
    destination="D1",
    delivery_on="2026-04-01",
    goods_ready_on="2026-03-30",
    payments=[{"type": "TRANSFER", "solution": "30EOM", "percent": "40"}, {"type": "CASH", "solution": "AT_ONCE"}],
    discounts="5+2",
    final_discounts=[{"percent": "1"}, {"amount": "3"}],
    expenses=[{"type": "FREIGHT", "amount": "12"}],
    lines=[
        a_line(1, quantity="9", uom="EA", vat_code="S22", discounts=[{"percent": "3"}], accepted_quantity="4"),
        a_line(2, item="A2", unit_price=None, quantity="2", delivery_on="2026-04-02"),
        a_line(3, item="B1", uom="KG", quantity="1.5", unit_price="3"),
        a_note(4),
        a_line(5, kind="charge", unit_price="7"),
        a_line(
            6,
            item="PACKED",
            goods_ready_on="2026-04-03",
            delivery_on="2026-04-04",
            uom="KG",
            quantity="1.5",
            vat_code="S22",
        ),
        a_line(7, item="PACKED", quantity="9", accepted_quantity="4"),
    ],
)
OFFERS = accepted(OFFER, an_offer(number="OF-2", expenses=[], lines=[a_line(1)]), orders_dated="2026-02-01")
SUPPLIER_ORDER: Json = {
    "orders_dated": "2026-02-01",
    "supplier_order": {
        "number": "PO-1",
        "date": "2026-03-10",
        "supplier": "S1",
        "flow": "drop_ship",
        "order_type": "STD",
        "customer": "C1",
        "project": "P1",
        "currency": "DKK",
        "destination": "D1",
        "final_discounts": "3",
        "expenses": [{"type": "FREIGHT", "amount": "12"}],
        "lines": [
            {"line": 1, "item": "A2", "quantity": "10", "unit_cost": "5", "uom": "EA"},
            {"line": 2, "supplier_item": "X-1", "quantity": "2", "unit_price": "9", "goods_ready_on": "2026-04-01"},
            {"line": 3, "item": "A1", "quantity": "3", "customer": "C2", "unit_price": "4"},
        ],
    },
}

HEAD, LINES = "/offers/0", "/offers/0/lines"
BOUGHT, BOUGHT_LINES = "/supplier_order", "/supplier_order/lines"
WRONG_OFFERS: Wrong = [
    (f"{HEAD}/customer", "NOBODY"),
    (f"{HEAD}/customer", "LATER"),
    (f"{HEAD}/customer", "EARLIER"),
    (f"{HEAD}/customer", "AGENT"),
    (f"{HEAD}/customer", "SUPPLIER"),
    (f"{HEAD}/type", "UNHEARD"),
    (f"{HEAD}/confirmed_on", None),
    (f"{HEAD}/cancelled_on", "2026-01-31"),
    (f"{HEAD}/cancelled_on", "2026-03-10"),
    (f"{HEAD}/currency", "XXX"),
    (f"{HEAD}/currency", "JPY"),
    (f"{HEAD}/destination", "D9"),
    (f"{HEAD}/payments/0/solution", "NEVER"),
    (f"{HEAD}/payments/1/percent", "50"),
    (f"{HEAD}/final_discounts", "5%"),
    (f"{HEAD}/final_discounts/0", {"type": "?"}),
    (f"{HEAD}/expenses/0/type", "UNHEARD"),
    (f"{HEAD}/goods_ready_on", "2026-04-09"),
    (f"{LINES}/0/item", "NONE"),
    (f"{LINES}/0/uom", "BARREL"),
    (f"{LINES}/0/vat_code", "S99"),
    (f"{LINES}/0/accepted_quantity", "11"),
    (f"{LINES}/0/quantity", "9.5"),
    (f"{LINES}/0/discounts", "ten"),
    (f"{LINES}/1/item", "A1"),
    (f"{LINES}/1/goods_ready_on", "2026-04-03"),
    (f"{LINES}/2/item", "BARE"),
    (f"{LINES}/5/quantity", "0.125"),
    (f"{LINES}/6/accepted_quantity", "3"),
    ("/offers/1/number", "OF-1"),
    ("/offers/1/lines/0/item", "NONE"),
]
WRONG_SUPPLIER_ORDERS: Wrong = [
    (f"{BOUGHT}/customer", "NOBODY"),
    (f"{BOUGHT}/customer", "AGENT"),
    (f"{BOUGHT}/customer", "LATER"),
    (f"{BOUGHT}/customer", "EARLIER"),
    (f"{BOUGHT}/customer", None),
    (f"{BOUGHT}/order_type", "UNHEARD"),
    (f"{BOUGHT}/currency", "XXX"),
    (f"{BOUGHT}/destination", "D9"),
    (f"{BOUGHT}/final_discounts", "5%"),
    (f"{BOUGHT}/expenses/0/type", "UNHEARD"),
    (f"{BOUGHT_LINES}/0/item", "NONE"),
    (f"{BOUGHT_LINES}/0/uom", "BARREL"),
    (f"{BOUGHT_LINES}/1/supplier_item", "X-9"),
    (f"{BOUGHT_LINES}/1/delivery_on", "2026-03-31"),
    (f"{BOUGHT_LINES}/2/quantity", "1.5"),
    (f"{BOUGHT_LINES}/2/customer", "NOBODY"),
    (f"{BOUGHT_LINES}/2/unit_price", None),
]

NAMED = {"order": life_given.NUMBER, "by": "eva"}
CHANGE: Json = NAMED | {
    "expected_version": 1,
    "set": {
        "delivery_on": "2026-05-01",
        "recipient": "SHOP",
        "destination": "COUNTER",
        "payments": [{"type": "CASH", "solution": "AT_ONCE", "percent": "100"}],
        "final_discounts": [{"percent": "1"}],
        "expenses": [{"type": "FREIGHT", "amount": "5"}],
    },
    "lines": [
        {"line": 1, "quantity": "12", "goods_ready_on": "2026-04-01"},
        {"line": 2, "remove": True},
        {"line": 3, "discounts": "5"},
    ],
    "add": [
        {"line": 2, "item": "A2", "quantity": "2"},
        {"line": 6, "item": "B1", "uom": "KG", "quantity": "1.5", "unit_price": "2"},
    ],
}
WRONG_CHANGES: Wrong = [
    ("/order", "2026-00009"),
    ("/expected_version", 7),
    ("/set/delivery_on", "2026-03-31"),
    ("/set/destination", "NOWHERE"),
    ("/set/payments/0/solution", "NEVER"),
    ("/set/final_discounts", "5%"),
    ("/lines/0/line", 8),
    ("/lines/0/quantity", "1.5"),
    ("/lines/2/discounts", "ten"),
    ("/add/0/item", "NONE"),
    ("/add/0/line", 1),
    ("/add/1/uom", "BARREL"),
    ("/add/1/quantity", "0.0001"),
]
ACTION: Json = NAMED | {"action": "close", "lines": [1, 2], "note": "x", "expected_version": 1}
WRONG_ACTIONS: Wrong = [
    ("/order", "2026-00009"),
    ("/expected_version", 7),
    ("/action", "acknowledge"),
    ("/action", "dance"),
    ("/lines/1", 8),
]
REPORT: Json = {
    "order": life_given.NUMBER,
    "document": {"kind": "delivery_note", "number": "D1", "date": "2026-03-11"},
    "lines": [{"line": 1, "quantity": "12"}, {"line": 1, "quantity": "-3"}, {"line": 2, "quantity": "1"}],
}
WRONG_REPORTS: Wrong = [
    ("/order", "2026-00009"),
    ("/lines/0/quantity", "14"),
    ("/lines/0/quantity", "1.5"),
    ("/lines/1/quantity", "-14"),
    ("/lines/2/line", 8),
]


def trade() -> Known:
    entries = Everything()
    own = [
        ("customer", "C1", CUSTOMER),
        ("customer", "LATER", CUSTOMER | {"blocked": {"from": "2026-03-01"}}),
        ("customer", "EARLIER", CUSTOMER | {"blocked": {"to": "2026-02-28"}}),
        ("customer", "SUPPLIER", CUSTOMER | {"account": "supplier"}),
        ("project", "P1", {"customer": "GHOST"}),
        ("customer", "C2", CUSTOMER),
        ("customer", "AGENT", CUSTOMER | {"account": "contact"}),
    ]
    standard = [(each["kind"], each["key"], each["entry"]) for each in STANDARD_REGISTRY if each["kind"] != "customer"]
    for kind, key, entry in [*standard, *own]:
        read = entry_of(kind, key, 1, entry)
        entries[kind, key] = read
        if kind == "exchange_rate":
            entries["exchange_rate@", key.partition("/")[0]] = [read]
    packed = an_item(uoms=[{"uom": "KG", "factor": "4"}], pack_quantity="2", vat_code="UNREGISTERED")
    entries["item", "PACKED"] = entry_of("item", "PACKED", 1, packed)
    supplied = entry_of("item", "X", 1, an_item(selling_price="2"))
    entries["item", "X"] = supplied
    entries[supplier_item("S1", "X-1")] = [supplied]
    entries["customer_destination@", "D1"] = [entries["customer", "C1"]]
    order_type = OrderType(
        code="STD", numbering="ORD", offer_types=("OFF",), order_date="message", customer_control=False
    )
    parameters = Parameters(
        company="ACME", company_currency="EUR", pack_multiple_required=True, propose_economic_lot=False
    )
    business = Business(parameters, {"STD": order_type})
    return Known(business, Registries(entries), DAY, NOW)


_ENTERED = Life(offered(1, quantity="12"), offered(2), offered(3))
_CONFIRMED = confirmed(offered(1, quantity="12"), offered(2), offered(3))

CASES = {
    "offers": Case(offer_accepted.HANDLER, OFFERS, WRONG_OFFERS, trade),
    "supplier orders": Case(supplier_order_placed.HANDLER, SUPPLIER_ORDER, WRONG_SUPPLIER_ORDERS, trade),
    "changes": Case(order_change_requested.HANDLER, CHANGE, WRONG_CHANGES, lambda: deepcopy(_ENTERED.known)),
    "actions": Case(order_action_requested.HANDLER, ACTION, WRONG_ACTIONS, lambda: deepcopy(_CONFIRMED.known)),
    "reports": Case(fulfilment_reported.HANDLER, REPORT, WRONG_REPORTS, lambda: deepcopy(_CONFIRMED.known)),
}
