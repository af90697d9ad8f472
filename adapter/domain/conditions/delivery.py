"""Who receives an order, where, and who carries it (§1.2): recipient → its destination → its carrier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from adapter.domain.conditions.cascade import BY_MESSAGE, GIVEN, NOTHING, Resolved, cascade
from adapter.domain.reasons import Reason
from adapter.domain.registry import Address, Customer, Destination, Recipient
from adapter.domain.trace import Candidate


class Delivery(NamedTuple):
    """Where an order goes. The destination's code is None where an address was given, or none is known."""

    recipient: Resolved[str | None]
    destination: Resolved[str | None]
    address: Address | None
    carrier: Resolved[str | None]
    reasons: tuple[Reason, ...] = ()


def resolve_delivery(
    recipient: str | None, destination: str | Address | None, carrier: str | None, customer: Customer, path: str = ""
) -> Delivery:
    """What the message gives is kept; a code is looked up among the customer's; the rest are the registry's defaults.

    A code that the customer does not have: `unknown_code`.
    """
    reasons = []
    owner, place = _place(recipient, destination, customer)
    if recipient and not _recipient(recipient, customer):
        reasons.append(_unknown("recipient", recipient, customer, path))
    if isinstance(destination, str) and place is None:
        reasons.append(_unknown("destination", destination, customer, path))
    return Delivery(
        _resolve_recipient(recipient, destination, owner, customer),
        _resolve_destination(destination, place, customer),
        destination if isinstance(destination, Address) else (place.address if place else None),
        _resolve_carrier(carrier, place, customer),
        tuple(reasons),
    )


def _place(
    recipient: str | None, destination: str | Address | None, customer: Customer
) -> tuple[Recipient | None, Destination | None]:
    """The registered recipient and destination that the order goes to."""
    owner = _recipient(recipient, customer) if recipient else _default(customer)
    if isinstance(destination, Address) or (recipient and owner is None and destination is None):
        return owner, None
    if destination is None:
        return owner, next((place for place in owner.destinations if place.default), None) if owner else None
    return _find(destination, owner, customer)


def _find(code: str, preferred: Recipient | None, customer: Customer) -> tuple[Recipient | None, Destination | None]:
    for owner in _preferred_first(preferred, customer):
        for place in owner.destinations:
            if place.code == code:
                return owner, place
    return preferred, None


def _preferred_first(preferred: Recipient | None, customer: Customer) -> Iterator[Recipient]:
    yield from sorted(customer.recipients, key=lambda owner: owner is not preferred)


def _recipient(code: str, customer: Customer) -> Recipient | None:
    return next((owner for owner in customer.recipients if owner.code == code), None)


def _default(customer: Customer) -> Recipient | None:
    return next((owner for owner in customer.recipients if owner.default), None)


def _resolve_recipient(
    given: str | None, destination: str | Address | None, owner: Recipient | None, customer: Customer
) -> Resolved[str | None]:
    registry = ("customer", customer.code, customer.revision)
    default = _default(customer)
    found: Resolved[str | None] = cascade(
        (BY_MESSAGE, given),
        (("of_destination", *registry), owner.code if owner and isinstance(destination, str) else None),
        (("default_recipient", *registry), default.code if default else None),
    )
    return found


def _resolve_destination(
    given: str | Address | None, place: Destination | None, customer: Customer
) -> Resolved[str | None]:
    default = "default_destination", "customer", customer.code, customer.revision
    if isinstance(given, Address):
        lost = Candidate(*default, because="given comes first")
        return Resolved(None, GIVEN, (lost,), (("address", given.name or given.city or "given"),))
    if given is None and place is None:
        return Resolved(None, NOTHING, (Candidate(*default, because="gives none"),))
    found: Resolved[str | None] = cascade((BY_MESSAGE, given), (default, place.code if place else None))
    return found


def _resolve_carrier(given: str | None, place: Destination | None, customer: Customer) -> Resolved[str | None]:
    registry = ("customer", customer.code, customer.revision)
    found: Resolved[str | None] = cascade(
        (BY_MESSAGE, given),
        (("of_destination", *registry), place.carrier if place else None),
        (("customer", *registry), customer.carrier),
    )
    return found


def _unknown(kind: str, code: str, customer: Customer, path: str) -> Reason:
    message = f"Customer {customer.code} has no {kind} {code}. Correct the code, or enter it at the customer."
    return Reason("unknown_code", f"{path}/{kind}", message, {"kind": kind, "value": code}, ("customer", customer.code))
