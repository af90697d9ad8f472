"""Whose a supplier order is: the first source that gives exactly one customer wins (§3.4 S1)."""

from __future__ import annotations

from typing import Any

import pytest
from supplier_orders_given import a_customer, a_line, a_project, a_supplier_order, codes, decide, known, order_of, told

from adapter.domain.registry import Address

EVERYBODY = (
    a_customer("OF-LINE"),
    a_customer("OF-HEADER"),
    a_customer("OF-PROJECT"),
    a_customer("OF-COMPANY", companies=("GROUP",)),
    a_customer("OF-PLACE", places=("HARBOUR",)),
    a_project("P1", "OF-PROJECT"),
)
SOURCES: list[tuple[str, str, dict[str, Any]]] = [
    ("customer", "OF-HEADER", {"customer": "OF-HEADER"}),
    ("project", "OF-PROJECT", {"project": "P1"}),
    ("company", "OF-COMPANY", {"issued_by": "GROUP"}),
    ("destination", "OF-PLACE", {"destination": "HARBOUR"}),
]
"""A rule, the customer that it gives here, and what the message says for it."""


def unnamed(**fields: Any) -> Any:
    return a_supplier_order(**{"customer": None} | fields)


@pytest.mark.parametrize(("rule", "customer", "says"), SOURCES)
def test_each_source_alone_gives_the_customer(rule: str, customer: str, says: dict[str, Any]) -> None:
    decision = decide(unnamed(**says), known(*EVERYBODY))

    assert (decision.new_orders[0].order.customer, told(decision, "customer").won.rule) == (customer, rule)


@pytest.mark.parametrize("place", range(1, len(SOURCES)))
def test_an_earlier_source_beats_a_later_one(place: int) -> None:
    _, customer, says = SOURCES[place - 1]
    # Where the destination is another customer's, an order for this one could not be delivered.
    later = {} if place == 3 else SOURCES[place][2]

    assert order_of(unnamed(**later, **says), known(*EVERYBODY)).customer == customer


def test_the_lines_own_customer_beats_the_headers() -> None:
    order = a_supplier_order(a_line(customer="OF-LINE"), customer="OF-HEADER")

    assert order_of(order, known(*EVERYBODY)).customer == "OF-LINE"


def test_the_lines_own_project_beats_the_headers() -> None:
    order = a_supplier_order(a_line(project="P1"), customer=None, project="P2")

    assert order_of(order, known(*EVERYBODY, a_project("P2", "OF-HEADER"))).customer == "OF-PROJECT"


@pytest.mark.parametrize("project", [a_project("P2", None), a_project("OTHER")])
def test_a_project_that_is_unknown_or_of_nobody_falls_through(project: Any) -> None:
    order = unnamed(project="P2", issued_by="GROUP")

    assert order_of(order, known(*EVERYBODY, project)).customer == "OF-COMPANY"


def test_the_trace_tells_which_source_won_and_why_the_others_lost() -> None:
    explained = told(decide(unnamed(project="P9", issued_by="GROUP"), known(*EVERYBODY)), "customer")

    assert (explained.value, explained.won.rule, explained.won.key) == ("OF-COMPANY", "company", "OF-COMPANY")
    assert [(one.rule, one.because) for one in explained.lost] == [
        ("line_customer", "gives none"),
        ("customer", "gives none"),
        ("project", "no such project is known"),
        ("destination", "company comes first"),
    ]


@pytest.mark.parametrize(
    ("says", "path"),
    [
        ({"issued_by": "GROUP"}, "/supplier_order/issued_by"),
        ({"destination": "HARBOUR"}, "/supplier_order/destination"),
    ],
)
def test_several_customers_park_with_the_candidates(says: dict[str, Any], path: str) -> None:
    twin = a_customer("TWIN", companies=("GROUP",), places=("HARBOUR",))
    decision = decide(unnamed(**says), known(*EVERYBODY, twin))

    [reason] = decision.reasons
    assert (decision.outcome, reason.code, reason.path) == ("parked", "customer_undetermined", path)
    assert sorted(reason.data["candidates"])[-1] == "TWIN"
    assert len(reason.data["candidates"]) == 2
    assert {key for _, key in reason.awaited} == set(reason.data["candidates"])


def test_several_of_a_company_are_not_settled_by_a_later_source() -> None:
    state = known(*EVERYBODY, a_customer("TWIN", companies=("GROUP",)))

    assert codes(decide(unnamed(issued_by="GROUP", destination="HARBOUR"), state)) == ["customer_undetermined"]


def test_nobody_parks_without_candidates_and_waits_for_whatever_would_tell() -> None:
    decision = decide(unnamed(project="P9", issued_by="NOWHERE", destination="MOON"), known())

    [reason] = decision.reasons
    assert (decision.outcome, reason.code, reason.data) == ("parked", "customer_undetermined", {"candidates": []})
    assert reason.awaited == (
        ("project", "P9"),
        ("customer_company@", "NOWHERE"),
        ("customer_destination@", "MOON"),
    )


def test_an_address_names_nobody() -> None:
    decision = decide(unnamed(destination=Address(name="Harbour", country="DK")), known(*EVERYBODY))

    assert codes(decision) == ["customer_undetermined"]


def test_lines_that_say_nothing_of_their_own_are_told_of_once() -> None:
    decision = decide(a_supplier_order(a_line(1), a_line(2), a_line(3, project="P9"), customer=None), known())

    assert [reason.path for reason in decision.reasons] == ["/supplier_order", "/supplier_order/lines/2"]


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (a_supplier_order(customer="NOBODY"), "/supplier_order/customer"),
        (a_supplier_order(a_line(customer="NOBODY")), "/supplier_order/lines/0/customer"),
        (a_supplier_order(customer=None, project="P3"), "/supplier_order/project"),
    ],
)
def test_a_named_customer_that_is_not_registered_parks_and_is_waited_for(order: Any, path: str) -> None:
    [reason] = decide(order, known(a_project("P3", "NOBODY"))).reasons

    assert (reason.code, reason.path, reason.awaits) == ("unknown_customer", path, ("customer", "NOBODY"))


def test_a_contact_is_no_customer() -> None:
    state = known(a_customer("FRIEND", account="contact", companies=("GROUP",)))

    assert codes(decide(unnamed(issued_by="GROUP"), state)) == ["not_a_customer"]


def test_lines_that_another_source_gives_to_the_same_customer_explain_themselves() -> None:
    [new] = decide(a_supplier_order(a_line(1), a_line(2, customer="C1")), known()).new_orders
    rules = [(entry.line, entry.won.rule) for entry in new.trace.entries if entry.field == "customer"]

    assert rules == [(None, "customer"), (2, "line_customer")]
